import { changeSubscription, type EventSubscription, type SubscriptionChange } from '../../connection/subscription.ts'
import type { Position } from '../../event/event.ts'
import type { EventFilter } from '../../event/filter.ts'
import type { Since } from '../../event/since.ts'
import { expandTypes } from '../../event/type-name.ts'
import { describeValue } from '../../base/codec-details.ts'
import type { ClientPayloads, WireFilter } from '../../protocol/client-payloads.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import { type ServerMessage, serverMessage } from '../../protocol/server-payloads.ts'
import type { CommandContext, CommandHandler } from '../command-context.ts'

/** In one request (PROTOCOL section 4, THREATS T22). */
const MAX_ENTRIES = 128

export const handleSubscribe: CommandHandler<ClientPayloads['SUBSCRIBE_EVENTS']> = (payload, context) => {
  const { event_types: entries, mode = 'add', filter, since } = payload
  return change(entries, { mode, filter: filter === null ? null : fromWireFilter(filter), since }, context)
}

export const handleUnsubscribe: CommandHandler<ClientPayloads['UNSUBSCRIBE_EVENTS']> = (payload, context) =>
  change(payload.event_types, { mode: 'remove' }, context)

interface Change extends Omit<SubscriptionChange, 'types'> {
  readonly since?: Since | undefined
}

/** All of it or, when an entry names nothing known, none of it. `subscribed` stands exactly where the change takes effect. */
function change(
  entries: readonly string[],
  { since, ...wanted }: Change,
  context: CommandContext,
): ProtocolError | undefined {
  if (entries.length > MAX_ENTRIES) {
    const details = [
      { path: 'event_types', expected: `at most ${MAX_ENTRIES} entries`, actual: String(entries.length) },
    ]
    return { code: 'TOO_MANY_SUBSCRIPTIONS', message: 'too many entries in one request', details }
  }
  const { types, unknown } = expandTypes(entries, context.bus.types)
  if (unknown.length > 0) {
    const details = unknown.map((entry) => ({
      path: `event_types[${entries.indexOf(entry)}]`,
      expected: 'an event type or a pattern such as "workflow.*"',
      actual: describeValue(entry),
    }))
    return { code: 'UNKNOWN_EVENT_TYPE', message: 'nothing was changed: some entries name no event type', details }
  }
  const { session } = context
  const next = changeSubscription(session.connection.audience().subscription, { ...wanted, types })
  session.changeSubscription(next)
  const answer = (position: Position): void => session.answer(subscribed(next, position), context.messageId)
  if (since === undefined) answer(session.position())
  else context.resuming.from(session, since, answer)
  return undefined
}

function subscribed({ types, filter }: EventSubscription, position: Position): ServerMessage {
  return serverMessage('subscribed', {
    event_types: [...types].sort(),
    filter: filter === undefined ? null : { ...toWireFilter(filter) },
    ...position,
  })
}

function fromWireFilter(filter: WireFilter | undefined): EventFilter | undefined {
  if (filter === undefined) return undefined
  const { workflow_ids, execution_ids, sources, required_tags, excluded_tags } = filter
  return {
    ...(workflow_ids === undefined ? {} : { workflowIds: workflow_ids }),
    ...(execution_ids === undefined ? {} : { executionIds: execution_ids }),
    ...(sources === undefined ? {} : { sources }),
    ...(required_tags === undefined ? {} : { requiredTags: required_tags }),
    ...(excluded_tags === undefined ? {} : { excludedTags: excluded_tags }),
  }
}

function toWireFilter(filter: EventFilter): WireFilter {
  const { workflowIds, executionIds, sources, requiredTags, excludedTags } = filter
  return {
    ...(workflowIds === undefined ? {} : { workflow_ids: [...workflowIds] }),
    ...(executionIds === undefined ? {} : { execution_ids: [...executionIds] }),
    ...(sources === undefined ? {} : { sources: [...sources] }),
    ...(requiredTags === undefined ? {} : { required_tags: [...requiredTags] }),
    ...(excludedTags === undefined ? {} : { excluded_tags: [...excludedTags] }),
  }
}
