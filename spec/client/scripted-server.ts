import { Subject } from 'rxjs'
import {
  type Client,
  type ClientState,
  connect,
  type ConnectOptions,
  type OpenTransport,
  type ServerFrame,
} from '../../lib/client/index.ts'
import type { TransportEvent } from '../../lib/client/transport.ts'
import { createTestTime, type TestTime } from '../../lib/testing/test-time.ts'

/** What a client sent. */
export interface Sent {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly id?: string
}

/** One socket that a client opened. What it sends and gets is the spec's to say. */
export interface ScriptedSocket {
  readonly url: string
  readonly query: URLSearchParams
  readonly protocol: string
  readonly sent: readonly Sent[]
  /** What was sent, of one type. */
  readonly sentOf: (type: string) => readonly Sent[]
  /** With what the client closed it. */
  readonly closedWith: () => { readonly code: number; readonly reason: string } | undefined
  readonly open: () => void
  readonly text: (text: string) => void
  readonly say: (type: string, payload?: object, more?: object) => void
  /** An event's frame. */
  readonly event: (event: string, seq: number | undefined, type: string, payload?: object) => void
  /** Opens it and says the welcome. */
  readonly welcome: (seq?: number, epoch?: string, heartbeatIntervalMs?: number) => void
  readonly end: (code: number, reason?: string) => void
}

export interface ScriptedServer {
  readonly transport: OpenTransport
  readonly sockets: readonly ScriptedSocket[]
  /** The one opened last. */
  readonly socket: () => ScriptedSocket
}

export function createScriptedServer(): ScriptedServer {
  const sockets: ScriptedSocket[] = []
  return {
    sockets,
    socket: () => {
      const last = sockets.at(-1)
      if (last === undefined) throw new Error('no socket was opened')
      return last
    },
    transport: (url, protocol) => {
      const incoming$ = new Subject<TransportEvent>()
      const sent: Sent[] = []
      let closed: { readonly code: number; readonly reason: string } | undefined
      const text = (said: string): void => incoming$.next({ _tag: 'Text', text: said })
      const say: ScriptedSocket['say'] = (type, payload = {}, more = {}) =>
        text(JSON.stringify({ type, payload, id: 'x', timestamp: '2026-01-01T00:00:00.000Z', ...more }))
      const open = (): void => incoming$.next({ _tag: 'Opened' })
      sockets.push({
        url,
        query: new URL(url).searchParams,
        protocol,
        sent,
        sentOf: (type) => sent.filter((message) => message.type === type),
        closedWith: () => closed,
        open,
        text,
        say,
        event: (event, seq, type, payload = {}) => say(type, payload, { event, ...(seq === undefined ? {} : { seq }) }),
        welcome: (seq = 0, epoch = 'e1', heartbeatIntervalMs = 30_000) => {
          open()
          const metadata = { connectionId: 'k', epoch, seq, protocol: 'praxis.v1', heartbeatIntervalMs }
          say('chatMessage', { content: 'Connected to Praxis Agent', sender: 'system', type: 'system', metadata })
        },
        end: (code, reason = '') => {
          incoming$.next({ _tag: 'Closed', code, reason })
          incoming$.complete()
        },
      })
      return {
        incoming$,
        send: (said) => sent.push(JSON.parse(said) as Sent),
        close: (code, reason) => {
          closed ??= { code, reason }
        },
      }
    },
  }
}

/** A client of a scripted server in virtual time. Its jitter is always half of the width. */
export interface ScriptedClient extends ScriptedServer {
  readonly client: Client
  readonly time: TestTime
  /** Every state so far. */
  readonly states: readonly ClientState[]
  readonly state: () => ClientState | undefined
  readonly messages: readonly ServerFrame[]
  /** Loses the link and waits for the next socket. */
  readonly reconnect: () => Promise<ScriptedSocket>
}

export function createScriptedClient(options: ConnectOptions = {}, query = ''): ScriptedClient {
  const time = createTestTime()
  const server = createScriptedServer()
  const states: ClientState[] = []
  const messages: ServerFrame[] = []
  const { scheduler } = time
  const given = { transport: server.transport, scheduler, random: () => 0.5, fetch: unanswered, ...options }
  const client = connect(`ws://server/ws/events${query}`, given)
  client.state$.subscribe((state) => states.push(state))
  client.messages$.subscribe((message) => messages.push(message))
  return {
    ...server,
    client,
    time,
    states,
    state: () => states.at(-1),
    messages,
    reconnect: async () => {
      const { length } = server.sockets
      server.socket().end(1006)
      await time.advance(30_000)
      if (server.sockets.length !== length + 1) throw new Error('it did not come back once')
      return server.socket()
    },
  }
}

/** A door that cannot be asked, as for a page of another origin. */
const unanswered = (): Promise<never> => Promise.reject(new TypeError('failed to fetch'))

/** What an Observable told, and how it ended. */
export interface Told<Value> {
  readonly values: readonly Value[]
  readonly end: () => unknown
}

/** Listens to `source`; `end()` is undefined, `'complete'`, or the error. */
export function toldBy<Value>(source: { subscribe: Subject<Value>['subscribe'] }): Told<Value> {
  const values: Value[] = []
  let end: unknown
  source.subscribe({
    next: (value) => values.push(value),
    error: (error: unknown) => {
      end = error
    },
    complete: () => {
      end = 'complete'
    },
  })
  return { values, end: () => end }
}
