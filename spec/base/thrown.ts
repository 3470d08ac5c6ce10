/** What `run` throws, which must be a `kind`: an assertion about an error can then look at all of it. */
export function thrownBy<Expected extends Error>(
  kind: abstract new (...args: never[]) => Expected,
  run: () => unknown,
): Expected {
  try {
    run()
  } catch (error) {
    if (error instanceof kind) return error
    throw new Error(`it threw ${String(error)}, not ${kind.name}`, { cause: error })
  }
  throw new Error(`it did not throw; expected ${kind.name}`)
}
