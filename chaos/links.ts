import { setTimeout as delay } from 'node:timers/promises'
import { Oracle } from './oracle.ts'
import { cuts } from './proxy.ts'
import { between, chooseFrom, createRandom } from './random.ts'
import { RawClient } from './raw-client.ts'
import { HEARTBEAT_MS, type Report, SILENCE_MS, until, withStage } from './scenario.ts'

export interface LinksOptions {
  readonly clients: number
  readonly cuts: number
  readonly seed: number
  /** Large: all is inside the history. Small: who is away is left behind. */
  readonly maxHistoryEvents: number
}

/** What they ask for; each sees something else. */
const wishes: readonly { readonly query: string; readonly wants: (type: string) => boolean }[] = [
  {
    query: '&types=task.*,workflow.*,tool.*',
    wants: (type) => /^(task|workflow|tool)\./.test(type),
  },
  { query: '&types=task.*', wants: (type) => type.startsWith('task.') },
  { query: '&types=workflow.*', wants: (type) => type.startsWith('workflow.') },
  {
    query: '&types=tool.executed,task.completed',
    wants: (type) => type === 'tool.executed' || type === 'task.completed',
  },
]

/** Cuts the links of clients in every way there is while runs go on, and asks the oracle what each of them saw. */
export function cutLinks({ clients: count, cuts: wanted, seed, maxHistoryEvents }: LinksOptions): Promise<Report> {
  const random = createRandom(seed)
  return withStage({ maxHistoryEvents, runs: 20, perSecond: 100 }, async ({ proxy, server, published }) => {
    const clients = Array.from({ length: count }, (_, index) => {
      const wish = wishes[index % wishes.length] ?? { query: '', wants: () => false }
      const client = new RawClient({
        port: () => proxy.port,
        query: wish.query,
        silenceMs: SILENCE_MS,
        backOffMs: () => between(1, HEARTBEAT_MS, random),
      })
      return { client, wants: wish.wants, name: `client ${index} (${wish.query.slice(1)})` }
    })
    await until('everybody is connected', () => clients.every(({ client }) => client.connections.length > 0))

    for (let done = 0; done < wanted; done += 1) {
      await until('somebody is connected', () => proxy.links().length > 0)
      chooseFrom(proxy.links(), random)?.cut(chooseFrom(cuts, random) ?? 'rst')
      await delay(between(0, 20, random))
    }
    await until('runs have ended', async () => (await server().quieten()).active === 0)
    const { head } = await server().quieten()
    await until('everybody has come to the end', () => clients.every(({ client }) => client.position?.seq === head.seq))
    await Promise.all(clients.map(({ client }) => client.stop()))

    const oracle = new Oracle(published())
    const verdicts = clients.map(({ client, wants, name }) =>
      oracle.judge({ name, wants, connections: client.connections }, head),
    )
    const sum = (of: (verdict: (typeof verdicts)[number]) => number): number =>
      verdicts.reduce((all, one) => all + of(one), 0)
    return {
      violations: verdicts.flatMap(({ violations }) => violations),
      counts: {
        cuts: wanted,
        resumes: sum(({ resumes }) => resumes),
        resets: sum(({ resets }) => resets.length),
        published: head.seq,
        seen: sum(({ events }) => events),
      },
    }
  })
}

export interface LeftBehindOptions {
  readonly clients: number
  readonly rounds: number
  readonly seed: number
}

/** Keeps clients away until the history has left them behind: each gets exactly one `reset` for it, and nothing else is amiss. */
export function leaveBehind({ clients: count, rounds, seed }: LeftBehindOptions): Promise<Report> {
  const random = createRandom(seed)
  const maxHistoryEvents = 200
  return withStage({ maxHistoryEvents, runs: 0, perSecond: 50 }, async ({ proxy, server, published }) => {
    const clients = Array.from({ length: count }, () => {
      const backOffMs = (): number => between(1, 20, random)
      return new RawClient({ port: () => proxy.port, query: '&types=task.*', silenceMs: SILENCE_MS, backOffMs })
    })
    for (let round = 1; round <= rounds; round += 1) {
      await until('everybody is connected', () => clients.every(({ connections }) => connections.length === round))
      await until('everybody has a position', () => clients.every(({ position }) => (position?.seq ?? 0) > 0))
      for (const client of clients) client.leave()
      await until('everybody has left', () => proxy.links().length === 0)
      await server().publish(2 * maxHistoryEvents)
      for (const client of clients) client.comeBack()
    }
    await until('everybody is back', () => clients.every(({ connections }) => connections.length === rounds + 1))
    const { head } = await server().quieten()
    await until('everybody has come to the end', () => clients.every(({ position }) => position?.seq === head.seq))
    await Promise.all(clients.map((client) => client.stop()))

    const oracle = new Oracle(published())
    const verdicts = clients.map(({ connections }, index) =>
      oracle.judge({ name: `client ${index}`, wants: (type) => type.startsWith('task.'), connections }, head),
    )
    const resets = verdicts.flatMap((verdict) => verdict.resets)
    const wrong = resets.filter((reason) => reason !== 'too_old')
    return {
      violations: [
        ...verdicts.flatMap(({ violations }) => violations),
        ...wrong.map((reason) => ({ kind: 'protocol', what: `reset for ${reason}` }) as const),
        ...(resets.length === count * rounds ? [] : [{ kind: 'protocol', what: `${resets.length} resets` } as const]),
      ],
      counts: { absences: count * rounds, resets: resets.length, published: head.seq },
    }
  })
}
