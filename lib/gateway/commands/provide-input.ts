import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import { errorMessage } from '../../protocol/encode.ts'
import type { ProtocolError } from '../../protocol/protocol-error.ts'
import { serverMessage } from '../../protocol/server-payloads.ts'
import type { OrderHandler } from '../command-context.ts'
import { isOwnRun } from '../known-runs.ts'
import { noExecutor } from './start-work.ts'

const notWaiting: ProtocolError = { code: 'NOT_WAITING', message: 'that node waits for no input' }

/**
 * Hands a person's answer to the node that waits for it; `accepted` says that it was taken. One that does not fit the form is refused
 * with what is wrong, and the node goes on waiting.
 */
export const handleProvideInput: OrderHandler<ClientPayloads['PROVIDE_INPUT']> = (payload, context) => {
  const { bus, command, executor, session } = context
  if (executor === undefined) return noExecutor
  const { executionId, nodeId, value } = payload
  const [run] = executor.runs({ executionId })
  if (run === undefined || executor.checkInput === undefined) return notWaiting
  if (!isOwnRun(context)(run)) return { code: 'FORBIDDEN', message: 'that run is not yours to answer' }
  const checked = executor.checkInput({ executionId, nodeId, value })
  if (checked._tag === 'Left') {
    if (checked.left._tag === 'NotWaiting') return notWaiting
    return { code: 'INVALID_PAYLOAD', message: 'the value does not fit the form', details: checked.left.details }
  }
  const { workflowId } = run.entry
  const ids = { executionId, ...(workflowId === undefined ? {} : { workflowId }) }
  command.answer(serverMessage('accepted', { ...ids, ...context.position() }))
  const owner = session.principal?.id
  const stored = bus.publish({
    type: 'workflow.input_provided',
    data: { ...ids, nodeId, value },
    source: 'gateway',
    correlationId: executionId,
    ...(owner === undefined ? {} : { owner }),
  })
  stored.then(
    () => command.end(),
    () => {
      command.forget()
      command.answer(errorMessage({ code: 'BUS_UNAVAILABLE', message: 'the input could not be stored' }))
    },
  )
  return undefined
}
