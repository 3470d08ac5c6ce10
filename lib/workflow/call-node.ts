import { Observable, type SchedulerLike, type Subscription, timer } from 'rxjs'
import type { ToolContext } from '../tools/tool.ts'
import type { Failure } from './failure.ts'
import type { ToolStep } from './plan-node.ts'
import type { Results } from './references.ts'
import { type Fault, plainResult, toolFailure } from './tool-result.ts'
import { ToolSignal } from './tool-signal.ts'
import { type ToolWord, ToolWords } from './tool-words.ts'

/** What one try of a node tells. Ends with one `Succeeded` or `Failed`, then completes. */
export type CallEvent =
  | ToolWord
  | { readonly _tag: 'Succeeded'; readonly result: unknown; readonly durationMs: number }
  | ({ readonly _tag: 'Failed'; readonly isPermanent: boolean; readonly durationMs: number } & Failure)

/** Runs one try of `node`, which gets parts of `results` by its references. Cold. Never errors: a failure is an event. */
export type CallNode = (node: ToolStep, attempt: number, run: CallingRun, results: Results) => Observable<CallEvent>

/** The run that a call is a part of. */
export type CallingRun = Pick<ToolContext, 'executionId' | 'owner'>

/** A call whose tool goes on although its signal was aborted. Nobody waits for it, and what it does is out of our hands. */
export interface AbandonedCall {
  readonly executionId: string
  readonly nodeId: string
  readonly tool: string
  readonly attempt: number
  /** Since the call. */
  readonly afterMs: number
}

export type FaultyCall = Pick<AbandonedCall, 'executionId' | 'nodeId' | 'tool'>

export interface CallNodeOptions {
  readonly scheduler: SchedulerLike
  /** Deadline of one try of a node that names none. */
  readonly defaultTimeoutMs: number
  /** How long after its signal was aborted a tool may take to settle. */
  readonly graceMs: number
  /** Told once for each call whose tool takes longer. */
  readonly onAbandoned: (call: AbandonedCall) => void
  /** Hears of what a tool throws that is no `ToolError`. */
  readonly onFault: (fault: Fault, call: FaultyCall) => void
  /** Hears of what a tool's listener of its signal throws. */
  readonly onListenerFault: (error: unknown, call: FaultyCall) => void
  /** Ends the watch over tools that were told to stop. */
  readonly watch: Subscription
}

/**
 * Calls the node's tool with a deadline. Unsubscribing, and the deadline, abort the tool's signal, and the run goes on at once: what
 * the tool says or returns afterwards is nobody's business any more. One that has not settled a while later is reported. A tool that
 * is late fails, and may be tried again.
 */
export function createCallNode(options: CallNodeOptions): CallNode {
  const { scheduler, defaultTimeoutMs, graceMs, onAbandoned, onFault, onListenerFault, watch } = options
  return (node, attempt, { executionId, owner }, results) =>
    new Observable<CallEvent>((subscriber) => {
      const stop = new ToolSignal((error) => onListenerFault(error, { executionId, nodeId: node.id, tool: node.tool }))
      const words = new ToolWords(scheduler, (word) => subscriber.next(word))
      const startedAtMs = scheduler.now()
      const durationMs = (): number => Math.round(scheduler.now() - startedAtMs)
      let hasSettled = false
      const end = (event: CallEvent): void => {
        words.flush()
        subscriber.next(event)
        subscriber.complete()
      }

      const prepared = node.prepare(results)
      if (prepared._tag === 'Left') {
        return end({
          _tag: 'Failed',
          error: prepared.left,
          code: 'INVALID_ARGUMENTS',
          isPermanent: true,
          durationMs: 0,
        })
      }

      let grace: Subscription | undefined
      const abort = (message: string, name: 'TimeoutError' | 'AbortError'): void => {
        // A tool that has done its work is not told that it was cancelled.
        if (hasSettled || stop.isAborted) return
        stop.abort(new DOMException(message, name))
        grace = timer(graceMs, scheduler).subscribe(() => {
          onAbandoned({ executionId, nodeId: node.id, tool: node.tool, attempt, afterMs: durationMs() })
        })
        watch.add(grace)
      }
      const settled = (): void => {
        hasSettled = true
        if (grace === undefined) return
        watch.remove(grace)
        grace.unsubscribe()
      }

      const timeoutMs = node.timeoutMs ?? defaultTimeoutMs
      subscriber.add(
        timer(timeoutMs, scheduler).subscribe(() => {
          const error = `timed out after ${timeoutMs} ms`
          abort(error, 'TimeoutError')
          end({ _tag: 'Failed', error, code: 'TIMED_OUT', isPermanent: false, durationMs: durationMs() })
        }),
      )
      // After the deadline's timer, so that a tool which settles at once finds it to be taken down.
      prepared.right
        .run({
          get signal() {
            return stop.signal
          },
          executionId,
          nodeId: node.id,
          owner,
          attempt,
          progress: words.progress,
          log: words.log,
        })
        .then(
          (result) => {
            settled()
            // A late result may be large, and is not even looked at.
            if (subscriber.closed) return undefined
            const plain = plainResult(result, prepared.right.tool.results)
            if (plain._tag === 'Right') return end({ _tag: 'Succeeded', result: plain.right, durationMs: durationMs() })
            return end({
              _tag: 'Failed',
              error: plain.left,
              code: 'INVALID_RESULT',
              isPermanent: true,
              durationMs: durationMs(),
            })
          },
          (error: unknown) => {
            settled()
            if (subscriber.closed) return
            const { fault, ...failure } = toolFailure(error)
            if (fault !== undefined) onFault(fault, { executionId, nodeId: node.id, tool: node.tool })
            end({ _tag: 'Failed', durationMs: durationMs(), ...failure })
          },
        )
      return () => {
        words.end()
        abort('cancelled', 'AbortError')
      }
    })
}
