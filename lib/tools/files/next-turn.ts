import { setImmediate } from 'node:timers/promises'
import { throwIfAborted } from './file-error.ts'

/** How many entries of a folder may be looked at in one turn. */
export const ENTRIES_PER_TURN = 64

/** Lets others have their turn, and then stops if it was aborted meanwhile: a large folder must not hold the process up. */
export async function nextTurn(signal: AbortSignal, given: string): Promise<void> {
  await setImmediate()
  throwIfAborted(signal, given)
}
