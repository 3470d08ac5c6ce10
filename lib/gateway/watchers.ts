import { type SchedulerLike, Subscription, timer } from 'rxjs'
import type { ClientSession } from './client-session.ts'

/** Who may come back to a run: a principal; without one, the client that keeps its id across reconnects; else a connection. */
export type Watcher = string

/** What becomes of runs when nobody is left who ordered them. */
export interface Watchers {
  /** A connection begins. */
  readonly come: (session: ClientSession) => void
  readonly go: (session: ClientSession) => void
  /** `session` has ordered a run. */
  readonly order: (session: ClientSession, executionId: string) => void
  /** The run has ended, or was never begun. */
  readonly forget: (executionId: string) => void
  readonly subscription: Subscription
}

export interface WatchersOptions {
  readonly graceMs: number
  readonly scheduler: SchedulerLike
  /** The last watcher of a run has been gone for the time of grace. */
  readonly onAbandoned: (executionId: string) => void
}

interface Party {
  /** Its open connections. */
  connections: number
  readonly runs: Set<string>
  grace: Subscription | undefined
}

/** For hosts that let runs go on: watches nobody. */
export const noWatchers: Watchers = {
  come: () => undefined,
  go: () => undefined,
  order: () => undefined,
  forget: () => undefined,
  subscription: Subscription.EMPTY,
}

/**
 * Watches who ordered which run. Watchers of a run are the open connections of whoever ordered it ({@link Watcher}), whatever they
 * are subscribed to: a subscription says what a page shows, not whether somebody waits for the end.
 */
export function createWatchers({ graceMs, scheduler, onAbandoned }: WatchersOptions): Watchers {
  const parties = new Map<Watcher, Party>()
  const partyOf = new Map<string, Watcher>()
  const subscription = new Subscription()

  const join = (who: Watcher): Party => {
    const known = parties.get(who)
    if (known !== undefined) return known
    const party: Party = { connections: 0, runs: new Set(), grace: undefined }
    parties.set(who, party)
    return party
  }

  /** Begins the time of grace, or forgets who has nothing to lose. */
  const review = (who: Watcher, party: Party): void => {
    if (party.connections > 0) return
    if (party.runs.size === 0) {
      party.grace?.unsubscribe()
      parties.delete(who)
      return
    }
    if (party.grace !== undefined) return
    const grace = timer(graceMs, scheduler).subscribe(() => {
      subscription.remove(grace)
      party.grace = undefined
      for (const executionId of [...party.runs]) onAbandoned(executionId)
    })
    party.grace = grace
    subscription.add(grace)
  }

  return {
    come: (session) => {
      const party = join(watcherOf(session))
      party.connections += 1
      if (party.grace === undefined) return
      subscription.remove(party.grace)
      party.grace.unsubscribe()
      party.grace = undefined
    },
    go: (session) => {
      const who = watcherOf(session)
      const party = parties.get(who)
      if (party === undefined) return
      party.connections -= 1
      review(who, party)
    },
    order: (session, executionId) => {
      const who = watcherOf(session)
      const party = join(who)
      party.runs.add(executionId)
      partyOf.set(executionId, who)
      review(who, party)
    },
    forget: (executionId) => {
      const who = partyOf.get(executionId)
      if (who === undefined) return
      partyOf.delete(executionId)
      const party = parties.get(who)
      party?.runs.delete(executionId)
      if (party !== undefined) review(who, party)
    },
    subscription,
  }
}

function watcherOf({ principal, client, connection }: ClientSession): Watcher {
  if (principal !== undefined) return JSON.stringify(['principal', principal.id])
  return client === undefined ? connection.id : JSON.stringify(['client', client])
}
