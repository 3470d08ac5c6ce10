import { expect } from 'chai'
import * as fc from 'fast-check'
import { truncateFields, truncateValue } from '../../lib/event/truncate.ts'
import { propertyRuns } from '../setup.ts'
import { isWellFormed, longTexts } from './texts.ts'

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

describe('truncateValue', () => {
  it('leaves what fits as it is, to the byte', () => {
    const value = { a: 'x'.repeat(100) }
    expect(truncateValue(value, bytesOf(value))).to.equal(value)
    expect(truncateValue(value, bytesOf(value) - 1)).not.to.equal(value)
  })

  it('keeps the beginning of a text and says how much there was', () => {
    const cut = truncateValue(`start${'x'.repeat(5_000)}`, 2_000) as string
    expect(cut).to.match(/^startx+… \[truncated: 5007 bytes in all\]$/)
    expect(bytesOf(cut)).to.be.within(1_700, 2_000)
  })

  it('makes a preview of anything else', () => {
    const list = Array.from({ length: 2_000 }, (_, index) => index)
    const cut = truncateValue(list, 2_000)
    expect(cut).to.include({ truncated: true, bytes: bytesOf(list) })
    expect(cut)
      .to.have.property('preview')
      .that.matches(/^\[0,1,2,/)
    expect(bytesOf(cut)).to.be.at.most(2_000)
  })

  it('cuts the entries of a record one by one where it is told to, so that small results stay whole', () => {
    const cut = truncateValue({ small: { ok: true }, large: 'x'.repeat(10_000) }, 4_000, true)
    expect(cut).to.have.property('small').that.deep.equals({ ok: true })
    expect(cut)
      .to.have.property('large')
      .that.matches(/^x+… \[truncated: 10002 bytes in all\]$/)
    expect(bytesOf(cut)).to.be.at.most(4_000)
  })

  it('makes one preview of a record with more entries than there is room for', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`node${index}`, 'x'.repeat(100)]))
    expect(truncateValue(many, 4_000, true)).to.include({ truncated: true, bytes: bytesOf(many) })
  })

  it('ends before a surrogate pair that does not fit', () => {
    for (let maxBytes = 1_000; maxBytes < 1_010; maxBytes++) {
      const cut = truncateValue('😀'.repeat(1_000), maxBytes) as string
      expect(cut).to.match(/^(?:😀){100,}… \[truncated: 4002 bytes in all\]$/u)
    }
  })

  it('stays within the bound and halves no surrogate pair, whatever the value', () => {
    const value = fc.oneof(
      longTexts,
      fc.array(longTexts, { maxLength: 3 }),
      fc.dictionary(fc.string(), longTexts, { maxKeys: 3 }),
    )
    fc.assert(
      fc.property(value, fc.integer({ min: 1_024, max: 100_000 }), fc.boolean(), (given, maxBytes, byEntry) => {
        const cut = truncateValue(given, maxBytes, byEntry)
        expect(bytesOf(cut)).to.be.at.most(maxBytes)
        if (typeof given === 'string' && isWellFormed(given)) expect(isWellFormed(cut as string)).to.equal(true)
      }),
      { numRuns: Math.ceil(propertyRuns / 4) },
    )
  })
})

describe('truncateFields', () => {
  it('cuts the named fields and no other, and keeps the order of keys', () => {
    const data = { a: 1, result: 'x'.repeat(20_000), z: 'kept' }
    const cut = truncateFields(data, ['result'], 10_000)
    expect(Object.keys(cut ?? {})).to.deep.equal(['a', 'result', 'z'])
    expect(cut).to.include({ a: 1, z: 'kept' })
    expect(bytesOf(cut)).to.be.at.most(10_000)
  })

  it('divides the room among several', () => {
    const cut = truncateFields(
      { a: 'x'.repeat(9_000), b: 'y'.repeat(9_000), c: 'z'.repeat(900) },
      ['a', 'b', 'c'],
      9_000,
    )
    expect(cut?.['c']).to.equal('z'.repeat(900))
    expect(bytesOf(cut)).to.be.at.most(9_000)
  })

  it('cannot cut what names nothing, or what is too large without it', () => {
    const data = { text: 'x'.repeat(20_000), result: 'y' }
    expect(truncateFields(data, [], 10_000)).to.equal(undefined)
    expect(truncateFields(data, ['absent'], 10_000)).to.equal(undefined)
    expect(truncateFields(data, ['result'], 10_000)).to.equal(undefined)
  })
})
