import { createGuardedController } from '../base/guarded-abort.ts'

/**
 * The signal of one call. Made when the tool looks at it: many never do. `onFault` hears of what the tool's listeners throw. A class,
 * because there is one for each try of each node.
 */
export class ToolSignal {
  readonly #onFault: (error: unknown) => void
  #controller: AbortController | undefined
  #reason: unknown
  #isAborted = false

  constructor(onFault: (error: unknown) => void) {
    this.#onFault = onFault
  }

  get signal(): AbortSignal {
    this.#controller ??= createGuardedController(this.#onFault)
    if (this.#isAborted) this.#controller.abort(this.#reason)
    return this.#controller.signal
  }

  get isAborted(): boolean {
    return this.#isAborted
  }

  /** Once: what it is aborted for first stands. */
  abort(reason: unknown): void {
    if (this.#isAborted) return
    this.#isAborted = true
    this.#reason = reason
    this.#controller?.abort(reason)
  }
}
