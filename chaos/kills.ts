import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { type Client, ClientError, connect } from '../lib/client/index.ts'
import { Oracle, type Violation } from './oracle.ts'
import { between, createRandom } from './random.ts'
import { RawClient } from './raw-client.ts'
import { HEARTBEAT_MS, type Report, SILENCE_MS, until, withStage } from './scenario.ts'

export interface KillsOptions {
  /** Half of them raw ones, half of them the library's. */
  readonly clients: number
  readonly kills: number
  readonly seed: number
}

/** How what was ordered of a library's client ended. */
interface Outcome {
  readonly key: string
  ended: string | undefined
}

/**
 * Kills the server with SIGKILL at any moment and starts another, with an empty memory: everybody is told `reset` once for each life,
 * every order ends, and no life of the server does one twice.
 */
export function killServers({ clients: count, kills, seed }: KillsOptions): Promise<Report> {
  const random = createRandom(seed)
  return withStage({ maxHistoryEvents: 10_000, runs: 5, perSecond: 50 }, async (stage) => {
    const { proxy, restart, published, effects } = stage
    const raw = Array.from(
      { length: Math.ceil(count / 2) },
      () =>
        new RawClient({
          port: () => proxy.port,
          query: '&types=task.*,workflow.*,tool.*',
          silenceMs: SILENCE_MS,
          backOffMs: () => between(1, HEARTBEAT_MS, random),
        }),
    )
    const ours = Array.from({ length: Math.floor(count / 2) }, () =>
      connect(`ws://127.0.0.1:${proxy.port}/ws/events`, {
        webSocket: WebSocket,
        random,
        backoff: { minMs: 10, maxMs: 200 },
      }),
    )
    const outcomes: Outcome[] = []
    let keys = 0
    const order = (): void => {
      for (const client of raw) {
        keys += 1
        client.execute(graphOf(`raw-${keys}`))
      }
      for (const client of ours) {
        keys += 1
        outcomes.push(watch(client, `ours-${keys}`))
      }
    }
    await until('everybody is connected', () => raw.every(({ connections }) => connections.length > 0))
    for (let done = 0; done < kills; done += 1) {
      order()
      await delay(between(0, 400, random))
      await restart()
      const lives = done + 2
      await until('everybody has come back', () => raw.every((client) => client.lives.size === lives))
    }
    order()
    const openOf = ({ commands }: RawClient): number =>
      [...commands.values()].filter(({ outcome }) => outcome === 'open').length
    await until('every order has ended', () => raw.every((client) => openOf(client) === 0))
    await until('every execute() has ended', () => outcomes.every(({ ended }) => ended !== undefined))
    const { head } = await stage.server().quieten()
    await Promise.all(raw.map((client) => client.stop()))
    for (const client of ours) client.close()

    const oracle = new Oracle(published())
    const verdicts = raw.map(({ connections }, index) => oracle.judge({ name: `client ${index}`, wants, connections }))
    const resets = verdicts.flatMap((verdict) => verdict.resets)
    const rawOutcomes = raw.flatMap(({ commands }) => [...commands.values()].map(({ outcome }) => outcome))
    const odd = outcomes.filter(({ ended }) => ended !== 'completed' && ended !== 'run_lost')
    return {
      violations: [
        ...verdicts.flatMap(({ violations }) => violations),
        ...doubledEffects(effects()),
        ...raw.flatMap(({ connections }, index) => extraResets(connections, kills, index)),
        ...odd.map(({ key, ended }) => ({ kind: 'wrong', what: `${key} ended with ${ended}` }) as const),
      ],
      counts: {
        kills,
        resets: resets.length,
        orders: keys,
        'raw: ended': rawOutcomes.filter((outcome) => outcome === 'ended').length,
        'raw: lost': rawOutcomes.filter((outcome) => outcome === 'lost').length,
        'ours: completed': outcomes.filter(({ ended }) => ended === 'completed').length,
        'ours: run_lost': outcomes.filter(({ ended }) => ended === 'run_lost').length,
        published: published().length,
        'in the last life': head.seq,
      },
    }
  })
}

/** Without those of connections: each frame that is sent would be told to everybody, and that to everybody again. */
const wants = (type: string): boolean => /^(task|workflow|tool)\./.test(type)

function graphOf(key: string): {
  readonly nodes: readonly {
    readonly id: string
    readonly type: 'tool_call'
    readonly tool: string
    readonly params: object
  }[]
  readonly edges: readonly object[]
} {
  return {
    nodes: [
      { id: 'a', type: 'tool_call', tool: 'record', params: { key } },
      { id: 'b', type: 'tool_call', tool: 'wait', params: { seconds: 0.1 } },
    ],
    edges: [{ source: 'a', target: 'b' }],
  }
}

function watch(client: Client, key: string): Outcome {
  const outcome: Outcome = { key, ended: undefined }
  client.execute(graphOf(key) as never).subscribe({
    complete: () => {
      outcome.ended = 'completed'
    },
    error: (error: unknown) => {
      outcome.ended = error instanceof ClientError ? error.code : String(error)
    },
  })
  return outcome
}

/** One `reset` for each life that it saw begin, and for no other reason. */
function extraResets(connections: RawClient['connections'], kills: number, index: number): readonly Violation[] {
  const reasons = connections.flatMap(({ frames }) =>
    frames.flatMap(({ frame: { type, payload } }) => (type === 'reset' ? [String(payload['reason'])] : [])),
  )
  const isRight = reasons.length === kills && reasons.every((reason) => reason === 'epoch_changed')
  return isRight ? [] : [{ kind: 'protocol', what: `client ${index}: resets ${reasons.join(' ')} for ${kills} kills` }]
}

/** A process that did the same order twice. */
function doubledEffects(effects: readonly { readonly pid: number; readonly key: string }[]): readonly Violation[] {
  const seen = new Set<string>()
  return effects.flatMap(({ pid, key }) => {
    const mark = `${pid} ${key}`
    if (!seen.has(mark)) {
      seen.add(mark)
      return []
    }
    return [{ kind: 'doubled', what: `${key} was done twice by one server` } as const]
  })
}
