import { afterInterjections } from './completing.ts'
import { Cursor } from './cursor.ts'
import type { Pending } from './pending.ts'
import { takePlace } from './places.ts'
import type { PlannerReply } from './planner.ts'
import { sentence } from './quote.ts'
import { tokenize } from './tokens.ts'
import { INSIDE_FOLDER } from './words/things.ts'

const ANY_NAME = 'x.txt'

/** What is left to ask where a name was asked for, and `answer` only says in which folder: "in docs". There may be one already. */
export function placeInstead(
  pending: Pending,
  answer: string,
  plan: (text: string) => PlannerReply,
): Pending | undefined {
  if (!pending.before.endsWith(' called ')) return undefined
  const said = afterInterjections(answer, true) ?? answer
  const cursor = new Cursor(said, tokenize(said))
  const folder = takePlace(cursor, {}, INSIDE_FOLDER)
  const place = folder === undefined || !cursor.isDone() ? undefined : sentence` in the folder ${folder}`
  if (place === undefined) return undefined
  const rest = { ...pending, after: `${place}${pending.after}` }
  return plan(`${rest.before}${ANY_NAME}${rest.after}`)._tag === 'Command' ? rest : pending
}
