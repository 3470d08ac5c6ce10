import { type BusEvent, runIdsOf } from './event.ts'
import { matchesPattern } from './type-name.ts'

/**
 * Which events are wanted. Within a list any entry matches; all lists that are given must; of tags, all required ones and none
 * of the excluded ones. An event that lacks a field does not match a list about it (PROTOCOL section 4).
 */
export interface EventFilter {
  /** Types or patterns: `workflow.started`, `workflow.*`, `*`. */
  readonly types?: readonly string[]
  readonly workflowIds?: readonly string[]
  readonly executionIds?: readonly string[]
  readonly sources?: readonly string[]
  readonly requiredTags?: readonly string[]
  readonly excludedTags?: readonly string[]
}

/** `filter` as a predicate, for RxJS's `filter` or anything else: `bus.events$.pipe(filter(fromEventFilter({ sources: ['ci'] })))`. */
export function fromEventFilter(filter: EventFilter): (event: BusEvent) => boolean {
  const tests: ((event: BusEvent) => boolean)[] = []
  const { types, workflowIds, executionIds, sources, requiredTags, excludedTags } = filter
  if (types !== undefined) tests.push((event) => types.some((pattern) => matchesPattern(pattern, event.type)))
  if (sources !== undefined) tests.push(oneOf(sources, (event) => event.source))
  if (requiredTags !== undefined) tests.push((event) => requiredTags.every((tag) => event.tags.includes(tag)))
  if (excludedTags !== undefined) tests.push((event) => !excludedTags.some((tag) => event.tags.includes(tag)))
  if (workflowIds !== undefined) tests.push(oneOf(workflowIds, (event) => runIdsOf(event).workflowId))
  if (executionIds !== undefined) tests.push(oneOf(executionIds, (event) => runIdsOf(event).executionId))
  return (event) => tests.every((test) => test(event))
}

function oneOf(wanted: readonly string[], field: (event: BusEvent) => string | undefined) {
  const set = new Set(wanted)
  return (event: BusEvent): boolean => {
    const value = field(event)
    return value !== undefined && set.has(value)
  }
}
