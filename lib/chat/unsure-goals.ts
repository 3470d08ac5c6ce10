import { printable } from '../base/printable.ts'
import { Cursor } from './cursor.ts'
import type { Acts } from './lists.ts'
import { baseName, join, looksLikeFile } from './paths.ts'
import { sentence } from './quote.ts'
import { type Act, type Ask, ask, type Referents, type UnsureGoal, wanted } from './reading.ts'

const MAX_NAME_LENGTH = 200
const FOLDER = ['folder', 'a folder', 'the folder', 'yes', 'yes please', 'into the folder']
const FILE = ['file', 'a file', 'the file', 'name', 'a name', 'the name', 'the new name', 'new name']

/** A file, and where it is brought; `start`: the token with which that begins, up to the cursor. */
interface Transferred {
  readonly from: string
  readonly to: string
  readonly start: number
}

/**
 * `act`, whose goal may be a folder that is there, for the steps after it. Where it is none, a file that would lose its extension by that
 * takes no other's place: of two that were to go into one folder the second would replace the first.
 */
export function withUnsureGoal({ text, tokens, index }: Cursor, act: Act, { from, to, start }: Transferred): Act {
  const after = text.slice(tokens[index - 1]?.end, tokens.findLast(({ kind }) => kind !== 'mark')?.end)
  const [folder, file] = [sentence`into the folder ${to}`, sentence`to the file ${to}`]
  const question = `Is "${printable(to, MAX_NAME_LENGTH)}" a folder, or the new name of the file?`
  const wants = wanted('words', folder && file && '', after)
  const choices = [
    { words: folder ?? '', called: FOLDER },
    { words: file ?? '', called: FILE },
  ]
  // what is asked about begins with the goal
  const clause = new Cursor(text, tokens)
  clause.index = start
  const goal = {
    name: to,
    inside: join(to, baseName(from)),
    clause,
    ask: ask(question, wants && { ...wants, choices }),
  }
  const args = looksLikeFile(from) ? [...act.args, { name: 'overwrite', value: 'false' }] : act.args
  return { ...act, args, refersTo: { ...act.refersTo, goal } }
}

/**
 * The goal of a step before that must be asked about: where another file goes to the same, "move a.txt to x and b.txt to x", or where what the
 * clause means depends on it, "move a to docs and read it".
 */
export function goalInDoubt(
  { goal, ...referents }: Referents,
  reading: Acts | Ask,
  read: (referents: Referents) => Acts | Ask | undefined,
): UnsureGoal | undefined {
  const own = reading._tag === 'Acts' ? reading.refersTo.goal : undefined
  if (goal !== undefined && own?.name === goal.name) return goal
  if (goal === undefined || referents.file !== goal.name) return undefined
  const other = read({ ...referents, file: goal.inside })
  return other !== undefined && callsOf(other) !== callsOf(reading) ? goal : undefined
}

function callsOf(reading: Acts | Ask): string {
  if (reading._tag === 'Ask') return JSON.stringify([reading.wants?.before, reading.wants?.after])
  return JSON.stringify(reading.acts.map(({ tool, args }) => [tool, ...args.filter((arg) => typeof arg === 'string')]))
}
