// Event type names and patterns. The client needs this file at run time, so it imports nothing.

/** A type name as the catalogue allows it: lower-case words joined by dots, `workflow.node_status_update`. */
const TYPE_NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/

export function isTypeName(text: string): boolean {
  return text.length <= 128 && TYPE_NAME.test(text)
}

/**
 * The upper-case name of a type: `task.started` is `TASK_STARTED`. One name does not follow its value: `NODE_STATUS_UPDATE`
 * is `workflow.node_status_update` (PROTOCOL section 6).
 */
export function upperName(type: string): string {
  if (type === 'workflow.node_status_update') return 'NODE_STATUS_UPDATE'
  return type.replaceAll('.', '_').toUpperCase()
}

/** Whether `pattern` (a type, `head.*` or `*`) covers `type`. */
export function matchesPattern(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  return pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))
}

/** What a list of subscription entries means: the types they cover, and the entries that cover none. */
export interface Expansion {
  readonly types: ReadonlySet<string>
  readonly unknown: readonly string[]
}

/** Expands `entries` (values, upper-case names, patterns) to the types among `known`, which must not change afterwards. */
export function expandTypes(entries: readonly string[], known: readonly string[]): Expansion {
  const byName = indexOf(known)
  const types = new Set<string>()
  const unknown: string[] = []
  for (const entry of entries) {
    const named = byName.get(entry)
    const matched = named === undefined ? known.filter((type) => matchesPattern(entry, type)) : [named]
    if (matched.length === 0) unknown.push(entry)
    for (const type of matched) types.add(type)
  }
  return { types, unknown }
}

/** Types by their value and by their upper-case name, for each list once: clients come with a query, and many at a time. */
const indexes = new WeakMap<readonly string[], ReadonlyMap<string, string>>()

function indexOf(known: readonly string[]): ReadonlyMap<string, string> {
  const made = indexes.get(known)
  if (made !== undefined) return made
  const index = new Map(
    known.flatMap((type): [string, string][] => [
      [type, type],
      [upperName(type), type],
    ]),
  )
  indexes.set(known, index)
  return index
}
