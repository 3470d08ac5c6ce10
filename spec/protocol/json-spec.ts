import { expect } from 'chai'
import * as fc from 'fast-check'
import { parseJson } from '../../lib/protocol/json.ts'

const fault = (text: string): string => {
  const parsed = parseJson(text)
  return parsed._tag === 'Left' ? parsed.left : 'none'
}

const nestedLists = (depth: number, core = ''): string => `${'['.repeat(depth)}${core}${']'.repeat(depth)}`
const nestedObjects = (depth: number, core: string): string => `${'{"a":'.repeat(depth)}${core}${'}'.repeat(depth)}`

const tooDeep = 'the message is nested deeper than 32'
const tooMany = 'the message holds more than 10000 values'

describe('parseJson', () => {
  it('takes any JSON within its bounds as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/__proto__|constructor|prototype/.test(text))
        expect(parseJson(text)).to.deep.equal({ _tag: 'Right', right: JSON.parse(text) as unknown })
      }),
    )
  })

  it('refuses what is not JSON, without quoting it', () => {
    for (const text of ['', ' ', '{', 'nope', "{'a':1}", '{"a":1}}', '\u0000', 'NaN', '[1,]', '{"a":1n}']) {
      expect(fault(text)).to.equal('the message is not JSON')
    }
  })

  it('takes 32 levels and refuses 33, of lists, objects and both, whatever is innermost', () => {
    for (const core of ['', '1', '"x"']) {
      expect(fault(nestedLists(32, core))).to.equal('none')
      expect(fault(nestedLists(33, core))).to.equal(tooDeep)
    }
    for (const core of ['1', '{}', '[]']) {
      const levels = core === '1' ? 32 : 31
      expect(fault(nestedObjects(levels, core))).to.equal('none')
      expect(fault(nestedObjects(levels + 1, core))).to.equal(tooDeep)
    }
    expect(fault(nestedLists(16, nestedObjects(16, 'null')))).to.equal('none')
    expect(fault(nestedLists(16, nestedObjects(17, 'null')))).to.equal(tooDeep)
    expect(fault(`[1,2,[3],${nestedLists(32)}]`)).to.equal(tooDeep)
  })

  it('does not run out of stack, however deep', () => {
    expect(fault(nestedLists(400_000))).to.be.oneOf([tooDeep, 'the message is not JSON'])
    expect(fault(nestedObjects(5_000, '1'))).to.equal(tooDeep)
  })

  it('takes 10,000 values and refuses one more, wide or nested', () => {
    const list = (count: number): string => JSON.stringify(Array.from({ length: count }, () => 0))
    expect(fault(list(9_999))).to.equal('none')
    expect(fault(list(10_000))).to.equal(tooMany)
    const record = (count: number): string =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, true])))
    expect(fault(record(9_999))).to.equal('none')
    expect(fault(record(10_000))).to.equal(tooMany)
    // The list, its 100 lists, and 99 values in each but the first: 10,000 and one.
    const rows = JSON.stringify(
      Array.from({ length: 100 }, (_, row) => Array.from({ length: row === 0 ? 99 : 98 }, () => 0)),
    )
    expect(fault(rows)).to.equal('none')
    expect(fault(`[${rows.slice(1, -1)},${list(99)}]`)).to.equal(tooMany)
  })

  for (const key of ['__proto__', 'constructor', 'prototype']) {
    it(`refuses the key ${key} at any depth, escaped or not, and changes no prototype`, () => {
      const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}`
      for (const written of [key, escaped]) {
        for (let depth = 0; depth < 31; depth++) {
          const poisoned = `{"${written}":{"polluted":true}}`
          expect(fault(nestedObjects(depth, poisoned))).to.equal(`the message holds the key "${key}"`)
          expect(fault(nestedLists(depth, `1,${poisoned}`))).to.satisfy(
            (words: string) => words.includes(`"${key}"`) || (depth === 0 && words.includes('not JSON')),
          )
        }
      }
      expect(Reflect.get({}, 'polluted')).to.equal(undefined)
    })
  }

  it('takes those words as values, and keys that only look alike', () => {
    const text = '{"a":"__proto__","b":["constructor","prototype"],"__proto":1,"Constructor":2,"toString":3}'
    expect(fault(text)).to.equal('none')
  })

  it('never throws, for any text', () => {
    const jsonish = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', 'u005f', '1', 'null', '__proto__'),
    })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), jsonish), (text) => {
        expect(parseJson(text)._tag).to.be.oneOf(['Left', 'Right'])
      }),
    )
  })
})
