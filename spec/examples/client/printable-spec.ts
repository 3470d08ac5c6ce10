import { expect } from 'chai'
import * as fc from 'fast-check'
import { printable } from '../../../examples/client/printable.ts'

describe('printable (of the example client)', () => {
  it('escapes what moves the cursor, ends a line, turns the text or cannot be seen', () => {
    expect(printable('a\u001b[2Jb\r\nc\u009b1m')).to.equal('a\\u001b[2Jb\\u000d\\u000ac\\u009b1m')
    expect(printable('\u202ecba\u2066\u200b\ufeff\u2028')).to.equal('\\u202ecba\\u2066\\u200b\\ufeff\\u2028')
    expect(printable('\ud800 \u{e0041}')).to.equal('\\ud800 \\udb40\\udc41')
  })

  it('leaves what people write as it is', () => {
    const text = 'Grüße, 世界 👩‍🔧 می‌خواهم "C:\\u"'
    expect(printable(text)).to.equal(text)
  })

  it('never lets a control character through, and changes nothing a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text)
        expect(shown).to.not.match(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(printable(shown)).to.equal(shown)
      }),
    )
  })

  it('leaves the meaning of JSON as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printable(JSON.stringify({ [text]: text })))).to.deep.equal({ [text]: text })
      }),
    )
  })
})
