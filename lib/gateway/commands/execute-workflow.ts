import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import type { OrderHandler } from '../command-context.ts'
import { startWorkflow } from './start-work.ts'

export const handleExecuteWorkflow: OrderHandler<ClientPayloads['EXECUTE_WORKFLOW']> = (wish, context) =>
  startWorkflow(wish, 'workflow', context)
