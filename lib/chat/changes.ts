import type { KnownTool } from './abilities.ts'
import type { Act } from './reading.ts'

const CHANGING: ReadonlySet<KnownTool> = new Set<KnownTool>([
  'write_file',
  'delete_file',
  'move_file',
  'copy_file',
  'create_directory',
])

/** Whether the files are not what they were after one of `acts`. */
export function changeSomething(acts: readonly Act[]): boolean {
  return acts.some(({ tool }) => CHANGING.has(tool))
}
