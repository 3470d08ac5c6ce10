import { Cursor } from './cursor.ts'
import { asksBack } from './only-phrases.ts'
import type { Pending } from './pending.ts'
import type { PlannerReply } from './planner.ts'
import { tokenize } from './tokens.ts'
import { SENTENCE_MARKS } from './words/courtesies.ts'
import { ADDING_TO, AGREEING, AGREEING_WEAKLY, MUSING } from './words/replies.ts'
import { IT } from './words/results.ts'

type Plan = (text: string) => PlannerReply

/** In tokens, with marks and courtesies. */
const MAX_REPEATED = 12

/** What a "yes" begins with that more follows. */
export interface Agreement {
  /** "ok" and "please" may as well begin what somebody wants instead. */
  readonly isFirm: boolean
  /** "sure?" */
  readonly isAsked: boolean
  /** What is said behind it. */
  readonly rest: string | undefined
}

/** The agreement that `answer` begins with. */
export function agreementIn(answer: string): Agreement | undefined {
  const cursor = new Cursor(answer, tokenize(answer))
  const found: string[] = []
  cursor.acceptAll(MUSING)
  for (let before = -1; before !== cursor.index; ) {
    before = cursor.index
    cursor.skipMarks(SENTENCE_MARKS)
    found.push(...cursor.acceptAll(AGREEING))
  }
  const next = cursor.peek()
  if (found.length === 0) return undefined
  const isFirm = found.some((words) => !AGREEING_WEAKLY.has(words))
  return {
    isFirm,
    isAsked: asksBack(answer),
    rest: next === undefined || cursor.isDone() ? undefined : answer.slice(next.start),
  }
}

/** Whether `said` asks again for the one step that was asked about, in whatever words: "delete it", "get rid of it". */
export function repeatsStep({ before, after }: Pending, said: string, plan: Plan): boolean {
  const verb = verbBeforeIt(said)
  if (verb === undefined || asksBack(said)) return false
  const [step, again] = [plan(`${before}${after}`), plan(`${verb}${objectOf(after)}`)]
  if (step._tag !== 'Command' || again._tag !== 'Command') return false
  // of several, one was named
  return again.command === step.command && !step.command.includes('\n')
}

/** What follows the first word of a step, without the mark that ended its sentence. */
function objectOf(step: string): string {
  const [verb, ...others] = tokenize(step)
  return step.slice(verb?.end, others.findLast(({ kind }) => kind !== 'mark')?.end)
}

function verbBeforeIt(said: string): string | undefined {
  const cursor = new Cursor(said, tokenize(said).slice(0, MAX_REPEATED))
  for (cursor.index = 1; cursor.index < cursor.tokens.length; cursor.index++) {
    const end = cursor.tokens[cursor.index - 1]?.end
    const isIt = cursor.lookAhead(() => cursor.accept(IT) !== undefined && cursor.isDone())
    if (isIt) return said.slice(0, end)
  }
  return undefined
}

/**
 * The plan of what was agreed to and of what is wanted besides, as one; undefined where the two may be one thing, or the second be meant in the
 * place of the first.
 */
export function planBoth(
  { before, after }: Pending,
  { isFirm, rest = '' }: Agreement,
  plan: Plan,
): PlannerReply | undefined {
  const whole = `${before}${after}`
  const [first, second] = [plan(whole), plan(rest)]
  if (first._tag !== 'Command' || second._tag !== 'Command') return undefined
  if (first.command === second.command) return first
  const lines = new Set(first.command.split('\n'))
  const isApart = !second.command.split('\n').some((line) => lines.has(line))
  if (!isFirm || !isApart || !(isAddition(rest) || !sharesVerb(after, rest))) return undefined
  const both = plan(`${whole}. ${rest}`)
  return both._tag === 'Command' ? both : undefined
}

/** "and delete b.txt", "delete b.txt too" */
function isAddition(rest: string): boolean {
  return tokenize(rest).some(({ lower }) => ADDING_TO.has(lower))
}

/** "delete b.txt", said after "yes" where the deletion of a.txt was asked about, may correct it. */
function sharesVerb(step: string, rest: string): boolean {
  const verb = tokenize(step)[0]?.lower
  return tokenize(rest).some(({ lower }) => lower === verb)
}
