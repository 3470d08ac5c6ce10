import { Observable, type SchedulerLike, timer } from 'rxjs'
import type { PlanNode } from './plan.ts'
import { plainResult, toolFailure } from './tool-result.ts'

/** What one try of a node tells. Ends with one `Succeeded` or `Failed`, then completes. */
export type CallEvent =
  | { readonly _tag: 'Progress'; readonly percent: number; readonly message?: string }
  | { readonly _tag: 'Succeeded'; readonly result: unknown; readonly durationMs: number }
  | { readonly _tag: 'Failed'; readonly error: string; readonly isPermanent: boolean; readonly durationMs: number }

/** Runs one try of `node`. Cold. Never errors: a failure is an event. */
export type CallNode = (node: PlanNode, attempt: number, executionId: string) => Observable<CallEvent>

/** A sentence for people; a longer one is cut. */
const MAX_MESSAGE_LENGTH = 2_000

/**
 * Calls the node's tool with a deadline. Unsubscribing, and the deadline, abort the tool's signal; what it does afterwards is
 * nobody's business any more. A tool that is late fails, and may be tried again.
 */
export function createCallNode(scheduler: SchedulerLike, defaultTimeoutMs: number): CallNode {
  return (node, attempt, executionId) =>
    new Observable<CallEvent>((subscriber) => {
      const controller = new AbortController()
      const startedAtMs = scheduler.now()
      const durationMs = (): number => Math.round(scheduler.now() - startedAtMs)
      let hasEnded = false
      const end = (event: CallEvent): void => {
        hasEnded = true
        subscriber.next(event)
        subscriber.complete()
      }
      const timeoutMs = node.timeoutMs ?? defaultTimeoutMs
      subscriber.add(
        timer(timeoutMs, scheduler).subscribe(() => {
          const error = `timed out after ${timeoutMs} ms`
          controller.abort(new DOMException(error, 'TimeoutError'))
          end({ _tag: 'Failed', error, isPermanent: false, durationMs: durationMs() })
        }),
      )
      // After the deadline's timer, so that a tool which settles at once finds it to be taken down.
      node.call
        .run({
          signal: controller.signal,
          executionId,
          nodeId: node.id,
          attempt,
          log: () => undefined,
          progress: (percent, message) => {
            const bounded = Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : 0
            const cut = message?.slice(0, MAX_MESSAGE_LENGTH)
            subscriber.next({ _tag: 'Progress', percent: bounded, ...(cut === undefined ? {} : { message: cut }) })
          },
        })
        .then(
          (result) => {
            const plain = plainResult(result)
            if (plain._tag === 'Right') return end({ _tag: 'Succeeded', result: plain.right, durationMs: durationMs() })
            return end({ _tag: 'Failed', error: plain.left, isPermanent: true, durationMs: durationMs() })
          },
          (error: unknown) => end({ _tag: 'Failed', ...toolFailure(error), durationMs: durationMs() }),
        )
      return () => {
        // A tool that has done its work is not told that it was cancelled.
        if (!hasEnded) controller.abort(new DOMException('cancelled', 'AbortError'))
      }
    })
}
