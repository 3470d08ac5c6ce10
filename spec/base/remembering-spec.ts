import { expect } from 'chai'
import { remembering } from '../../lib/base/remembering.ts'

describe('remembering', () => {
  const counting = (maxAnswers: number, maxLength = 10) => {
    const asked: string[] = []
    const answer = remembering(
      (text) => {
        asked.push(text)
        return { text }
      },
      { maxAnswers, maxLength },
    )
    return { answer, asked }
  }

  it('gives the very same answer again, without asking', () => {
    const { answer, asked } = counting(2)
    expect(answer('a')).to.equal(answer('a'))
    expect(answer('b')).to.deep.equal({ text: 'b' })
    expect(asked).to.deep.equal(['a', 'b'])
  })

  it('keeps no more answers than it may', () => {
    const { answer, asked } = counting(2)
    for (const text of ['a', 'b', 'c', 'c', 'a']) answer(text)
    expect(asked).to.deep.equal(['a', 'b', 'c', 'a'])
  })

  it('keeps nothing of long texts', () => {
    const { answer, asked } = counting(2, 1)
    for (const text of ['ab', 'ab', 'a', 'a']) answer(text)
    expect(asked).to.deep.equal(['ab', 'ab', 'a'])
  })
})
