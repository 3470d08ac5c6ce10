import { expect } from 'chai'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createToolWords, type ToolWord } from '../../lib/workflow/tool-words.ts'

function listen() {
  const time = createTestTime()
  const said: ToolWord[] = []
  return { time, said, words: createToolWords(time.scheduler, (word) => said.push(word)) }
}

describe('what a tool says while it works', () => {
  it('is progress in a hundred at once, then ten a second', async () => {
    const { time, said, words } = listen()
    for (let index = 0; index < 10_000; index++) words.progress(index / 100)
    expect(said).to.have.lengthOf(100)
    await time.advance(500)
    for (let index = 0; index < 10_000; index++) words.progress(50)
    expect(said).to.have.lengthOf(105)
  })

  it('is log entries of any level, cut, 200 of one try, and then a word that some are missing', () => {
    const { said, words } = listen()
    words.log('warn', 'x'.repeat(5_000))
    for (let index = 0; index < 5_000; index++) words.log('debug', `line ${index}`)
    expect(said).to.have.lengthOf(201)
    expect(said[0]).to.deep.equal({ _tag: 'Log', level: 'warn', message: 'x'.repeat(2_000) })
    expect(said[1]).to.deep.equal({ _tag: 'Log', level: 'debug', message: 'line 0' })
    expect(said.at(-1)).to.deep.equal({
      _tag: 'Log',
      level: 'warn',
      message: 'further log entries are left out (more than 200)',
    })
  })

  it('is harmless where the tool was written without types', () => {
    const { said, words } = listen()
    words.log('fatal' as 'error', { secret: 1 } as unknown as string)
    words.progress('half' as unknown as number, 7 as unknown as string)
    expect(said).to.deep.equal([
      { _tag: 'Log', level: 'info', message: '(object)' },
      { _tag: 'Progress', percent: 0, message: '(number)' },
    ])
  })
})
