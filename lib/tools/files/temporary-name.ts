import { createId } from '../../base/ids.ts'

/** What the name of every half-written file begins with. Such names belong to the tools: callers cannot see or use them. */
const PREFIX = '.praxis-tmp-'

/** A name for a file that is being written: never one that was there before, and short whatever it will be renamed to. */
export function temporaryName(): string {
  return `${PREFIX}${createId()}`
}

/** Also of names that a file system without case would take for one. */
export function isTemporaryName(name: string): boolean {
  return name.toLowerCase().startsWith(PREFIX)
}
