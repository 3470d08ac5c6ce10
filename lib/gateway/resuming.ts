import { from } from 'rxjs'
import type { History } from '../bus/history.ts'
import type { Connection } from '../connection/connection.ts'
import type { ReplaySource } from '../connection/replay.ts'
import type { Position } from '../event/event.ts'
import type { Since } from '../event/since.ts'
import type { ResetReason } from '../protocol/message-types.ts'
import { serverMessage } from '../protocol/server-payloads.ts'
import type { ClientSession } from './client-session.ts'

export interface ResumingOptions {
  readonly history: History
  /** The position up to which events have been offered to every audience. */
  readonly position: () => Position
  readonly replays: ReplaySource & { readonly rest: () => void }
}

/** Those who come back (PROTOCOL section 8): each gets exactly one of `resumed` and `reset`. */
export interface Resuming {
  /**
   * Continues the stream of `session` from `since`, or tells why it cannot be. `introduce` is called first, with the position the
   * stream continues from.
   */
  readonly from: (session: ClientSession, since: Since, introduce: (position: Position) => void) => void
  /** Where the stream has begun another life, nobody's position means anything any more. */
  readonly restart: (sessions: Iterable<ClientSession>, position: Position) => void
  /** It has caught up, or is no more. */
  readonly ended: (session: ClientSession) => void
  /** Those whose peers keep them from catching up. */
  readonly held: () => Iterable<Connection>
}

export function createResuming({ history, position, replays }: ResumingOptions): Resuming {
  // With what began last for it: an answer that comes late may be about another attempt.
  const resuming = new Map<ClientSession, object>()

  const ended = (session: ClientSession): void => {
    if (resuming.delete(session) && resuming.size === 0) replays.rest()
  }

  const reset = (session: ClientSession, reason: ResetReason): void => {
    // First: telling it may cause more, and that is for it too.
    session.connection.goLive()
    session.answer(serverMessage('reset', { reason, ...position() }))
    ended(session)
  }

  const resume = (session: ClientSession, { epoch, seq }: Position): void => {
    session.answer(serverMessage('resumed', { epoch, from: seq }))
    session.connection.replay()
  }

  return {
    from: (session, since, introduce) => {
      const reason = history.check(since)
      if (typeof reason === 'string') {
        // Also of events that are not stored, none stands before it.
        session.connection.hold(position(), replays)
        introduce(position())
        return reset(session, reason)
      }
      const place = { epoch: since.epoch, seq: since.seq }
      const isHeld = session.connection.hold(place, replays)
      if (isHeld) resuming.set(session, place)
      introduce(place)
      if (reason === undefined) return resume(session, place)
      const isWaiting = (): boolean => resuming.get(session) === place
      from(reason).subscribe({
        next: (found) => {
          if (!isWaiting()) return
          if (found === undefined) resume(session, place)
          else reset(session, found)
        },
        error: (error: unknown) => {
          if (isWaiting()) session.connection.fail(error)
        },
      })
      return undefined
    },
    restart: (sessions, next) => {
      for (const session of sessions) {
        if (session.connection.replayPosition() === undefined) {
          session.answer(serverMessage('reset', { reason: 'epoch_changed', ...next }))
        }
      }
    },
    ended,
    held: () =>
      [...resuming.keys()].map(({ connection }) => connection).filter((connection) => connection.isReplayHeld()),
  }
}
