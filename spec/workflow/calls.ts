import { NEVER, type Observable, type SchedulerLike, Subscription } from 'rxjs'
import { type AbandonedCall, type CallNode, createCallNode, type FaultyCall } from '../../lib/workflow/call-node.ts'
import { createPlaces, type Places } from '../../lib/workflow/places.ts'
import { ResultBudget } from '../../lib/workflow/result-budget.ts'
import type { ProvidedInput } from '../../lib/workflow/run.ts'
import type { Fault } from '../../lib/workflow/tool-result.ts'

/** Calls of tools with a deadline of one second, and a second more to stop. */
export function callsWithin(
  scheduler: SchedulerLike,
  abandoned: AbandonedCall[] = [],
  faults: [Fault, FaultyCall][] = [],
): CallNode {
  return createCallNode({
    scheduler,
    defaultTimeoutMs: 1_000,
    graceMs: 1_000,
    onAbandoned: (call) => abandoned.push(call),
    onFault: (error, call) => faults.push([error, call]),
    onListenerFault: (error) => {
      throw error
    },
    watch: new Subscription(),
  })
}

/** A run that has the process to itself, and that nobody answers. */
export function alone(): {
  readonly places: Places
  readonly resultBudget: ResultBudget
  readonly input$: Observable<ProvidedInput>
} {
  return { places: createPlaces(1_000), resultBudget: new ResultBudget(1e9), input$: NEVER }
}
