import { expect } from 'chai'
import type { OverflowPolicy } from '../../lib/index.ts'
import type { Frame } from '../support/frames.ts'
import { type TestServer, useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

const KIB = 1_024

/** A gap as a client reads it. */
interface Gap {
  readonly fromSeq: number
  readonly toSeq: number
  readonly dropped: number
  readonly conflated: number
}

/** What a client made of the stream by itself: what it got, and what it was told that it did not get. */
function storyOf(frames: readonly Frame[]): { readonly got: readonly number[]; readonly gaps: readonly Gap[] } {
  const got = frames.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))
  const gaps = frames.filter(({ type }) => type === 'gap').map(({ payload }) => payload as unknown as Gap)
  return { got, gaps }
}

/** That a hole is told where it is, and nothing else is: the union of what came and what was told is everything, in order. */
function expectNoSilentHole(frames: readonly Frame[], lastSeq: number): void {
  let next = 1
  for (const { type, seq, payload } of frames) {
    if (type === 'gap') {
      const { fromSeq, toSeq, dropped, conflated } = payload as unknown as Gap
      expect(fromSeq, 'a gap begins where the hole does').to.equal(next)
      expect(dropped + conflated, 'a gap counts what it covers').to.equal(toSeq - fromSeq + 1)
      next = toSeq + 1
    } else if (seq !== undefined) {
      expect(seq).to.equal(next)
      next = seq + 1
    }
  }
  expect(next, 'everything came or was told').to.equal(lastSeq + 1)
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Progress of a run, with as many bytes as the kernel needs to be full soon. */
async function publishProgress({ bus }: TestServer, count: number, bytes = 32 * KIB): Promise<void> {
  const message = 'x'.repeat(bytes)
  for (let index = 0; index < count; index++) {
    const data = { workflowId: 'w', executionId: `run-${index % 5}`, progress: index % 100, message }
    void bus.publish({ type: 'workflow.progress', data })
    if (index % 20 === 0) await turn()
  }
}

describe('a client that is too slow', () => {
  const { serve } = useServers()

  const policies: readonly OverflowPolicy[] = ['dropOldest', 'dropNewest', 'conflate']
  for (const policy of policies) {
    it(`under ${policy} goes on, loses what the policy says and is told in place, while another loses nothing`, async () => {
      const server = await serve({ gateway: { queue: { policy, maxMessages: 40 } } })
      const [slow, healthy] = [await server.connect(), await server.connect()]
      slow.socket.pause()
      await publishProgress(server, 400)
      void server.bus.publish({ type: 'workflow.completed', data: { workflowId: 'w', executionId: 'run-0' } })
      const lastSeq = server.bus.head().seq
      expect(storyOf(await healthy.settle()).got).to.deep.equal(
        Array.from({ length: lastSeq }, (_, index) => index + 1),
      )
      slow.socket.resume()
      const frames = await slow.settle()
      expectNoSilentHole(frames, lastSeq)
      const { gaps } = storyOf(frames)
      const lost = gaps.reduce(
        (sum, gap) => ({ dropped: sum.dropped + gap.dropped, conflated: sum.conflated + gap.conflated }),
        {
          dropped: 0,
          conflated: 0,
        },
      )
      expect(lost.dropped + lost.conflated, 'what was lost').to.be.greaterThan(100)
      expect(policy === 'conflate' ? lost.dropped : lost.conflated).to.equal(0)
      expect(frames.at(-1)).to.include({ type: 'workflowComplete', seq: lastSeq })
      const { websocket_manager: manager } = await server.stats()
      expect(manager).to.include({ ...lost, slow_consumers: 1, active_connections: 2, queued_bytes: 0 })
      expect(healthy.messages.some(({ type }) => type === 'gap')).to.equal(false)
    })
  }

  it('under conflate has the newest of each run when it comes back', async () => {
    const server = await serve({ gateway: { queue: { policy: 'conflate', maxMessages: 10 } } })
    const slow = await server.connect()
    slow.socket.pause()
    await publishProgress(server, 400)
    slow.socket.resume()
    const newest = new Map((await slow.settle()).map(({ payload, seq }) => [payload['executionId'], seq]))
    for (let run = 0; run < 5; run++) expect(newest.get(`run-${run}`)).to.equal(396 + run)
  })

  it('is closed with 4413 where terminal events do not fit, whatever the policy: none of them is ever lost', async () => {
    for (const policy of [...policies, 'disconnect'] as const) {
      const server = await serve({ gateway: { queue: { policy, maxMessages: 10 } } })
      const slow = await server.connect()
      const end = slow.closed()
      slow.socket.pause()
      for (let index = 0; index < 200 && server.gateway.connections().length > 0; index++) {
        const data = { workflowId: 'w', executionId: `e${index}`, results: { text: 'x'.repeat(64 * KIB) } }
        void server.bus.publish({ type: 'workflow.completed', data })
        await turn()
      }
      expect(server.gateway.connections(), policy).to.deep.equal([])
      expect(server.gateway.stats().websocket_manager.closed).to.deep.equal({ 4413: 1 })
      slow.socket.resume()
      expect((await end).code).to.be.oneOf([4413, 1006])
      const { got, gaps } = storyOf(slow.messages)
      expect(got, 'what it got is a beginning without a hole').to.deep.equal(got.map((_, index) => index + 1))
      expect(gaps).to.deep.equal([])
    }
  })

  it('has the policy and the bounds that the host gives to it, beside others with theirs', async () => {
    const server = await serve({
      gateway: {
        queue: { maxMessages: 40 },
        queueFor: ({ path }) => (path === '/ws/workflow' ? { policy: 'dropOldest', maxMessages: 5 } : undefined),
      },
    })
    const lossy = await server.connect('', {}, '/ws/workflow')
    const strict = await server.connect()
    const end = strict.closed()
    for (const { socket } of [lossy, strict]) socket.pause()
    await publishProgress(server, 400)
    expect(server.gateway.connections().map(({ id }) => id)).to.deep.equal([lossy.connectionId])
    for (const { socket } of [lossy, strict]) socket.resume()
    const frames = await lossy.settle()
    expectNoSilentHole(frames, 400)
    expect(storyOf(frames).got.slice(-4)).to.deep.equal([397, 398, 399, 400])
    expect((await end).code).to.be.oneOf([4413, 1006])
  })

  it('may be judged by a function, for each event that does not fit', async () => {
    const asked = new Set<string | undefined>()
    const server = await serve({
      gateway: {
        queue: {
          maxMessages: 40,
          policy: ({ event, connectionId }) => {
            asked.add(connectionId)
            return event?.type === 'workflow.progress' ? 'conflate' : 'dropOldest'
          },
        },
      },
    })
    const slow = await server.connect('?types=workflow.progress,log.entry')
    slow.socket.pause()
    for (let round = 0; round < 20; round++) {
      await publishProgress(server, 10)
      void server.bus.publish({ type: 'log.entry', data: { level: 'info', message: 'y'.repeat(32 * KIB) } })
    }
    slow.socket.resume()
    const frames = await slow.settle()
    expectNoSilentHole(frames, 220)
    expect([...asked]).to.deep.equal([slow.connectionId])
    expect(storyOf(frames).gaps.some(({ conflated }) => conflated > 0)).to.equal(true)
  })

  it('is closed with 4413 when it takes nothing of what waits for too long, and not while it takes a little now and then', async () => {
    const roomy = { maxBytes: 64 * KIB * KIB, maxMessages: 10_000, stallTimeoutMs: 1_000 }
    const server = await serve({ gateway: { heartbeatIntervalMs: 200, queue: roomy } })
    const [sipping, stalled] = [await server.connect(), await server.connect()]
    const end = stalled.closed()
    for (const { socket } of [sipping, stalled]) socket.pause()
    // Who does not read answers no ping either: a sign of life of its own, so that its silence is not what ends it.
    const alive = setInterval(() => [sipping, stalled].forEach(({ socket }) => socket.pong()), 50)
    const sips = setInterval(() => {
      sipping.socket.resume()
      setImmediate(() => sipping.socket.pause())
    }, 5)
    try {
      await publishProgress(server, 600, 64 * KIB)
      await eventually(() =>
        expect(server.gateway.connections().map(({ id }) => id)).to.deep.equal([sipping.connectionId]),
      )
      expect(sipping.socket.readyState).to.equal(sipping.socket.OPEN)
      expect(server.gateway.stats().websocket_manager).to.deep.include({ closed: { 4413: 1 }, slow_consumers: 1 })
      stalled.socket.resume()
      expect((await end).code).to.be.oneOf([4413, 1006])
    } finally {
      clearInterval(alive)
      clearInterval(sips)
    }
    sipping.socket.resume()
    expectNoSilentHole(await sipping.settle(), 600)
  })
})
