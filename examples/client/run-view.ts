import type { Frame } from './frame.ts'
import { numberIn, type Payload, recordIn, recordsIn, textIn, wordsIn } from './payload.ts'

/** What a run looks like after the frames so far. */
export interface RunView {
  readonly kind: 'workflow' | 'dsl' | 'chat'
  /** The `id` of our command: what answers carry as their `correlation_id`. */
  readonly orderId: string
  /** From `accepted`. A connection may see the frames of other runs too. */
  readonly executionId: string | undefined
  /** In the order in which they were first heard of. */
  readonly nodes: readonly NodeView[]
  /** What the last frame said that is not part of the picture, but scrolls by. */
  readonly news: readonly string[]
  /** Set by the last frame of the run. */
  readonly outcome: Outcome | undefined
}

export interface NodeView {
  readonly id: string
  readonly tool: string
  readonly status: string
  /** 0 to 100. */
  readonly progress: number
  readonly attempt: number
  /** Why it failed, what it waits for, how it gets on. */
  readonly remark: string
}

export interface Outcome {
  readonly isSuccess: boolean
  /** One sentence, or of a chat the answer, which may have several lines. */
  readonly headline: string
  /** A DSL error's picture of its place: the line, and a caret below. */
  readonly caret?: string
  /** What else there is to say, each with what it is about. */
  readonly details: readonly (readonly [about: string, value: unknown])[]
}

export function newRun(kind: RunView['kind'], orderId: string): RunView {
  return { kind, orderId, executionId: undefined, nodes: [], news: [], outcome: undefined }
}

/** The user asked for the run to be cancelled. */
export function cancelling(view: RunView): RunView {
  return { ...view, news: ['cancelling; Ctrl-C again quits without waiting'] }
}

/** Pure. Frames of unknown types and of other runs change nothing. */
export function withFrame(before: RunView, frame: Frame): RunView {
  const view = before.news.length === 0 ? before : { ...before, news: [] }
  if (frame.correlation_id === view.orderId) return withAnswer(view, frame)
  const { type, payload } = frame
  if (type === 'error') return { ...view, news: [`the server objects: ${wordsIn(payload, 'message')}`] }
  if (type === 'runStatus') return withRunStatus(view, payload)
  const executionId = textIn(payload, 'executionId') ?? frame.correlation_id
  return executionId !== undefined && executionId === view.executionId ? withEvent(view, frame) : view
}

/** What is addressed to us. */
function withAnswer(view: RunView, { type, payload }: Frame): RunView {
  switch (type) {
    case 'accepted':
      return { ...view, executionId: textIn(payload, 'executionId') }
    case 'chatMessage': {
      const content = wordsIn(payload, 'content').trimEnd()
      if (content.startsWith('Processing')) return { ...view, news: [content] }
      return { ...view, outcome: { isSuccess: payload['type'] !== 'error', headline: content, details: [] } }
    }
    case 'error':
      return { ...view, outcome: refusal(payload) }
    default:
      return view
  }
}

/** What happens in our run. */
function withEvent(view: RunView, { type, payload }: Frame): RunView {
  switch (type) {
    case 'workflowStart':
      return recordsIn(payload, 'nodes').reduce(
        (start, node) => withNode(start, node['id'], { tool: textIn(node, 'tool') ?? textIn(node, 'type') }),
        view,
      )
    case 'nodeStatusUpdate':
      return withNode(view, payload['nodeId'], {
        status: textIn(payload, 'status'),
        attempt: numberIn(payload, 'attempt'),
        remark: wordsIn(payload, 'error'),
      })
    case 'workflowProgress':
      return withNode(view, payload['nodeId'], taskChange(payload, textIn(payload, 'status')))
    case 'dslProgress': {
      const details = recordIn(payload, 'details')
      const change = taskChange({ ...details, message: payload['message'] }, textIn(payload, 'stage'))
      return withNode(view, details['nodeId'], { ...change, tool: textIn(details, 'tool') })
    }
    case 'inputRequired':
      return withNode(view, payload['nodeId'], { status: 'waiting', remark: textIn(payload, 'prompt') })
    case 'workflowLog':
      return { ...view, news: [`${wordsIn(payload, 'level')}: ${wordsIn(payload, 'message')}`] }
    case 'workflowComplete':
      return view.kind === 'workflow' ? { ...view, outcome: completion(payload) } : view
    case 'workflowError':
      return view.kind === 'workflow' ? { ...view, outcome: failure(payload) } : view
    case 'dslResult':
      return view.kind === 'dsl' ? { ...view, outcome: dslOutcome(payload) } : view
    default:
      return view
  }
}

