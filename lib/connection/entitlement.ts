import { type BusEvent, runIdsOf } from '../event/event.ts'
import type { Principal } from './principal.ts'

/** Whether a connection may see an event. Decided for each event when it is sent (SEMANTICS P10, THREATS T18). */
export type Entitlement = (event: BusEvent) => boolean

/** `own`: of runs, only those the principal started; what belongs to no run is everybody's. */
export type Scope = 'own' | 'all'

/** A host's own rule, asked beside the scope. */
export type Authorize<Event extends BusEvent = BusEvent> = (principal: Principal | undefined, event: Event) => boolean

/**
 * A rule that throws denies, and so does one that answers anything but `true` (a promise, say): a fault must not show what it was to
 * hide. `onError` hears of a throw.
 */
export function createEntitlement(
  principal: Principal | undefined,
  scope: Scope,
  authorize: Authorize | undefined,
  onError: (error: unknown) => void,
): Entitlement {
  const mayByRule = (event: BusEvent): boolean => {
    if (authorize === undefined) return true
    try {
      const answer: unknown = authorize(principal, event)
      return answer === true
    } catch (error) {
      onError(error)
      return false
    }
  }
  if (scope === 'all') return mayByRule
  return (event) => isOwn(principal, event) && mayByRule(event)
}

function isOwn(principal: Principal | undefined, event: BusEvent): boolean {
  if (event.owner !== undefined) return event.owner === principal?.id
  const { executionId, workflowId } = runIdsOf(event)
  return executionId === undefined && workflowId === undefined
}
