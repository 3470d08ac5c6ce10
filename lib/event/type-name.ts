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

/** Expands `entries` (values, upper-case names, patterns) to the types among `known`. */
export function expandTypes(entries: readonly string[], known: Iterable<string>): Expansion {
  const all = [...known]
  const byName = new Map(all.map((type) => [upperName(type), type]))
  const types = new Set<string>()
  const unknown: string[] = []
  for (const entry of entries) {
    const wanted = byName.get(entry) ?? entry
    const matched = all.filter((type) => matchesPattern(wanted, type))
    if (matched.length === 0) unknown.push(entry)
    for (const type of matched) types.add(type)
  }
  return { types, unknown }
}
