import type { Origin } from '../event/catalogue.ts'
import type { RunEvent } from './run-event.ts'

type Stage = 'parsing' | 'validating' | 'executing' | 'started' | 'completed' | 'failed'

/** Which command it is that speaks. */
interface Speaker {
  readonly executionId: string
  readonly origin: Origin
}

/** `dsl.command_progress`: how far a command is, in a word for programs and in some for people. */
export function stageOf(
  { executionId, origin }: Speaker,
  stage: Stage,
  message: string,
  details?: Record<string, unknown>,
): RunEvent {
  const said = details === undefined ? {} : { details }
  return { type: 'dsl.command_progress', data: { stage, message, executionId, origin, ...said } }
}

const STAGES: ReadonlyMap<RunEvent['type'], Stage> = new Map([
  ['task.started', 'started'],
  ['task.completed', 'completed'],
  ['task.failed', 'failed'],
])

/** What the command says of a step of its script where `event` begins or ends one. */
export function stageAfter(event: RunEvent, speaker: Speaker): RunEvent | undefined {
  const stage = STAGES.get(event.type)
  if (stage === undefined || !('nodeId' in event.data)) return undefined
  const { nodeId = '' } = event.data
  return stageOf(speaker, stage, `${nodeId} ${stage}`, { nodeId })
}
