import { createSubscription, type EventSubscription } from '../connection/subscription.ts'
import type { Position } from '../event/event.ts'
import { type ServerMessage, serverMessage } from '../protocol/server-payloads.ts'
import type { DoorQuery } from './door-query.ts'
import { Session, type SessionDeps, type SessionPeer } from './session.ts'

/** A peer that passed all checks. */
export interface Newcomer extends Omit<SessionPeer, 'client'> {
  /** Absent for one that came through no WebSocket door. */
  readonly query: DoorQuery | undefined
}

export interface OpenSessionDeps extends SessionDeps {
  /** What a connection hears that asked for nothing else. One object for all of them. */
  readonly initialSubscription: EventSubscription
  /** What the welcome says of the server, besides the connection and the position. */
  readonly welcome: Readonly<Record<string, unknown>>
}

/** Begins a connection (PROTOCOL section 2): registers it, welcomes it, tells of it, listens to it. Answers its id. */
export type OpenSession = (newcomer: Newcomer) => string

export function createOpenSession(deps: OpenSessionDeps): OpenSession {
  const { registry, upkeep, announcer, logger } = deps
  return ({ query, ...peer }) => {
    const subscription = subscriptionOf(query, deps.initialSubscription)
    const session = new Session(deps, { client: query?.client, ...peer }, subscription)
    const { connection, principal, remoteAddress, path } = session
    const { id } = connection
    logger.info({ connectionId: id, remoteAddress, path, principal: principal?.id }, 'a connection begins')
    registry.add(session)
    upkeep.add(session)
    deps.watchers.come(session)
    connection.open()
    const welcome = (position: Position): void => session.answer(welcomeOf(id, position, deps.welcome))
    if (query?.since === undefined) welcome(deps.position())
    else deps.resuming.from(session, query.since, welcome)
    const data = { connectionId: id, remoteAddress, path }
    announcer.announce({ type: 'ws.client_connected', data, ...session.owned })
    connection.start()
    return id
  }
}

function welcomeOf(connectionId: string, position: Position, more: Readonly<Record<string, unknown>>): ServerMessage {
  return serverMessage('chatMessage', {
    content: 'Connected to Praxis Agent',
    sender: 'system',
    type: 'system',
    metadata: { connectionId, ...position, ...more },
  })
}

function subscriptionOf(query: DoorQuery | undefined, initial: EventSubscription): EventSubscription {
  const { types = initial.types, filter } = query ?? {}
  if (filter !== undefined) return createSubscription(types, filter)
  return types === initial.types ? initial : subscriptionTo(types)
}

/** Of those who asked for the same the door makes one set, and so they get one subscription. */
const subscriptions = new WeakMap<ReadonlySet<string>, EventSubscription>()

function subscriptionTo(types: ReadonlySet<string>): EventSubscription {
  const known = subscriptions.get(types) ?? createSubscription(types, undefined)
  subscriptions.set(types, known)
  return known
}
