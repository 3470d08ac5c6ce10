import { printable } from '../base/printable.ts'
import { Cursor } from './cursor.ts'
import { skipCourtesies } from './joints.ts'
import { changes, lostBy, maySpoil, namedBy, plannedCalls } from './losses.ts'
import { namingOf } from './naming-answers.ts'
import { looksLikeFile } from './paths.ts'
import { isContent, type Pending } from './pending.ts'
import type { PlannerReply } from './planner.ts'
import { inQuotes } from './quote.ts'
import { tokenize } from './tokens.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'

const MAX_SAID = 200
const THE_TEXT = ['the text', 'text', 'a text', 'write it', 'write that', 'as text', 'the content', 'content']
const THE_ORDER = ['do it', 'do that', 'the order', 'order', 'an order', 'run it', 'run that', 'the command', 'command']

/**
 * What to ask before `command` is run, which the message `whole` was planned to with `answer` in its gap: where something changes, and the
 * answer asks back, hesitates over what is lost then, or is a word that nobody calls a file.
 */
export function confirmName(
  { choices }: Pending,
  answer: string,
  { whole, command }: { readonly whole: string; readonly command: string },
): PlannerReply | undefined {
  const calls = plannedCalls(command)
  const { isAsked, isHedged, bare } = namingOf(answer)
  const lost = calls.flatMap((call) => lostBy(call) ?? [])
  const isLosing = choices === undefined ? lost.some((path) => answer.includes(path)) : lost.length > 0
  const isOdd = calls.some((call) => {
    const { name, before } = namedBy(call) ?? {}
    return name === bare && (before === undefined || looksLikeFile(before))
  })
  if (bare !== undefined && isOdd) {
    return agreement(`Shall it be called "${printable(bare, MAX_SAID)}"?`, whole)
  }
  const isGoing = bare !== undefined && lost.includes(bare)
  const isDoubtful = (isAsked && calls.some(changes)) || (isHedged && isLosing) || isGoing
  return isDoubtful ? agreement(`Shall I ${wishOf(whole)}?`, whole) : undefined
}

/** What to ask where an order is given in the place of a text, and something may be gone after it. */
export function askTextOrOrder(
  { before, after, as }: Pending,
  order: string,
  command: string,
): PlannerReply | undefined {
  if (!plannedCalls(command).some(maySpoil)) return undefined
  const text = inQuotes(order.trim())
  if (text === undefined) return undefined
  const question = `Is "${printable(order.trim(), MAX_SAID)}" the text, or shall I do it? Say "the text" or "do it".`
  const choices = [
    { words: `${before}${isContent(as) ? 'content ' : ''}${text}${after}`, called: THE_TEXT },
    { words: order, called: THE_ORDER },
  ]
  return { _tag: 'Question', content: question, pending: { question, before: '', after: '', as: 'words', choices } }
}

/** A question that a "yes" answers, which is then planned as if `whole` had been said. */
function agreement(question: string, whole: string): PlannerReply {
  return { _tag: 'Question', content: question, pending: { question, before: 'yes ', after: whole, as: 'yes' } }
}

/** What a message wants, without what is said around it. */
function wishOf(whole: string): string {
  const cursor = new Cursor(whole, tokenize(whole))
  skipCourtesies(cursor)
  const said = whole.slice(cursor.peek()?.start ?? 0).trim()
  let end = said.length
  while (end > 0 && SENTENCE_MARKS.includes(said.charAt(end - 1))) end--
  return printable(said.slice(0, end), MAX_SAID)
}
