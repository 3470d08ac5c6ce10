import { afterInterjections } from './completing.ts'
import { Cursor } from './cursor.ts'
import { asksBack } from './only-phrases.ts'
import { phrases } from './phrases.ts'
import type { Pending } from './pending.ts'
import { takePlace } from './places.ts'
import type { PlannerReply } from './planner.ts'
import { sentence } from './quote.ts'
import { tokenize } from './tokens.ts'
import { INSIDE_FOLDER } from './words/things.ts'

const ANY_NAME = 'x.txt'
const INTO_FOLDER = phrases('into, in to, over into')

/** What is left to ask where a name was asked for, and `answer` only says in which folder: "in docs". There may be one already. */
export function placeInstead(
  pending: Pending,
  answer: string,
  plan: (text: string) => PlannerReply,
): Pending | undefined {
  if (!pending.before.endsWith(' called ')) return undefined
  const folder = folderIn(answer)
  const place = folder === undefined ? undefined : sentence` in the folder ${folder}`
  if (place === undefined) return undefined
  const rest = { ...pending, after: `${place}${pending.after}` }
  return plan(`${rest.before}${ANY_NAME}${rest.after}`)._tag === 'Answer' ? pending : rest
}

/** What an answer that says in which folder means where a file is to be brought somewhere: "in docs" is "the folder docs". */
export function goalOf({ before }: Pending, answer: string): string {
  const folder = / (?:to|into) $/.test(before) ? folderIn(answer) : undefined
  const goal = folder === undefined ? undefined : sentence`the folder ${folder}`
  return goal === undefined ? answer : `${goal}${asksBack(answer) ? '?' : ''}`
}

function folderIn(answer: string): string | undefined {
  const said = afterInterjections(answer, true) ?? answer
  const cursor = new Cursor(said, tokenize(said))
  const folder = takePlace(cursor, {}, INSIDE_FOLDER) ?? takePlace(cursor, {}, INTO_FOLDER)
  return cursor.isDone() ? folder : undefined
}
