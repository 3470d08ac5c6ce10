import { EMPTY, Observable, switchMap, takeUntil, timer } from 'rxjs'
import type { Position } from '../event/event.ts'
import type { ConnectSettings } from './connect-options.ts'
import { connection } from './connection.ts'
import { readQuery } from './credentials.ts'
import type { ServerFrame } from './message.ts'
import { createUuid } from './uuid.ts'
import { openingOf, PROTOCOL } from './wanted.ts'

/** What was said of one run. */
export interface History {
  /** In the order in which it happened. */
  readonly messages: readonly ServerFrame[]
  /** What happened up to here is among them. */
  readonly seq: number
}

const PATIENCE_MS = 10_000
/** There is no more of it, there is none, or it is refused. */
const endings: ReadonlySet<string> = new Set(['caughtUp', 'reset', 'error'])
/** What the state of a run is made of. */
const types: readonly string[] = [
  'dsl.command_progress',
  'dsl.command_completed',
  'task.*',
  'tool.executed',
  'tool.failed',
  'workflow.started',
  'workflow.progress',
  'workflow.node_status_update',
  'workflow.input_required',
  'workflow.completed',
  'workflow.failed',
  'workflow.cancelled',
]
/** What the address of a host may say of a subscription is not about this one. */
const subscriptionParameters: readonly string[] = ['types', 'workflow_id', 'execution_id', 'since']

/**
 * What was said of the run `executionId` after `position`, as far as the server still has it. Emits once, and completes; emits nothing
 * where it cannot be had, be it that the history has left the position behind, that nobody is let in, or that it takes more than 10 s.
 *
 * It is read over a connection of its own, which ends with it: a replay for the client's own connection would bring everything that
 * this one is subscribed to, and hold up what happens now.
 */
export function readHistory(
  settings: ConnectSettings,
  { executionId, position }: { readonly executionId: string; readonly position: Position },
): Observable<History> {
  const { door, open, query: source, heartbeatTimeoutMs, scheduler, wake$ } = settings
  const bare = new URL(door)
  for (const name of subscriptionParameters) bare.searchParams.delete(name)
  const wanted = { types, filter: { execution_ids: [executionId] } }

  const read$ = readQuery(source).pipe(
    switchMap((query) => {
      if (query instanceof Error) return EMPTY
      const { url, subscribe } = openingOf(bare.href, { wanted, position, client: createUuid(), query })
      const event$ = connection({ open: () => open(url, PROTOCOL), heartbeatTimeoutMs, scheduler, wake$ })
      return new Observable<History>((subscriber) => {
        const messages: ServerFrame[] = []
        let send: ((text: string) => void) | undefined
        return event$.subscribe((event) => {
          if (event._tag === 'Opened') send = event.send
          if (event._tag === 'Ended') subscriber.complete()
          if (event._tag !== 'Message') return
          const { message } = event
          // The welcome is the first of them.
          if (subscribe !== undefined) {
            send?.(JSON.stringify({ type: 'SUBSCRIBE_EVENTS', payload: subscribe }))
            send = undefined
          }
          if (message.event !== undefined) messages.push(message)
          else if (message.type === 'caughtUp') subscriber.next({ messages, seq: message.payload.seq })
          if (endings.has(message.type)) subscriber.complete()
        })
      })
    }),
  )
  return read$.pipe(takeUntil(timer(PATIENCE_MS, scheduler)))
}
