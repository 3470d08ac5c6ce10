import { expect } from 'chai'
import { basicTools } from '../../../lib/tools/basic/basic-tools.ts'
import { createToolRegistry } from '../../../lib/tools/registry.ts'
import { ToolError } from '../../../lib/tools/tool.ts'
import { createTestTime } from '../../../lib/testing/index.ts'
import { toolContext } from '../../support/tool-context.ts'

function createBench() {
  const time = createTestTime()
  const registry = createToolRegistry(basicTools({ scheduler: time.scheduler }))
  const controller = new AbortController()
  const told: number[] = []
  const context = toolContext({ signal: controller.signal, progress: (percent) => void told.push(percent) })
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

  it('calculate gives a number, and takes at most 1000 characters', async () => {
    const { registry, call } = createBench()
    expect(await call('calculate', { expression: '2 + 3 * 4' })).to.equal(14)
    const error: unknown = await call('calculate', { expression: '1 / 0' }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ToolError).and.to.have.property('code', 'DIVISION_BY_ZERO')
    for (const expression of ['', '1'.repeat(1_001), 7, undefined]) {
      expect(registry.prepare('calculate', { expression })._tag, String(expression)).to.equal('Left')
    }
  })

  it('json_query takes JSON as a value or as text', async () => {
    const { registry, call } = createBench()
    for (const value of [{ a: [1, 2] }, '{"a":[1,2]}']) {
      expect(await call('json_query', { value, path: 'a[1]' })).to.equal(2)
    }
    expect(await call('json_query', { value: null, path: '$' })).to.equal(null)
    const error: unknown = await call('json_query', { value: '{a:1}', path: 'a' }).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ToolError).and.to.include({ code: 'INVALID_JSON', permanent: true })
    expect(registry.prepare('json_query', { path: 'a' })._tag).to.equal('Left')
    expect(registry.prepare('json_query', { value: {}, path: '' })._tag).to.equal('Left')
  })

  it('names the option that is wrong', () => {
    expect(() => basicTools({ scheduler: {} as never })).to.throw(/"scheduler"/)
  })
})
