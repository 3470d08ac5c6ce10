/** What a label is made of: an event of a run, or one that the bus delivered. */
interface Labelled {
  readonly type: string
  readonly data: unknown
}

/**
 * An event in a few words, for expectations that read as a transcript: its type without `workflow.` where it is a node's status,
 * the node, and what tells it from others of its type.
 */
export function labelOf({ type, data }: Labelled): string {
  const field = (name: string): string | undefined => {
    const value: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  }
  const detail: Readonly<Record<string, string | undefined>> = {
    'workflow.node_status_update': field('status'),
    'workflow.progress': field('progress'),
    'workflow.failed': field('status'),
    'task.progress': field('progress'),
    'dsl.command_progress': field('stage'),
  }
  const name = type === 'workflow.node_status_update' ? 'node' : type
  return [name, field('nodeId'), detail[type]].filter((word) => word !== undefined).join(' ')
}

/** What a node that succeeds at its first try says. */
export function lifeOf(nodeId: string, progress: number): readonly string[] {
  return [
    `node ${nodeId} running`,
    `task.started ${nodeId}`,
    `tool.executed ${nodeId}`,
    `task.completed ${nodeId}`,
    `node ${nodeId} completed`,
    `workflow.progress ${progress}`,
  ]
}
