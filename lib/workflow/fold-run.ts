import type { NodeStatus } from '../event/catalogue.ts'
import { isRecord } from '../base/is-record.ts'
import type { Failure } from './failure.ts'
import type { RunEvent } from './run-event.ts'
import { type NodeState, type Snapshot } from './snapshot.ts'

/** A run as its events tell of it. */
export interface RunView {
  /** `failing`: a failure that nobody handles has happened, and the running nodes are left to end. */
  readonly status: Snapshot['status']
  /** In the order of the graph. `ready` is not told: such a node is `pending`, or `retrying` where it was tried. */
  readonly nodes: ReadonlyMap<string, NodeView>
  /** The first failure that nobody handles. */
  readonly failure: { readonly nodeId: string; readonly error: string; readonly code?: string } | undefined
}

export interface NodeView {
  readonly status: Exclude<NodeStatus, 'ready'>
  /** The number of the current, last or next try; 0 before the first. */
  readonly attempt: number
  readonly result?: unknown
  /** How it failed, or, of a node that is to be tried again, the try before: for people, and for programs. */
  readonly error?: string
  readonly code?: string
}

/** What is read of an event: those of a bus, and of a run before they were published, are both that. */
export type FoldedEvent = Pick<RunEvent, 'type' | 'data'>

const emptyRun: RunView = { status: 'pending', nodes: new Map(), failure: undefined }

/**
 * Rebuilds a run from its events in their order: of one workflow run, from `workflow.started` on. Events of other types change
 * nothing. What it answers after any number of them is what {@link viewOf} says of the run at that moment.
 */
export function foldRun(events: Iterable<FoldedEvent>): RunView {
  const nodes = new Map<string, NodeView>()
  const handled = new Set<string>()
  const results = new Map<string, unknown>()
  let { status, failure } = emptyRun
  for (const { type, data } of events as Iterable<RunEvent>) {
    switch (type) {
      case 'workflow.started':
        status = 'running'
        for (const id of idsOf(data.nodes)) nodes.set(id, { status: 'pending', attempt: 0 })
        for (const source of handledIn(data.edges)) handled.add(source)
        break
      case 'task.completed':
        results.set(data.nodeId ?? '', data.result ?? null)
        break
      case 'workflow.node_status_update': {
        const { nodeId, status: nodeStatus, attempt = 0 } = data
        if (nodeStatus === 'ready') break
        const why = failureIn(data)
        nodes.set(nodeId, {
          status: nodeStatus,
          attempt,
          ...(nodeStatus === 'completed' ? { result: results.get(nodeId) } : {}),
          ...why,
        })
        if (nodeStatus === 'failed' && !handled.has(nodeId)) {
          status = 'failing'
          failure ??= { nodeId, error: '', ...why }
        }
        break
      }
      case 'workflow.completed':
        status = 'completed'
        break
      case 'workflow.cancelled':
        status = 'cancelled'
        break
      case 'workflow.failed':
        status = data.status === 'timed_out' ? 'timed_out' : 'failed'
        break
      default:
    }
  }
  return { status, nodes, failure }
}

/** What the events of a run tell of `snapshot`. */
export function viewOf({ status, nodes, failure }: Snapshot): RunView {
  return { status, nodes: new Map([...nodes].map(([id, node]) => [id, nodeView(node)])), failure }
}

function failureIn({ error, code }: Partial<Failure>): Pick<NodeView, 'error' | 'code'> {
  return { ...(error === undefined ? {} : { error }), ...(code === undefined ? {} : { code }) }
}

function nodeView({ status, attempt, result, failure }: NodeState): NodeView {
  const told = status !== 'ready' ? status : attempt === 0 ? 'pending' : 'retrying'
  return {
    status: told,
    attempt,
    ...(status === 'completed' ? { result: result ?? null } : {}),
    ...failure,
  }
}

/** The nodes and edges of an event are as a client wrote them. */
function idsOf(nodes: readonly unknown[] = []): readonly string[] {
  return nodes.flatMap((node) => (isRecord(node) && typeof node['id'] === 'string' ? [node['id']] : []))
}

function handledIn(edges: readonly unknown[] = []): readonly string[] {
  return edges.flatMap((edge) => {
    if (!isRecord(edge) || typeof edge['source'] !== 'string') return []
    return edge['when'] === 'failure' || edge['when'] === 'always' ? [edge['source']] : []
  })
}
