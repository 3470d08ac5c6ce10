import { setImmediate } from 'node:timers/promises'

const DEADLINE_MS = 10_000

/** Resolves in the turn in which `condition` first holds. For what sockets do: there is no one event that says "all has arrived". */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const startedAtMs = performance.now()
  while (!condition()) {
    if (performance.now() - startedAtMs > DEADLINE_MS) throw new Error(`this never came: ${what}`)
    await setImmediate()
  }
}
