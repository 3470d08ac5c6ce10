import type { BuiltInEvents, Origin } from '../event/catalogue.ts'
import type { EventInputIn } from '../event/definition.ts'

/** An event a run publishes; source, correlation id and owner are added where it is published. */
export type RunEvent = EventInputIn<BuiltInEvents>

/** Who a run is. */
export interface RunIdentity {
  readonly workflowId: string
  readonly executionId: string
  /** What asked for it: decides how its tasks look on the wire. */
  readonly origin: Origin
  /** A command of one step: it speaks of its task, and never of a workflow. */
  readonly isCommand: boolean
}

/** The ids every event about a node of this run carries. */
export function nodeIds({ workflowId, executionId, origin, isCommand }: RunIdentity, nodeId: string) {
  return isCommand ? { executionId, nodeId, origin } : { workflowId, executionId, nodeId, origin }
}
