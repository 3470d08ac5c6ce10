import { filesAct } from '../listing.ts'
import { namesFile, ROOT } from '../paths.ts'
import { actOf, type Rule } from '../reading.ts'
import { filledWith } from '../results.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { IT } from '../words/results.ts'
import { ALOUD, READ, SHOW } from '../words/verbs.ts'

/** "find notes.md and read it": the file of that name, wherever it was found. What changes files must name them. */
export const readFound: Rule = (cursor, { given, isGivenLast = false }) => {
  if (given?.tool !== 'search_files' || !isGivenLast) return undefined
  const [name, folder = ROOT] = given.args
  if (typeof name !== 'string' || typeof folder !== 'string' || !namesFile(name)) return undefined
  if (cursor.accept(READ) === undefined && cursor.accept(SHOW) === undefined) return undefined
  cursor.acceptAll(LISTENERS)
  if (cursor.accept(IT) === undefined) return undefined
  cursor.accept(ALOUD)
  const listing = filesAct(folder, name, true)
  if (listing._tag !== 'Act' || !cursor.isDone()) return undefined
  const path = { ...filledWith(listing), path: '.files.0.path' }
  return { ...actOf('read_file', [path]), first: [listing], refersTo: { file: undefined, last: 'file' } }
}
