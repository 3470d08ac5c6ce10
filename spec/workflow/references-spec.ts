import { expect } from 'chai'
import * as fc from 'fast-check'
import { isRecord } from '../../lib/base/is-record.ts'
import { escapeReferences } from '../../lib/dsl/reference.ts'
import { holdsReference, referenceProblems, resolveReferences } from '../../lib/workflow/references.ts'

const results = new Map<string, unknown>([
  ['a', { name: 'Ann', age: 7, ok: true, none: null, tags: ['x', { deep: [1, 2] }], 'odd key': 1 }],
  ['b', 'text of b'],
  ['step.1', { out: 5 }],
  ['step', { 1: { out: 'of step' } }],
  ['nothing', null],
])
const known = new Set([...results.keys(), 'not yet'])

function resolved(params: unknown): unknown {
  const found = resolveReferences(params, known, results)
  if (found._tag === 'Right') return found.right
  throw new Error(found.left)
}

function fault(params: unknown): string {
  const found = resolveReferences(params, known, results)
  return found._tag === 'Left' ? found.left : 'none'
}

/** `value` with texts that come out of the resolving as they are now. */
function escaped(value: unknown): unknown {
  if (typeof value === 'string') return escapeReferences(value)
  if (Array.isArray(value)) return value.map(escaped)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]))
}

describe('references', () => {
  it('that are the whole text keep the type of what they stand for', () => {
    for (const [text, value] of [
      ['${a.name}', 'Ann'],
      ['${a.age}', 7],
      ['${a.ok}', true],
      ['${a.none}', null],
      ['${a.tags}', ['x', { deep: [1, 2] }]],
      ['${a.tags.1.deep.0}', 1],
      ['${a.odd key}', 1],
      ['${b}', 'text of b'],
      ['${nothing}', null],
    ] as const) {
      expect(resolved({ text }), text).to.deep.equal({ text: value })
    }
  })

  it('within other text become text, objects and lists as JSON', () => {
    expect(resolved('<${a.name}, ${a.age}, ${a.ok}, ${a.none}>')).to.equal('<Ann, 7, true, null>')
    expect(resolved(' ${a.tags}')).to.equal(' ["x",{"deep":[1,2]}]')
    expect(resolved('${b}${b}')).to.equal('text of btext of b')
  })

  it('are found at any depth, in values and not in names', () => {
    expect(resolved({ list: [{ '${b}': '${b}' }], n: 1, no: null })).to.deep.equal({
      list: [{ '${b}': 'text of b' }],
      n: 1,
      no: null,
    })
    expect(holdsReference({ list: [{ x: '${b}' }] })).to.equal(true)
    expect(holdsReference({ '${b}': ['$b', 1, null] })).to.equal(false)
  })

  it('of very many names are refused at the cost of their length', () => {
    const only = new Set(['a'])
    const referable = { known: only, ancestors: only, isSecret: () => false, isHidden: false }
    const text = `\${a${'.b'.repeat(60_000)}}`
    const startedAt = process.cpuUsage()
    const [problem] = referenceProblems(text, 'x', referable)
    expect(problem?.expected).to.equal('a path of at most 64 names')
    expect(referenceProblems(`\${a${'.b'.repeat(64)}}`, 'x', referable)).to.deep.equal([])
    const { user, system } = process.cpuUsage(startedAt)
    expect((user + system) / 1_000).to.be.lessThan(500)
  })

  it('name the longest id there is, since ids may hold dots', () => {
    expect(resolved('${step.1.out}')).to.equal(5)
    expect(resolved('${step.1}')).to.deep.equal({ out: 5 })
    expect(resolved('${step}')).to.deep.equal({ 1: { out: 'of step' } })
  })

  it('begin with $${ where the characters themselves are meant', () => {
    expect(resolved('$${b}')).to.equal('${b}')
    expect(resolved('$${b} is ${b}')).to.equal('${b} is text of b')
    expect(resolved('price: $${')).to.equal('price: ${')
    expect(resolved('an end that never comes: ${b')).to.equal('an end that never comes: ${b')
  })

  it('say which of them has no value: a node without a result, a field that is not there', () => {
    expect(fault('${not yet}')).to.equal('${not yet} has no value: that node has no result')
    expect(fault('x ${a.age.more} y')).to.equal('${a.age.more} has no value: there is no "more" in that result')
    expect(fault('${b.0}')).to.equal('${b.0} has no value: there is no "0" in that result')
    expect(fault('${nothing.x}')).to.equal('${nothing.x} has no value: there is no "x" in that result')
    expect(fault(['fine', '${a.tags.2}'])).to.equal('${a.tags.2} has no value: there is no "2" in that result')
  })

  it('reach own fields only: no prototype, no length', () => {
    for (const path of [
      'constructor',
      '__proto__',
      'toString',
      'hasOwnProperty',
      'tags.length',
      'tags.map',
      'name.length',
    ]) {
      expect(fault(`\${a.${path}}`), path).to.match(/has no value/)
    }
    const poisoned = new Map([['a', JSON.parse('{"__proto__":{"x":1},"constructor":{"x":1}}') as unknown]])
    expect(resolveReferences('${a.__proto__.x}', new Set(['a']), poisoned)._tag).to.equal('Left')
    expect(resolveReferences('${a.constructor.x}', new Set(['a']), poisoned)._tag).to.equal('Left')
  })

  it('put in a copy, so that a tool may change its params', () => {
    const one = resolved({ tags: '${a.tags}' }) as { tags: unknown[] }
    one.tags.push('mine')
    expect(resolved('${a.tags}')).to.deep.equal(['x', { deep: [1, 2] }])
  })

  it('are bounded together, and stop being replaced where that is too much', () => {
    const large = new Map([['a', { text: 'x'.repeat(100_000), list: Array(30_000).fill(1) }]])
    const take = (params: unknown): string => {
      const found = resolveReferences(params, new Set(['a']), large)
      return found._tag === 'Left' ? found.left : 'fits'
    }
    const tooLarge = 'the params take more than 131072 bytes with their references resolved'
    expect(take('${a.text}')).to.equal('fits')
    expect(take({ one: '${a.text}', other: '${a.text}' })).to.equal(tooLarge)
    expect(take({ one: '${a.list}', other: '${a.list}', third: '${a.list}' })).to.equal(tooLarge)
    // What stands around them counts too.
    expect(take({ one: '${a.text}', other: 'y'.repeat(40_000) })).to.equal(tooLarge)
    const begin = performance.now()
    expect(take('${a.text}'.repeat(10_000))).to.equal(tooLarge)
    expect(performance.now() - begin).to.be.below(500)
  })

  it('come out of escaping and resolving as they went in, whatever the text', () => {
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom('$', '{', '}', 'a', '.', '${a}', '$${')).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(fc.object({ values: [text, fc.integer()] }), text, (object, alone) => {
        expect(resolved(escaped(object))).to.deep.equal(object)
        expect(resolved(escaped(alone))).to.equal(alone)
      }),
    )
  })
})
