import { expect } from 'chai'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { type ToolWord, ToolWords } from '../../lib/workflow/tool-words.ts'

function listen() {
  const time = createTestTime()
  const said: ToolWord[] = []
  return { time, said, words: new ToolWords(time.scheduler, (word) => said.push(word)) }
}

describe('what a tool says while it works', () => {
  it('is progress in a hundred at once, then ten a second: the newest there is', async () => {
    const { time, said, words } = listen()
    for (let index = 0; index < 10_000; index++) words.progress(index / 100)
    expect(said).to.have.lengthOf(100)
    await time.advance(100)
    expect(said.slice(100)).to.deep.equal([{ _tag: 'Progress', percent: 99.99 }])
    for (let ms = 0; ms < 1_000; ms++) {
      words.progress(50, `at ${ms}`)
      await time.advance(1)
    }
    expect(said).to.have.lengthOf(111)
    expect(said.at(-1)).to.deep.equal({ _tag: 'Progress', percent: 50, message: 'at 999' })
    await time.advance(10_000)
    expect(said).to.have.lengthOf(111)
    words.progress(60)
    expect(said.at(-1)).to.deep.equal({ _tag: 'Progress', percent: 60 })
  })

  it('is the last progress too, where it ends before there is room, and nothing after that', async () => {
    const { time, said, words } = listen()
    for (let index = 0; index <= 200; index++) words.progress(index / 2)
    words.flush()
    expect(said.at(-1)).to.deep.equal({ _tag: 'Progress', percent: 100 })
    expect(said).to.have.lengthOf(101)
    words.progress(1)
    words.end()
    words.flush()
    words.progress(2)
    words.log('info', 'x')
    await time.advance(60_000)
    expect(said).to.have.lengthOf(101)
  })

  it('is warnings and errors also where there were too many other lines', () => {
    const { said, words } = listen()
    for (let index = 0; index < 500; index++) words.log('info', `line ${index}`)
    for (let index = 0; index < 500; index++) words.log('error', `error ${index}`)
    expect(said.filter((word) => word._tag === 'Log' && word.level === 'error')).to.have.lengthOf(200)
    expect(said.at(-1)).to.include({ message: 'further warnings and errors are left out (more than 200)' })
  })

  it('is log entries of any level, cut, 200 of one try, and then a word that some are missing', () => {
    const { said, words } = listen()
    words.log('info', 'x'.repeat(5_000))
    for (let index = 0; index < 5_000; index++) words.log('debug', `line ${index}`)
    expect(said).to.have.lengthOf(201)
    expect(said[0]).to.deep.equal({ _tag: 'Log', level: 'info', message: 'x'.repeat(2_000) })
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
