import { Observable, type SchedulerLike, type Subscription } from 'rxjs'
import { isRecord } from '../base/is-record.ts'
import { closeCodes } from '../protocol/codes.ts'
import { readMessage, type ServerFrame } from './message.ts'
import { silence } from './silence.ts'
import type { ClientTransport } from './transport.ts'

/** What happens on one socket, from its opening to its end. */
export type ConnectionEvent =
  | { readonly _tag: 'Opened'; readonly send: (text: string) => void }
  | { readonly _tag: 'Message'; readonly message: ServerFrame }
  | ConnectionEnd

export interface ConnectionEnd {
  readonly _tag: 'Ended'
  readonly code: number
  readonly reason: string
  readonly wasOpen: boolean
  /** How long messages had come when it ended. */
  readonly heldMs: number
  /** What a last `heartbeat` asked: not to come back before that; 0 where none did. */
  readonly retryAfterMs: number
}

export interface ConnectionOptions {
  readonly open: () => ClientTransport
  /** Undefined: three times what the welcome says. */
  readonly heartbeatTimeoutMs: number | undefined
  readonly scheduler: SchedulerLike
  readonly wake$: Observable<unknown>
}

const ABNORMAL = 1006
const OPENING_TIMEOUT_MS = 30_000

/**
 * One connection: opens on subscription, emits what comes, and ends with one `Ended`. Never errors: a constructor that throws, a
 * socket that never opens and a link that went dead are ends like others. Unsubscribing closes the socket with 1000.
 */
export function connection({
  open,
  heartbeatTimeoutMs,
  scheduler,
  wake$,
}: ConnectionOptions): Observable<ConnectionEvent> {
  return new Observable((subscriber) => {
    let wasOpen = false
    let firstHeardMs: number | undefined
    let lastHeardMs = scheduler.now()
    let retryAfterMs = 0
    let transport: ClientTransport | undefined
    let watching: Subscription | undefined
    let isClosed = false

    const end = (code: number, reason: string): void => {
      const heldMs = firstHeardMs === undefined ? 0 : scheduler.now() - firstHeardMs
      subscriber.next({ _tag: 'Ended', code, reason, wasOpen, heldMs, retryAfterMs })
      subscriber.complete()
    }
    const close = (code: number, reason: string): void => {
      if (isClosed) return
      isClosed = true
      try {
        transport?.close(code, reason)
      } catch {
        // It is past closing.
      }
    }
    const send = (text: string): void => {
      try {
        transport?.send(text)
      } catch {
        // A socket that no longer takes anything tells its end by itself; what was not answered is sent again on the next.
      }
    }
    const watch = (timeoutMs: number, reason: string): void => {
      watching?.unsubscribe()
      const probe = (): void => send('{"type":"PING"}')
      watching = silence({ lastHeardMs: () => lastHeardMs, timeoutMs, probe, scheduler, wake$ }).subscribe(() => {
        // A dead link answers no closing handshake either: nobody waits for it.
        close(closeCodes.heartbeatTimeout, reason)
        end(wasOpen ? closeCodes.heartbeatTimeout : ABNORMAL, reason)
      })
    }
    const receive = (text: string): void => {
      const message = readMessage(text)
      lastHeardMs = scheduler.now()
      if (message === undefined) return
      if (firstHeardMs === undefined) {
        firstHeardMs = lastHeardMs
        watch(heartbeatTimeoutMs ?? 3 * heartbeatIntervalMs(message), 'nothing was heard')
      }
      if (message.type === 'heartbeat') retryAfterMs = positive(message.payload.retryAfterMs) ?? 0
      subscriber.next({ _tag: 'Message', message })
    }

    subscriber.add(() => {
      watching?.unsubscribe()
      close(closeCodes.normal, '')
    })
    try {
      transport = open()
    } catch (error) {
      end(ABNORMAL, error instanceof Error ? error.message : String(error))
      return
    }
    watch(OPENING_TIMEOUT_MS, 'no welcome')
    const incoming = transport.incoming$.subscribe((event) => {
      if (event._tag === 'Text') return receive(event.text)
      if (event._tag === 'Closed') {
        isClosed = true
        return end(event.code, event.reason)
      }
      wasOpen = true
      subscriber.next({ _tag: 'Opened', send })
    })
    subscriber.add(incoming)
  })
}

const DEFAULT_INTERVAL_MS = 30_000

/** What the welcome says. */
export function heartbeatIntervalMs({ payload }: ServerFrame): number {
  const metadata = 'metadata' in payload && isRecord(payload.metadata) ? payload.metadata : {}
  return positive(metadata['heartbeatIntervalMs']) ?? DEFAULT_INTERVAL_MS
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined
}
