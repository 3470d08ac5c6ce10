import { join } from '../paths.ts'
import { takePlace } from '../places.ts'
import { actOnFile, actOnFolder, type Rule } from '../reading.ts'
import { INSIDE_FOLDER } from '../words/things.ts'
import { readCreate } from './create.ts'
import { readDelete } from './delete.ts'
import { readRead } from './read.ts'

const RULES: readonly Rule[] = [readCreate, readDelete, readRead]
/** Tools whose first argument is the file that the step is about. */
const ON_FILE: ReadonlySet<string> = new Set(['write_file', 'delete_file', 'read_file'])

/** "in docs, create a.txt with 'x'": a folder that is said first. */
export const readInFolder: Rule = (cursor, referents) => {
  const folder = takePlace(cursor, {}, INSIDE_FOLDER)
  if (folder === undefined) return undefined
  cursor.skipMarks(',')
  // "it" is elsewhere
  const { given, isGivenLast } = referents
  for (const rule of RULES) {
    const reading = cursor.lookAhead(() => rule(cursor, { given, isGivenLast }))
    if (reading === undefined) continue
    if (reading._tag !== 'Act' || reading.first !== undefined) return undefined
    const [name, ...others] = reading.args
    if (typeof name !== 'string') return undefined
    const path = join(folder, name)
    if (reading.tool === 'create_directory') return actOnFolder(reading.tool, [path], path)
    return ON_FILE.has(reading.tool) ? { ...reading, ...actOnFile(reading.tool, [path, ...others], path) } : undefined
  }
  return undefined
}
