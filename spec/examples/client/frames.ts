import type { Frame } from '../../../examples/client/frame.ts'
import { newRun, type RunView, withFrame } from '../../../examples/client/run-view.ts'

/** Frames as a server sends them about the run `E`, ordered by the message `c1`. */

export function event(type: string, payload: object): Frame {
  return { type, payload: { workflowId: 'w', executionId: 'E', ...payload }, correlation_id: 'E' }
}

export function answer(type: string, payload: object): Frame {
  return { type, payload: { ...payload }, correlation_id: 'c1' }
}

export const accepted = answer('accepted', { executionId: 'E', epoch: 'x', seq: 0 })

export function start(...nodes: readonly string[]): Frame {
  return event('workflowStart', {
    nodes: nodes.map((id) => ({ id, type: 'tool_call', tool: `${id}_file` })),
    edges: [],
  })
}

export function status(nodeId: string, name: string, more: object = {}): Frame {
  return event('nodeStatusUpdate', { nodeId, status: name, attempt: 1, ...more })
}

export function task(nodeId: string, step: string, progress: number, message = `${nodeId}_file ${step}`): Frame {
  return event('workflowProgress', { nodeId, status: step, progress, message, attempt: 1 })
}

/** What a run looks like after some frames. */
export function viewOf(kind: RunView['kind'], ...frames: readonly Frame[]): RunView {
  return viewsOf(kind, ...frames).at(-1) ?? newRun(kind, 'c1')
}

/** What it looks like after each of them. */
export function viewsOf(kind: RunView['kind'], ...frames: readonly Frame[]): readonly RunView[] {
  let view = newRun(kind, 'c1')
  return frames.map((frame) => {
    view = withFrame(view, frame)
    return view
  })
}
