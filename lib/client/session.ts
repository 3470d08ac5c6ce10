import { Observable } from 'rxjs'
import type { Position } from '../event/event.ts'
import type { ClientState } from './client-state.ts'
import type { ConnectSettings } from './connect-options.ts'
import { connection } from './connection.ts'
import { askDoor } from './door.ts'
import { link, type LinkEvent } from './link.ts'
import type { ServerFrame } from './message.ts'
import { type Place, step } from './place.ts'
import { errorOf, type RequestBook } from './request-book.ts'
import { unharmed } from './unharmed.ts'
import { createUuid } from './uuid.ts'
import { type Opening, openingOf, PROTOCOL, type Wanted, wantedOf } from './wanted.ts'

/** What happens between a client and its server, whatever becomes of the sockets in between. */
export type SessionEvent =
  | { readonly _tag: 'State'; readonly state: ClientState }
  /** `isRepeated`: an event that has passed before. */
  | { readonly _tag: 'Message'; readonly message: ServerFrame; readonly isRepeated: boolean }
  | { readonly _tag: 'Up' }
  | { readonly _tag: 'Down' }
  /** What was missed has come; where the position was `reset`, it never will. */
  | { readonly _tag: 'Live'; readonly isReset: boolean }
  | { readonly _tag: 'Stopped'; readonly code: number; readonly reason: string }

export interface Session {
  /** One subscriber. Completes after `Stopped`; unsubscribing closes the link. */
  readonly events$: Observable<SessionEvent>
  readonly position: () => Position | undefined
}

const REFUSED = 400

/**
 * One session over many connections: it keeps the position and the subscription, tells both to each new connection, and hands on
 * the requests that wait as soon as the welcome is there.
 */
export function session(settings: ConnectSettings, requests: RequestBook): Session {
  const { door, open, fetch, client, scheduler, wake$, heartbeatTimeoutMs } = settings
  let place: Place = { position: settings.since, isRecovering: false }
  let wanted: Wanted = { types: settings.types, filter: settings.filter }
  let opening: Opening = { url: door, subscribe: undefined, isResuming: false }

  const link$ = link({
    ...settings,
    connect: (query) => {
      opening = openingOf(door, { wanted, position: place.position, client, query })
      const { url } = opening
      return connection({ open: () => open(url, PROTOCOL), heartbeatTimeoutMs, scheduler, wake$ })
    },
    // The address of the try that failed, so that the answer is about it.
    ask: fetch === undefined ? undefined : () => askDoor(fetch, opening.url, scheduler),
  })

  const events$ = new Observable<SessionEvent>((subscriber) => {
    let send: (text: string) => void = () => undefined
    let isWelcomed = false
    let restoreId: string | undefined

    const tell = (event: SessionEvent): void => subscriber.next(event)
    const goLive = (isReset: boolean): void => {
      tell({ _tag: 'State', state: { _tag: 'live' } })
      tell({ _tag: 'Live', isReset })
    }
    const welcome = (): void => {
      isWelcomed = true
      const { subscribe } = opening
      if (subscribe !== undefined) {
        restoreId = createUuid()
        send(JSON.stringify({ type: 'SUBSCRIBE_EVENTS', payload: subscribe, id: restoreId }))
      }
      tell({ _tag: 'Up' })
      requests.attach(send)
    }
    const receive = (message: ServerFrame): void => {
      const before = place
      const { place: after, isRepeated } = step(place, message)
      place = after
      const isFirst = !isWelcomed
      if (isFirst) welcome()
      if (message.type === 'subscribed') wanted = wantedOf(message.payload) ?? wanted
      unharmed(() => requests.receive(message))
      tell({ _tag: 'Message', message, isRepeated })

      const isRestored = restoreId !== undefined && message.correlation_id === restoreId
      if (isRestored && message.type === 'error') {
        const { code, message: why } = errorOf(message.payload)
        return tell({ _tag: 'Stopped', code: REFUSED, reason: `${code}: ${why}` })
      }
      if (message.type === 'reset') return goLive(true)
      const isReady = isFirst ? opening.subscribe === undefined : isRestored
      if ((isReady && !opening.isResuming) || (before.isRecovering && !after.isRecovering)) goLive(false)
    }

    const onEvent = (event: LinkEvent): void => {
      switch (event._tag) {
        case 'Connecting':
          return tell({ _tag: 'State', state: { _tag: 'connecting' } })
        case 'Opened':
          send = event.send
          isWelcomed = false
          restoreId = undefined
          place = { ...place, isRecovering: opening.isResuming }
          if (!opening.isResuming && opening.subscribe === undefined) return undefined
          return tell({ _tag: 'State', state: { _tag: 'recovering' } })
        case 'Message':
          return receive(event.message)
        case 'Ended':
          requests.detach()
          return tell({ _tag: 'Down' })
        case 'Waiting': {
          const { attempt, retryAtMs } = event
          return tell({ _tag: 'State', state: { _tag: 'waiting', attempt, retryAtMs } })
        }
        case 'Stopped':
          return tell(event)
        default:
          return event satisfies never
      }
    }
    return link$.subscribe({ next: onEvent, error: (error) => subscriber.error(error) })
  })
  return { events$, position: () => place.position }
}
