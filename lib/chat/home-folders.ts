import type { KnownTool } from './abilities.ts'
import type { Act } from './reading.ts'

/** Which arguments of each tool are paths. */
const PATHS: ReadonlyMap<KnownTool, readonly number[]> = new Map([
  ['write_file', [0]],
  ['read_file', [0]],
  ['list_files', [0]],
  ['list_directory', [0]],
  ['create_directory', [0]],
  ['delete_file', [0]],
  ['move_file', [0, 1]],
  ['copy_file', [0, 1]],
  ['search_files', [1]],
])

/**
 * Whether `act` names a file in somebody's home folder, "~/a.txt", as the shell has it: to the file tools "~" is a name like any other, so
 * that a folder of that name would be made.
 */
export function isOutside({ tool, args }: Act): boolean {
  const paths = PATHS.get(tool)?.map((index) => args[index])
  return paths?.some((path) => typeof path === 'string' && /^~(?:\/|$)/.test(path)) === true
}
