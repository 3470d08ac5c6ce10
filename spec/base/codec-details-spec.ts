import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { codecDetails, describeValue, type ErrorDetail } from '../../lib/base/codec-details.ts'

function details(codec: t.Mixed, value: unknown): readonly ErrorDetail[] {
  const decoded = codec.decode(value)
  if (decoded._tag === 'Right') throw new Error('it decodes')
  return codecDetails(decoded.left)
}

const paths = (codec: t.Mixed, value: unknown): readonly string[] => details(codec, value).map(({ path }) => path)

const Item = t.intersection([t.type({ id: t.string }), t.partial({ size: t.number })])
const List = t.type({ nodes: t.array(Item) })

/** A codec of one's own that hands over to another, as `GraphNode` does. */
const Delegate = new t.Type<unknown>('delegate', Item.is, (value, context) => Item.validate(value, context), t.identity)

describe('codecDetails', () => {
  it('tells path, expectation and what was there', () => {
    expect(details(List, { nodes: [{ id: 'a' }, { id: 7 }] })).to.deep.equal([
      { path: 'nodes[1].id', expected: 'string', actual: '7' },
    ])
  })

  it('has an empty path for the value itself', () => {
    expect(details(t.string, 7)).to.deep.equal([{ path: '', expected: 'string', actual: '7' }])
  })

  it('tells of every fault, in order', () => {
    expect(paths(List, { nodes: [{}, { id: 'a', size: 'x' }] })).to.deep.equal(['nodes[0].id', 'nodes[1].size'])
  })

  const wrapped: Readonly<Record<string, t.Mixed>> = {
    'an intersection': Item,
    'an intersection of intersections': t.intersection([Item, t.intersection([Item, t.partial({ x: t.string })])]),
    'a refined intersection': t.refinement(Item, () => true, 'refined'),
    'an exact intersection': t.exact(Item),
    'a read-only intersection': t.readonly(Item),
    'a recursive intersection': t.recursion('recursive', () => Item),
    'a codec of its own around an intersection': Delegate,
  }
  for (const [name, codec] of Object.entries(wrapped)) {
    it(`leaves the members of ${name} out of the path`, () => {
      expect(new Set(paths(codec, { id: 1 }))).to.deep.equal(new Set(['id']))
      expect(new Set(paths(t.type({ list: t.array(codec) }), { list: [{ id: 'a' }, {}] }))).to.deep.equal(
        new Set(['list[1].id']),
      )
      expect(new Set(paths(t.type({ list: t.array(codec) }), { list: [7] }))).to.deep.equal(new Set(['list[0]']))
    })
  }

  it('leaves the members of unions out of the path, tagged ones too', () => {
    expect(paths(t.type({ a: t.union([t.string, t.null]) }), { a: 1 })).to.deep.equal(['a', 'a'])
    const tagged = t.union([t.type({ kind: t.literal('a'), v: t.string }), t.type({ kind: t.literal('b') })])
    expect(paths(t.type({ x: tagged }), { x: { kind: 'a', v: 1 } })).to.deep.equal(['x.v'])
    expect(paths(t.union([t.array(t.string), t.null]), [1])).to.deep.equal(['[0]', ''])
  })

  it('keeps the indexes of lists in lists, and of lists whose items are all alike', () => {
    expect(paths(t.array(t.array(t.string)), [['a'], ['b', 1]])).to.deep.equal(['[1][1]'])
    expect(paths(t.array(t.string), [1, 1])).to.deep.equal(['[0]', '[1]'])
    expect(paths(t.tuple([t.string, t.string]), ['a', 1])).to.deep.equal(['[1]'])
  })

  it('keeps the keys of records', () => {
    expect(paths(t.record(t.string, t.number), { a: 'x' })).to.deep.equal(['a'])
    expect(paths(t.type({ by: t.record(t.string, Item) }), { by: { k: { id: 1 } } })).to.deep.equal(['by.k.id'])
  })

  it('tells of at most 20 faults', () => {
    expect(
      details(
        t.array(t.string),
        Array.from({ length: 1_000 }, () => 1),
      ),
    ).to.have.length(20)
  })

  it('is bounded and printable whatever the keys, names and values are', () => {
    const long = `\u202e\n${'k'.repeat(1_000)}`
    const named = t.refinement(t.string, () => false, long)
    for (const { path, expected, actual } of details(t.record(t.string, named), { [long]: long })) {
      for (const text of [path, expected, actual]) {
        expect(text).to.have.length.at.most(160)
        expect(text).not.to.match(/[\n\u202e]/)
      }
    }
  })

  it('takes the message of a codec that has one', () => {
    const codec = new t.Type<string>(
      'x',
      t.string.is,
      (value, context) => t.failure(value, context, 'a word of wisdom'),
      t.identity,
    )
    expect(details(codec, 'x')).to.deep.equal([{ path: '', expected: 'a word of wisdom', actual: '"x"' }])
  })
})

describe('describeValue', () => {
  const table: readonly (readonly [unknown, string])[] = [
    [undefined, 'nothing'],
    [null, 'null'],
    ['a "b"', '"a \\"b\\""'],
    ['', '""'],
    [-1.5, '-1.5'],
    [Number.NaN, 'NaN'],
    [10n, '10'],
    [false, 'false'],
    [[1, 2], 'a list of 2'],
    [{ secret: 1 }, 'an object'],
    [new Date(0), 'an object'],
    [() => 1, 'a function'],
    [Symbol('x'), 'a symbol'],
  ]
  for (const [value, words] of table) {
    it(`says ${words}`, () => {
      expect(describeValue(value)).to.equal(words)
    })
  }

  it('never throws and is short, for anything', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), fc.string(), (value, text) => {
        expect(describeValue(value)).to.have.length.at.most(1_000)
        expect(describeValue(text.repeat(50))).to.have.length.at.most(125 * 6)
      }),
    )
  })
})
