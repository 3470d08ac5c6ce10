import { distinctUntilChanged, EMPTY, filter, type Observable, ReplaySubject, Subject, Subscription } from 'rxjs'
import { matchesPattern, upperName } from '../event/type-name.ts'
import { closeCodes } from '../protocol/codes.ts'
import type { ServerMessageType, ServerPayloads } from '../protocol/server-payloads.ts'
import { askCancel } from './cancelling.ts'
import type { Client } from './client.ts'
import { ClientError } from './client-error.ts'
import type { ClientState } from './client-state.ts'
import { type ConnectOptions, settingsOf } from './connect-options.ts'
import { type History, readHistory } from './history.ts'
import type { AnyHost, HostTypes } from './host-types.ts'
import type { ServerFrame } from './message.ts'
import type { Recollected } from './recollecting.ts'
import { createRequestBook } from './request-book.ts'
import { createRunBook } from './run-book.ts'
import { sendMessage } from './sending.ts'
import { session } from './session.ts'
import { unharmed } from './unharmed.ts'

/**
 * Connects to the WebSocket door at `url` (`ws://host:port/ws/events`), at once and again whenever the link is lost and may come back.
 *
 * ```ts
 * const client = connect('ws://localhost:8000/ws/events')
 * client.execute({ nodes: [{ id: 'a', type: 'tool_call', tool: 'list_files' }] }).subscribe((run) => render(run))
 * ```
 *
 * @throws OptionError for an option that is wrong, an address that is none, and where there is no `WebSocket`. Whatever happens later is
 * told by `state$`, and by the errors of what was asked for.
 */
export function connect<Host extends HostTypes = AnyHost>(url: string, options: ConnectOptions = {}): Client<Host> {
  const settings = settingsOf(url, options)
  const { client: id, scheduler, maxQueued } = settings
  const requests = createRequestBook({ maxQueued, scheduler })
  const link = session(settings, requests)
  const epoch = (): string | undefined => link.position()?.epoch
  const history = ({ executionId, startSeq }: Recollected): Observable<History> => {
    const now = epoch()
    if (now === undefined) return EMPTY
    return readHistory(settings, { executionId, position: { epoch: now, seq: startSeq - 1 } })
  }
  const runs = createRunBook({ requests, scheduler, epoch, history })
  const state$ = new ReplaySubject<ClientState>(1)
  const message$ = new Subject<ServerFrame>()
  const linked = new Subscription()
  let isClosed = false

  const finish = (code: number, reason: string): void => {
    if (isClosed) return
    isClosed = true
    linked.unsubscribe()
    state$.next({ _tag: 'closed', code, reason })
    const error = new ClientError('closed', `the client is closed: ${reason || 'the server wants no more'} (${code})`)
    requests.close(error)
    runs.close(error)
    message$.complete()
    state$.complete()
  }
  linked.add(
    link.events$.subscribe({
      next: (event) => {
        switch (event._tag) {
          case 'State':
            return state$.next(event.state)
          case 'Message':
            unharmed(() => runs.receive(event.message, event.isRepeated))
            return event.isRepeated ? undefined : message$.next(event.message)
          case 'Live':
            return runs.live(event.isReset)
          case 'Up':
            return runs.connected()
          case 'Down':
            return runs.disconnected()
          case 'Stopped':
            return finish(event.code, event.reason)
          default:
            return event satisfies never
        }
      },
      error: (error: unknown) => finish(closeCodes.internalError, String(error)),
    }),
  )

  /** Asks for one answer of `type`, and tells what `pick` takes of it. */
  const ask = <Type extends ServerMessageType, Answer>(
    request: { readonly type: string; readonly payload: object },
    type: Type,
    pick: (payload: ServerPayloads[Type]) => Answer,
  ): Observable<Answer> => {
    const answer$ = new ReplaySubject<Answer>(1)
    requests.ask({
      ...request,
      onAnswer: (message) => {
        if (message.type !== type) return false
        answer$.next(pick(message.payload as ServerPayloads[Type]))
        answer$.complete()
        return true
      },
      onError: (error) => answer$.error(error),
    })
    return answer$.asObservable()
  }

  return {
    id,
    state$: state$.pipe(distinctUntilChanged(isSameState)),
    messages$: message$.asObservable(),
    get position() {
      return link.position()
    },
    events: ((pattern: string) =>
      message$.pipe(filter(({ event }) => event !== undefined && covers(pattern, event)))) as Client<Host>['events'],
    execute: (graph) =>
      runs.start({
        kind: 'workflow',
        type: 'EXECUTE_WORKFLOW',
        payload: graph,
        nodeIds: graph.nodes.map((node) => node.id),
      }),
    dsl: (command) => runs.start({ kind: 'dsl', type: 'DSL_COMMAND', payload: { command } }),
    chat: (content) => runs.start({ kind: 'chat', type: 'CHAT_MESSAGE', payload: { content } }),
    run: runs.lookUp,
    subscribe: (types, { mode, filter: wanted } = {}) =>
      ask({ type: 'SUBSCRIBE_EVENTS', payload: { event_types: types, mode, filter: wanted } }, 'subscribed', same),
    unsubscribe: (types) => ask({ type: 'UNSUBSCRIBE_EVENTS', payload: { event_types: types } }, 'subscribed', same),
    runStatus: (executionIds) =>
      ask({ type: 'RUN_STATUS', payload: { executionIds } }, 'runStatus', ({ runs: entries }) => entries),
    listRuns: (query = {}) => ask({ type: 'LIST_RUNS', payload: query }, 'runList', same),
    cancel: (target, reason) =>
      askCancel(requests, typeof target === 'string' ? { executionId: target } : target, reason),
    provideInput: (input) => ask({ type: 'PROVIDE_INPUT', payload: input }, 'accepted', same),
    // What its host was told of is for the compiler: what comes is not checked.
    send: ((type, payload, sendOptions) =>
      sendMessage({ requests, scheduler }, { type, payload }, sendOptions)) as Client['send'] as Client<Host>['send'],
    ping: (payload = {}) => ask({ type: 'PING', payload }, 'PONG', same),
    close: () => finish(closeCodes.normal, 'closed by the client'),
  }
}

function same<Value>(value: Value): Value {
  return value
}

function covers(pattern: string, type: string): boolean {
  return matchesPattern(pattern, type) || pattern === upperName(type)
}

function isSameState(one: ClientState, other: ClientState): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
