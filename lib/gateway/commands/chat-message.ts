import { catchError, defer, finalize, from, type Observable, of, takeUntil, timeout } from 'rxjs'
import { createId } from '../../base/ids.ts'
import { describeOutcome } from '../../chat/outcome.ts'
import type { PlannerReply } from '../../chat/planner.ts'
import { codecDetails } from '../../base/codec-details.ts'
import { type ClientPayloads, ExecuteWorkflow } from '../../protocol/client-payloads.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { CommandContext, CommandHandler } from '../command-context.ts'
import type { TerminalEvent } from '../outcomes.ts'
import { noExecutor, startCommand, type Started, startWorkflow } from './start-work.ts'

/** A planner that has not answered by then has hung. */
const PLANNER_DEADLINE_MS = 30_000
const MAX_ECHO_LENGTH = 1_000

/** A planner's reply, or that there was none. */
type Planned = PlannerReply | { readonly _tag: 'Failure'; readonly content: string }

/** "Processing", then what was planned, then one message that states the outcome (PROTOCOL section 11, transcript 6). */
export const handleChatMessage: CommandHandler<ClientPayloads['CHAT_MESSAGE']> = ({ content }, context) => {
  if (context.executor === undefined) return noExecutor._tag === 'Refused' ? noExecutor.error : undefined
  say(
    `Processing: ${content.length > MAX_ECHO_LENGTH ? `${content.slice(0, MAX_ECHO_LENGTH)}…` : content}`,
    'text',
    context,
  )
  plan(content, context).subscribe((planned) => follow(planned, context))
  return undefined
}

/** What the planner makes of `text`, once; also of its throwing, rejecting, hanging. Nothing when the connection ends first. */
function plan(text: string, { planner, executor, scheduler, logger, session }: CommandContext): Observable<Planned> {
  const controller = new AbortController()
  return defer(() => {
    const reply = planner.plan({ text, tools: executor?.tools() ?? [] }, controller.signal)
    return isPromiseLike(reply) ? from(reply) : of(reply)
  }).pipe(
    timeout({ first: PLANNER_DEADLINE_MS, scheduler }),
    takeUntil(session.connection.ended$),
    catchError((error: unknown) => {
      const correlationId = createId()
      logger.error({ err: error, correlationId }, 'the planner failed')
      return of<Planned>({ _tag: 'Failure', content: `That could not be planned (error ${correlationId}).` })
    }),
    finalize(() => controller.abort()),
  )
}

function follow(reply: Planned, context: CommandContext): void {
  switch (reply._tag) {
    case 'Answer':
      return say(reply.content, 'text', context)
    case 'Failure':
      return say(reply.content, 'error', context)
    case 'Command':
      return report(
        startCommand(reply.command, 'chat', context, (executionId) => {
          context.outcomes.expect(executionId, 'command', (event) => tell(event, context))
        }),
        context,
      )
    case 'Workflow': {
      const graph = ExecuteWorkflow.decode(reply.graph)
      if (graph._tag === 'Left') {
        context.logger.warn({ details: codecDetails(graph.left) }, 'the planner made no valid workflow')
        return say('What was planned is not a valid workflow.', 'error', context)
      }
      return report(
        startWorkflow(graph.right, 'chat', context, (executionId) => {
          context.outcomes.expect(executionId, 'workflow', (event) => tell(event, context))
        }),
        context,
      )
    }
    default:
      context.logger.warn({}, 'the planner returned nonsense')
      return say('That could not be planned.', 'error', context)
  }
}

function report(started: Started, context: CommandContext): void {
  if (started._tag === 'Ordered') return
  const { message, details = [] } = started.error
  const listed = details.map(({ path, expected, actual }) => `${path || 'it'}: expected ${expected}, got ${actual}`)
  say([message, ...listed].join('; '), 'error', context)
}

function tell(event: TerminalEvent, context: CommandContext): void {
  const { content, success } = outcomeOf(event)
  say(content, success ? 'text' : 'error', context, event.data.executionId)
}

function outcomeOf(event: TerminalEvent): { readonly content: string; readonly success: boolean } {
  switch (event.type) {
    case 'dsl.command_completed': {
      const { success, tool, result, error } = event.data
      const content = describeOutcome({
        success,
        result,
        ...(tool === undefined ? {} : { tool }),
        ...(error === undefined ? {} : { error }),
      })
      return { content, success }
    }
    case 'workflow.completed':
      return { content: describeOutcome({ success: true, result: event.data.results ?? {} }), success: true }
    case 'workflow.failed':
      return { content: describeOutcome({ success: false, error: { message: event.data.error } }), success: false }
    case 'workflow.cancelled':
      return { content: describeOutcome({ success: false, error: { message: 'cancelled' } }), success: false }
    default:
      return event satisfies never
  }
}

function say(
  content: string,
  type: 'text' | 'error',
  { session, messageId }: CommandContext,
  executionId?: string,
): void {
  session.answer(
    serverMessage('chatMessage', {
      content,
      sender: 'assistant',
      type,
      ...(executionId === undefined ? {} : { metadata: { executionId } }),
    }),
    messageId,
  )
}

function isPromiseLike(value: unknown): value is PromiseLike<PlannerReply> {
  return typeof value === 'object' && value !== null && 'then' in value
}
