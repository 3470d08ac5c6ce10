import type { Cursor } from './cursor.ts'

/** Options of the shell's commands that change nothing of what they do here. */
const MEANINGLESS = /^-[fv]+$/

/** Passes the options after a command of the shell that mean nothing here: "rm -f". */
export function skipOptions(cursor: Cursor): void {
  while (MEANINGLESS.test(cursor.peek()?.text ?? '')) cursor.index++
}
