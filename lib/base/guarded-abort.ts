import { types } from 'node:util'

/** What somebody hangs on a signal, as an object or as a function. */
type Listener = NonNullable<Parameters<AbortSignal['addEventListener']>[1]>
type Options = Parameters<AbortSignal['addEventListener']>[2]

/**
 * An `AbortController` for the code of others, whose signal keeps to itself what a listener throws: Node would end the process for it, and
 * it is one tool's or planner's own fault (SEMANTICS P9). `onFault` hears of it.
 */
export function createGuardedController(onFault: (error: unknown) => void): AbortController {
  const controller = new AbortController()
  const { signal } = controller
  const guarded = new WeakMap<Listener, Listener>()
  let own: AbortSignal['onabort'] = null

  const guard = (listener: Listener): Listener => {
    const known = guarded.get(listener)
    if (known !== undefined) return known
    const made = (event: Event): void => attempt(() => call(listener, signal, event), onFault)
    guarded.set(listener, made)
    return made
  }

  const add = signal.addEventListener.bind(signal)
  const remove = signal.removeEventListener.bind(signal)
  Object.defineProperties(signal, {
    addEventListener: {
      value: (type: 'abort', listener: Listener, options?: Options): void =>
        add(type, mayBeCalled(listener) ? guard(listener) : listener, options),
    },
    removeEventListener: {
      value: (type: 'abort', listener: Listener, options?: Options): void =>
        remove(type, mayBeCalled(listener) ? (guarded.get(listener) ?? listener) : listener, options),
    },
    onabort: {
      get: () => own,
      set: (listener: unknown) => {
        own = typeof listener === 'function' ? (listener as NonNullable<AbortSignal['onabort']>) : null
      },
    },
  })
  add('abort', (event) => attempt(() => own?.call(signal, event), onFault), { once: true })
  return controller
}

/** Code written without types may give anything. */
function mayBeCalled(listener: unknown): boolean {
  return typeof listener === 'function' || (typeof listener === 'object' && listener !== null)
}

function call(listener: Listener, signal: AbortSignal, event: Event): unknown {
  return typeof listener === 'function' ? Reflect.apply(listener, signal, [event]) : listener.handleEvent(event)
}

/** Runs what may throw, now or later. */
function attempt(run: () => unknown, onFault: (error: unknown) => void): void {
  try {
    const answer = run()
    if (types.isPromise(answer)) answer.catch(onFault)
  } catch (error) {
    onFault(error)
  }
}
