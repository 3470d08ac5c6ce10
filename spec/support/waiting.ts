import { setTimeout as pause } from 'node:timers/promises'

/** How long a spec waits for something that should happen at once. */
export const PATIENCE_MS = 8_000

/** `promise`, or a failure that says what did not happen in time. */
export async function inTime<Value>(
  promise: Promise<Value>,
  what: string | (() => string),
  ms = PATIENCE_MS,
): Promise<Value> {
  const patience = new AbortController()
  const late = pause(ms, undefined, { signal: patience.signal }).then(
    () => {
      throw new Error(`not within ${ms} ms: ${typeof what === 'string' ? what : what()}`)
    },
    () => new Promise<never>(() => undefined),
  )
  try {
    return await Promise.race([promise, late])
  } finally {
    patience.abort()
  }
}

/** For what has no event to wait for: asks again until `check` no longer throws. */
export async function eventually(check: () => unknown, ms = PATIENCE_MS): Promise<void> {
  const endMs = performance.now() + ms
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (performance.now() > endMs) throw error
      await pause(4)
    }
  }
}

/** A promise and the key to it. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>
  readonly resolve: (value: Value) => void
  readonly reject: (error: unknown) => void
}

export function createDeferred<Value>(): Deferred<Value> {
  let resolve: Deferred<Value>['resolve'] = () => undefined
  let reject: Deferred<Value>['reject'] = () => undefined
  const promise = new Promise<Value>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
