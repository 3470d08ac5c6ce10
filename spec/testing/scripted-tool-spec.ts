import { expect } from 'chai'
import { createScriptedTool } from '../../lib/testing/scripted-tool.ts'
import { toolContext } from '../support/tool-context.ts'

const context = toolContext()

/** Calls a tool as an engine does, and says what came of it. */
async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  )
}

describe('createScriptedTool', () => {
  it('waits for the test to answer each call, in any order', async () => {
    const { tool, calls } = createScriptedTool({ name: 'work' })
    const outcomes = [{ n: 1 }, { n: 2 }, { n: 3 }].map((params) => outcomeOf(tool.run(params as never, context)))
    expect(calls.map(({ params }) => params)).to.deep.equal([{ n: 1 }, { n: 2 }, { n: 3 }])
    const error = new Error('no')
    calls[1]?.fail(error)
    calls[2]?.succeed({ done: true })
    calls[0]?.succeed()
    expect(await Promise.all(outcomes)).to.deep.equal([{ result: undefined }, { error }, { result: { done: true } }])
  })

  it('shows the context of a call: its signal, its progress, its run', () => {
    const { tool, calls } = createScriptedTool({ name: 'work' })
    void tool.run({} as never, context)
    expect(calls[0]?.context).to.equal(context)
  })

  it('answers by itself where it was told how, and still keeps the calls', async () => {
    const { tool, calls } = createScriptedTool({
      name: 'double',
      answer: ({ n }, { attempt }) => Number(n) * 2 + attempt,
    })
    expect(await tool.run({ n: 4 } as never, context)).to.equal(9)
    expect(calls).to.have.length(1)
  })

  it('fails where its answer throws or rejects', async () => {
    const error = new Error('no')
    const answers = [
      () => {
        throw error
      },
      () => Promise.reject(error),
    ]
    for (const answer of answers) {
      const { tool } = createScriptedTool({ name: 'work', answer })
      expect(await outcomeOf(tool.run({} as never, context))).to.deep.equal({ error })
    }
  })

  it('is a tool like any other, that takes any params', () => {
    const { tool } = createScriptedTool({ name: 'work', idempotent: true, positional: ['path'] })
    expect(tool).to.include({ name: 'work', idempotent: true })
    expect(tool.positional).to.deep.equal(['path'])
    expect(tool.params.is({ anything: ['goes'] })).to.equal(true)
    expect(createScriptedTool({ name: 'other' }).tool).to.include({ idempotent: false })
  })
})
