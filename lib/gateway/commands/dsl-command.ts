import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import type { OrderHandler } from '../command-context.ts'
import { startCommand } from './start-work.ts'

export const handleDslCommand: OrderHandler<ClientPayloads['DSL_COMMAND']> = ({ command }, context) =>
  startCommand(command, 'dsl', context)
