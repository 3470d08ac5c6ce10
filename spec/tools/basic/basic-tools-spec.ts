import { expect } from 'chai'
import { basicTools } from '../../../lib/tools/basic/basic-tools.ts'
import { createToolRegistry } from '../../../lib/tools/registry.ts'
import type { ToolContext } from '../../../lib/tools/tool.ts'
import { createTestTime } from '../../../lib/testing/index.ts'

function createBench() {
  const time = createTestTime()
  const registry = createToolRegistry(basicTools({ scheduler: time.scheduler }))
  const controller = new AbortController()
  const told: number[] = []
  const context: ToolContext = {
    signal: controller.signal,
    progress: (percent) => void told.push(percent),
    log: () => undefined,
    executionId: 'e',
    nodeId: 'n',
    attempt: 1,
  }
  const call = (name: string, params: object): Promise<unknown> => {
    const prepared = registry.prepare(name, params)
    if (prepared._tag === 'Left') throw new Error(JSON.stringify(prepared.left))
    return prepared.right.run(context)
  }
  return { time, registry, controller, told, call }
}

describe('basicTools', () => {
  it('echo gives back what it was given, null where that was nothing', async () => {
    const { call } = createBench()
    for (const value of ['text', 7, { a: [1] }, null, false]) expect(await call('echo', { value })).to.deep.equal(value)
    expect(await call('echo', {})).to.equal(null)
  })

  it('wait waits, and tells ten times how far it is', async () => {
    const { time, told, call } = createBench()
    const waiting = call('wait', { seconds: 5 })
    await time.advance(4_999)
    expect(told).to.deep.equal([10, 20, 30, 40, 50, 60, 70, 80, 90])
    await time.advance(1)
    expect(await waiting).to.deep.equal({ seconds: 5 })
    expect(told.at(-1)).to.equal(100)
  })

  it('wait takes a number, or one as a text, within bounds', async () => {
    const { time, registry, call } = createBench()
    for (const seconds of [0, '0', 0.5, '0.5']) {
      const waiting = call('wait', { seconds })
      await time.advance(500)
      expect(await waiting).to.deep.equal({ seconds: Number(seconds) })
    }
    for (const seconds of [-1, 3_601, Number.NaN, '', 'soon', '1e2', null, undefined]) {
      expect(registry.prepare('wait', { seconds })._tag, String(seconds)).to.equal('Left')
    }
  })

  it('wait ends with the reason when it is cancelled, and then tells nothing', async () => {
    const { time, controller, told, call } = createBench()
    const waiting = call('wait', { seconds: 10 }).catch((error: unknown) => error)
    await time.advance(1_000)
    const reason = new Error('cancelled')
    controller.abort(reason)
    expect(await waiting).to.equal(reason)
    await time.advance(10_000)
    expect(told).to.deep.equal([10])
    expect(await call('wait', { seconds: 1 }).catch((error: unknown) => error)).to.equal(reason)
  })

  it('names the option that is wrong', () => {
    expect(() => basicTools({ scheduler: {} as never })).to.throw(/"scheduler"/)
  })
})
