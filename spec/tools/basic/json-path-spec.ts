import { expect } from 'chai'
import * as fc from 'fast-check'
import { readJsonPath, valueAt } from '../../../lib/tools/basic/json-path.ts'
import { ToolError } from '../../../lib/tools/tool.ts'

const orders = {
  orders: [
    { id: 1, price: 5, tags: ['a', 'b'], 'odd name': 'x' },
    { id: 2, price: 7, tags: ['c'] },
    { id: 3, tags: [] },
  ],
  'a.b': true,
  '7': 'seven',
  naïve: null,
}

function query(path: string, value: unknown = orders): unknown {
  return valueAt(value, readJsonPath(path))
}

function codeOf(path: string, value: unknown = orders): string {
  try {
    query(path, value)
  } catch (error) {
    if (error instanceof ToolError && error.permanent) return error.code
    throw error
  }
  return 'found'
}

describe('a path in JSON', () => {
  const found: Readonly<Record<string, unknown>> = {
    $: orders,
    '.': orders,
    'orders[0].id': 1,
    '$.orders[0].id': 1,
    '.orders[0].id': 1,
    'orders.0.id': 1,
    'orders[-1].id': 3,
    'orders[ 1 ]["price"]': 7,
    "orders[0]['odd name']": 'x',
    '["a.b"]': true,
    '$["a.b"]': true,
    '[7]': 'seven',
    naïve: null,
    'orders[*].id': [1, 2, 3],
    'orders[*].price': [5, 7],
    'orders[*].tags[*]': ['a', 'b', 'c'],
    'orders[*].tags[0]': ['a', 'c'],
    'orders[0].*': [1, 5, ['a', 'b'], 'x'],
    'nothing[*]': [],
    'orders[0].id[*]': [],
  }
  for (const [path, value] of Object.entries(found)) {
    it(`${path} finds ${JSON.stringify(value).slice(0, 40)}`, () => {
      expect(query(path)).to.deep.equal(value)
    })
  }

  for (const path of ['x', 'orders[9]', 'orders[-4]', 'orders.id', 'orders[0].id.x', 'naïve.x', 'orders.length']) {
    it(`${path} finds nothing`, () => {
      expect(codeOf(path)).to.equal('NOT_FOUND')
    })
  }

  it('reaches no prototype, and finds such a field where the JSON has it', () => {
    for (const path of ['__proto__', 'constructor', 'toString', 'orders["__proto__"]', 'constructor.prototype']) {
      expect(codeOf(path)).to.equal('NOT_FOUND')
    }
    expect(query('constructor', { constructor: 1 })).to.equal(1)
  })

  for (const path of [
    'a..b',
    'a.',
    'a[',
    'a[]',
    'a[x]',
    'a[1',
    'a b',
    'a[0]b',
    '[0]b',
    '$a b',
    "['x]",
    '["\\x"]',
    '$$',
    'a[1.5]',
    '**',
  ]) {
    it(`refuses ${path}`, () => {
      expect(codeOf(path)).to.equal('INVALID_PATH')
    })
  }

  it('finds any field by its quoted name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer(), { minKeys: 1, noNullPrototype: true }), (record) => {
        for (const [name, value] of Object.entries(record)) {
          expect(query(`$[${JSON.stringify(name)}]`, record)).to.equal(value)
        }
      }),
    )
  })

  it('finds something or fails with a code, whatever the text, in linear time', () => {
    const part = fc.constantFrom('a', '.', '[', ']', '*', '0', '-1', '"', "'", '$', '\\', ' ', 'é')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(part).map((parts) => parts.join('')),
        ),
        (path) => {
          expect(() => codeOf(path)).not.to.throw()
        },
      ),
    )
    for (const path of [
      `["${'\\'.repeat(1_000)}`,
      `[${' '.repeat(1_000)}`,
      'a.'.repeat(500),
      `["${'a'.repeat(1_000)}`,
    ]) {
      expect(codeOf(path)).to.equal('INVALID_PATH')
    }
  })
})
