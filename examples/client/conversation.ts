import { randomUUID } from 'node:crypto'
import {
  combineLatest,
  concat,
  filter,
  fromEvent,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  share,
  switchMap,
  tap,
} from 'rxjs'
import type { MessageEvent, WebSocket } from 'ws'
import { ConnectionError } from './connection-error.ts'
import { decodeFrame, type Frame } from './frame.ts'
import type { Order } from './order.ts'
import { silenceOf } from './silence.ts'
import { openSocket } from './socket.ts'

export interface Conversation {
  readonly url: string
  readonly order: Order & { readonly id: string }
  /** Has the run cancelled, as soon as the server has told its id. */
  readonly cancel$: Observable<unknown>
}

/** Places the order and emits every frame that comes. Never completes: errors with a ConnectionError, or is unsubscribed from. */
export function converse({ url, order, cancel$ }: Conversation): Observable<Frame> {
  return openSocket(url, cancel$).pipe(
    switchMap((socket) => {
      const frame$ = framesOf(socket, url).pipe(share())
      const message$ = concat(of(subscription(), order), cancellationOf(frame$, order.id, cancel$))
      const sent$ = message$.pipe(tap((message) => socket.send(JSON.stringify(message))))
      return merge(frame$, sent$.pipe(ignoreElements()), silenceOf(frame$, url))
    }),
  )
}

function framesOf(socket: WebSocket, url: string): Observable<Frame> {
  return fromEvent<MessageEvent>(socket, 'message').pipe(
    map(({ data }) => {
      const frame = decodeFrame(data)
      if (frame === undefined) throw new ConnectionError(`${url} does not speak this protocol: that was no frame`)
      return frame
    }),
  )
}

/** All that a run may say, whatever the server's default is, and whatever the query of the URL says. */
function subscription() {
  const event_types = ['dsl.*', 'task.*', 'workflow.*', 'log.*']
  return { type: 'SUBSCRIBE_EVENTS', id: randomUUID(), payload: { event_types, filter: null } }
}

function cancellationOf(frame$: Observable<Frame>, orderId: string, cancel$: Observable<unknown>) {
  const accepted$ = frame$.pipe(filter((frame) => frame.type === 'accepted' && frame.correlation_id === orderId))
  return combineLatest([accepted$, cancel$]).pipe(
    map(([{ payload }]) => ({
      type: 'CANCEL_WORKFLOW',
      id: randomUUID(),
      payload: { executionId: payload['executionId'], reason: 'cancelled from the terminal' },
    })),
  )
}
