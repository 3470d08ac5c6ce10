import { expect } from 'chai'
import { CodedError } from '../../lib/base/coded-error.ts'

class SpecialError extends CodedError<'SPECIAL'> {}

describe('CodedError', () => {
  it('is an Error with a code, a message and a cause', () => {
    const cause = new Error('why')
    const error = new CodedError('SOME_CODE', 'what happened', { cause })
    expect(error).to.be.instanceOf(Error)
    expect(error).to.include({ code: 'SOME_CODE', message: 'what happened', name: 'CodedError', cause })
  })

  it('bears the name of its class', () => {
    const error = new SpecialError('SPECIAL', 'x')
    expect(error).to.be.instanceOf(CodedError)
    expect(String(error)).to.equal('SpecialError: x')
  })
})