/** The answer to a request to cancel what was over: had there been a last frame for us, we would not have asked. */
function withRunStatus(view: RunView, payload: Payload): RunView {
  const run = recordsIn(payload, 'runs').find(({ executionId }) => executionId === view.executionId)
  const status = run === undefined ? 'running' : textIn(run, 'status')
  if (run === undefined || status === 'running') return view
  const headline = `the server says the run is ${status}`
  return { ...view, outcome: { isSuccess: status === 'completed', headline, details: [] } }
}

type NodeChange = { readonly [Key in Exclude<keyof NodeView, 'id'>]?: NodeView[Key] | undefined }

/** A step of a task's life as it changes its node. The words are the task's; a node's own come with `nodeStatusUpdate`. */
function taskChange(payload: Payload, step: string | undefined): NodeChange {
  return {
    status: step === 'started' || step === 'progress' ? 'running' : step,
    progress: numberIn(payload, 'progress'),
    attempt: numberIn(payload, 'attempt'),
    // Of the others the message says only what the status does.
    remark: step === 'progress' || step === 'failed' ? textIn(payload, 'message') : '',
  }
}

/** `view` with the fields of one node changed that `change` knows; the node is new where it was not known. */
function withNode(view: RunView, id: unknown, change: NodeChange): RunView {
  if (typeof id !== 'string') return view
  const old = view.nodes.find((node) => node.id === id)
  const node = { ...(old ?? newNode(id)), ...known(change) }
  const nodes = old === undefined ? [...view.nodes, node] : view.nodes.map((other) => (other === old ? node : other))
  return { ...view, nodes }
}

function newNode(id: string): NodeView {
  return { id, tool: '', status: 'pending', progress: 0, attempt: 1, remark: '' }
}

function known(change: NodeChange): Partial<NodeView> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function completion(payload: Payload): Outcome {
  const headline = `${textIn(payload, 'message') ?? 'completed'}${timeTaken(payload, 'duration')}`
  return { isSuccess: true, headline, details: Object.entries(recordIn(payload, 'results')) }
}

function failure(payload: Payload): Outcome {
  const node = textIn(payload, 'nodeId')
  const where = node === undefined ? '' : ` at ${node}`
  const headline = `${textIn(payload, 'status') ?? 'failed'}${where}: ${wordsIn(payload, 'error')}`
  return { isSuccess: false, headline, details: [] }
}

function dslOutcome(payload: Payload): Outcome {
  if (payload['success'] === true) {
    const headline = `completed${timeTaken(payload, 'processTime')}`
    return { isSuccess: true, headline, details: [['result', payload['result']]] }
  }
  const error = recordIn(payload, 'error')
  const caret = textIn(error, 'caret')
  const headline = `failed: ${wordsIn(error, 'message')} (${wordsIn(error, 'code')})`
  return { isSuccess: false, headline, details: [], ...(caret === undefined ? {} : { caret }) }
}

/** Our command was not taken. */
function refusal(payload: Payload): Outcome {
  const details = recordsIn(payload, 'details').map(
    (detail) =>
      [wordsIn(detail, 'path'), `expected ${wordsIn(detail, 'expected')}, got ${wordsIn(detail, 'actual')}`] as const,
  )
  return {
    isSuccess: false,
    headline: `refused: ${wordsIn(payload, 'message')} (${wordsIn(payload, 'code')})`,
    details,
  }
}

function timeTaken(payload: Payload, key: string): string {
  const ms = numberIn(payload, key)
  return ms === undefined ? '' : ` in ${ms} ms`
}
