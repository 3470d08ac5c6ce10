import type { Frame } from '../support/frames.ts'

/** Frames as the protocol's transcripts write them: the type, and what tells one from another. */
export function told(frames: readonly Frame[]): readonly string[] {
  return frames.map(({ type, payload }) => {
    const { nodeId, status, progress, stage, success, sender, type: kind } = payload
    switch (type) {
      case 'workflowProgress':
        return words(type, nodeId === undefined ? [progress] : [nodeId, status])
      case 'workflowError':
      case 'nodeStatusUpdate':
        return words(type, [nodeId, status])
      case 'tool_result':
        return words(type, [status])
      case 'dslProgress':
        return words(type, [stage])
      case 'dslResult':
        return words(type, [success])
      case 'chatMessage':
        return words(type, [sender, kind])
      default:
        return type
    }
  })
}

function words(type: string, rest: readonly unknown[]): string {
  return [type, ...rest.filter((word) => word !== undefined)].map(String).join(' ')
}
