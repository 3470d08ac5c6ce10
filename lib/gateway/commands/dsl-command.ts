import type { ClientPayloads } from '../../protocol/client-payloads.ts'
import type { CommandHandler } from '../command-context.ts'
import { startCommand } from './start-work.ts'

export const handleDslCommand: CommandHandler<ClientPayloads['DSL_COMMAND']> = ({ command }, context) => {
  const started = startCommand(command, 'dsl', context)
  return started._tag === 'Refused' ? started.error : undefined
}
