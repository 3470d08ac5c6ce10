import type { SchedulerLike } from 'rxjs'
import type { Logger } from '../base/logger.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { Planner } from '../chat/planner.ts'
import type { Scope } from '../connection/entitlement.ts'
import type { Position } from '../event/event.ts'
import type { ProtocolError } from '../protocol/protocol-error.ts'
import type { Executor } from '../workflow/executor.ts'
import type { ClientSession } from './client-session.ts'
import type { Conversations } from './conversations.ts'
import type { GivenCommand } from './given-commands.ts'
import type { LiveWork } from './live-work.ts'
import type { Outcomes } from './outcomes.ts'
import type { Resuming } from './resuming.ts'
import type { Watchers } from './watchers.ts'

/** What the handlers of client messages work with: the same for all connections. */
export interface CommandDeps {
  readonly bus: EventBus
  readonly executor: Executor | undefined
  readonly planner: Planner
  readonly outcomes: Outcomes
  readonly conversations: Conversations
  readonly liveWork: LiveWork
  readonly watchers: Watchers
  readonly resuming: Resuming
  readonly scope: Scope
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  /** The position up to which events have been offered to every connection. */
  readonly position: () => Position
}

/** One message and whom it came from. */
export interface CommandContext extends CommandDeps {
  readonly session: ClientSession
  /** The client's `id` of the message: answers carry it. */
  readonly messageId: string | undefined
}

/** A message that orders something. */
export interface OrderContext extends CommandContext {
  readonly command: GivenCommand
}

/** Field by field: a spread would cost more than the rest of a short message. */
export function contextOf(deps: CommandDeps, session: ClientSession, messageId: string | undefined): CommandContext {
  return {
    bus: deps.bus,
    executor: deps.executor,
    planner: deps.planner,
    outcomes: deps.outcomes,
    conversations: deps.conversations,
    liveWork: deps.liveWork,
    watchers: deps.watchers,
    resuming: deps.resuming,
    scope: deps.scope,
    scheduler: deps.scheduler,
    logger: deps.logger,
    position: deps.position,
    session,
    messageId,
  }
}

/** Handles one type of client message. What it returns is wrong with the message and is told to its sender. */
export type CommandHandler<Payload> = (payload: Payload, context: CommandContext) => ProtocolError | undefined

/** Handles one type of message that orders something. What it returns is why it is not taken. */
export type OrderHandler<Payload> = (payload: Payload, context: OrderContext) => ProtocolError | undefined
