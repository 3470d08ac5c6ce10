import { expect } from 'chai'
import * as fc from 'fast-check'
import { formatSince, hasPrefix, parseSince } from '../../lib/event/since.ts'

const MAX_SEQ = Number.MAX_SAFE_INTEGER

const epoch = fc.stringMatching(/^[\w-]{1,64}$/)
const seq = fc.oneof(fc.nat(), fc.nat(MAX_SEQ), fc.constantFrom(0, 1, MAX_SEQ))

describe('parseSince', () => {
  it('reads an epoch and a number, and the begin of an id where there is one', () => {
    expect(parseSince('e-1_x:7')).to.deep.equal({ epoch: 'e-1_x', seq: 7, idPrefix: undefined })
    expect(parseSince('e:0')).to.deep.equal({ epoch: 'e', seq: 0, idPrefix: undefined })
    expect(parseSince('e:7:0123abcd')).to.deep.equal({ epoch: 'e', seq: 7, idPrefix: '0123abcd' })
    expect(parseSince('e:7:a')).to.deep.equal({ epoch: 'e', seq: 7, idPrefix: 'a' })
  })

  it('takes whatever an id may begin with', () => {
    for (const prefix of [':', 'a:b:c', ' ', '\n', '%', 'ünïcödé-', '🎉🎉🎉🎉🎉🎉🎉🎉']) {
      expect(parseSince(`e:7:${prefix}`)?.idPrefix).to.equal(prefix)
    }
  })

  for (const text of [
    '',
    ':',
    'e',
    'e:',
    ':7',
    'e:x',
    'e:-1',
    'e:+1',
    'e:1.0',
    'e:1e3',
    'e: 1',
    'e:01',
    'e:00',
    'e:7:',
    'e:7:123456789',
    'e:7\n',
    'e e:7',
    'é:7',
    'e:9007199254740992',
    'e:99999999999999999',
    `${'e'.repeat(65)}:7`,
    'e:7:🎉🎉🎉🎉🎉🎉🎉🎉🎉',
  ]) {
    it(`takes ${JSON.stringify(text)} for none`, () => {
      expect(parseSince(text)).to.equal(undefined)
    })
  }

  it('reads back what was written, up to the largest number there is', () => {
    fc.assert(
      fc.property(epoch, seq, (name, number) => {
        const position = { epoch: name, seq: number }
        expect(parseSince(formatSince(position))).to.deep.equal({ ...position, idPrefix: undefined })
      }),
    )
  })

  it('is written in one way only: what it reads is what it would write', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\w{0,3}:\d{0,3}(:\w{0,9})?$/)), (text) => {
        const since = parseSince(text)
        if (since === undefined) return
        const { idPrefix } = since
        expect(formatSince(since) + (idPrefix === undefined ? '' : `:${idPrefix}`)).to.equal(text)
      }),
    )
  })

  it('goes through the query of a URL and comes out the same', () => {
    fc.assert(
      fc.property(epoch, seq, fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }), (name, number, idPrefix) => {
        const text = `${name}:${number}:${idPrefix}`
        const params = new URLSearchParams(`since=${encodeURIComponent(text)}`)
        expect(parseSince(params.get('since') ?? '')).to.deep.equal({ epoch: name, seq: number, idPrefix })
      }),
    )
  })
})

describe('hasPrefix', () => {
  it('compares the first eight characters', () => {
    expect(hasPrefix('0123456789', '01234567')).to.equal(true)
    expect(hasPrefix('01234567', '01234567')).to.equal(true)
    expect(hasPrefix('0123456x', '01234567')).to.equal(false)
    expect(hasPrefix('012345678', '0123456')).to.equal(false)
    expect(hasPrefix('012345678', '012345678')).to.equal(false)
  })

  it('takes a shorter id for its own prefix, and no less of it', () => {
    expect(hasPrefix('ab', 'ab')).to.equal(true)
    expect(hasPrefix('ab', 'a')).to.equal(false)
    expect(hasPrefix('ab', 'abc')).to.equal(false)
  })

  it('holds for the first eight of an id, counted as its client counts: in UTF-16 or in whole characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (id) => {
        expect(hasPrefix(id, id.slice(0, 8))).to.equal(true)
        expect(hasPrefix(id, Array.from(id).slice(0, 8).join(''))).to.equal(true)
      }),
    )
  })

  it('holds for no other id that differs in them', () => {
    const id = fc.stringMatching(/^[a-c]{1,10}$/)
    fc.assert(
      fc.property(id, id, (one, other) => {
        expect(hasPrefix(one, other.slice(0, 8))).to.equal(one.slice(0, 8) === other.slice(0, 8))
      }),
    )
  })
})
