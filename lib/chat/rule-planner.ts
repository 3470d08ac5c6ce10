import { answerTo } from './answering.ts'
import * as answers from './answers.ts'
import { completeCall, isCall, isCallOf } from './bare-call.ts'
import { changeSomething } from './changes.ts'
import { splitClauses } from './clauses.ts'
import { Cursor } from './cursor.ts'
import { askWhichCopy } from './copies.ts'
import { askAboutName } from './doubts.ts'
import { withoutGerunds } from './gerunds.ts'
import { isOutside } from './home-folders.ts'
import { askForLeave } from './leave.ts'
import { type Acts, readEach } from './lists.ts'
import type { Planner, PlannerReply, PlanRequest, ToolSummary } from './planner.ts'
import { askForEnd, endsOpen, isClearlyAStep } from './open-contents.ts'
import { lossByOwnSteps } from './own-losses.ts'
import { Pending, pendingOf } from './pending.ts'
import { withoutNumbers } from './numbering.ts'
import { commandOf } from './print-acts.ts'
import type { Act, Ask, Planned, Reading, Referents, Rule } from './reading.ts'
import { referentsAfter } from './referents.ts'
import { answerSmallTalk } from './small-talk.ts'
import { HINTS, RULES, RULES_OF_A_MESSAGE } from './rules.ts'
import { holdsQuote, MAX_TOKENS, type Token, tokenize } from './tokens.ts'
import { askForTorn } from './torn-contents.ts'
import { goalInDoubt } from './unsure-goals.ts'
import { HELP, SENTENCE_MARKS, THANKS } from './words/courtesies.ts'
import { SHELL_ONLY } from './words/verbs.ts'

/**
 * A planner of rules: it understands plain English sentences about the built-in tools, and passes on what already is a command. It
 * never guesses: a message is done whole or answered with what is missing. The next message may fill that gap, or be another one. It
 * looks at no file and remembers nothing between messages, so "it" is what the same message spoke of.
 */
export function createRulePlanner(): Planner {
  // at once, so there is nothing that the signal could end
  return { plan: (request) => plan(request) }
}

function plan({ text, tools, pending }: PlanRequest): PlannerReply {
  const message = (said: string): PlannerReply =>
    isCall(said) ? { _tag: 'Command', command: said } : planMessage(said, tools, RULES_OF_A_MESSAGE)
  const order = (said: string): PlannerReply =>
    isCallOf(said, tools) ? { _tag: 'Command', command: said } : planMessage(said, tools, RULES)
  if (Pending.is(pending)) return answerTo(pending, text, { message, order })
  const talk = answerSmallTalk(text)
  return talk === undefined ? message(text) : answer(talk)
}

function planMessage(text: string, tools: readonly ToolSummary[], rules: readonly Rule[]): PlannerReply {
  const command = completeCall(text, tools)
  if (command !== undefined) return { _tag: 'Command', command }
  const all = tokenize(text)
  const tokens = withoutGerunds(text, withoutNumbers(text, all))
  const clauses = splitClauses(text, tokens)
  const endsInContent = clauses.at(-1)?.tokens.at(-1)?.kind === 'rest'
  if (all.length > MAX_TOKENS && !endsInContent) return answer(answers.TOO_LONG)
  if (clauses.some((clause) => clause.tokens.some(({ kind }) => kind === 'unclosed')))
    return answer(answers.UNCLOSED_QUOTE)
  // "delete x" may be part of a text whose quotes do not pair
  if (clauses.length > 1 && clauses.some((clause) => clause.tokens.some(holdsQuote)))
    return answer(answers.UNPAIRED_QUOTES)
  if (clauses.length === 0) return answer(`${answers.NOTHING_SAID} ${answers.describeAbilities(tools)}`)
  if (clauses.length === 1 && clauses[0]?.sees(HELP) === true) return answer(answers.describeAbilities(tools))
  return planClauses(clauses, tokens, tools, rules)
}

function planClauses(
  clauses: readonly Cursor[],
  tokens: readonly Token[],
  tools: readonly ToolSummary[],
  rules: readonly Rule[],
): PlannerReply {
  const acts: Act[] = []
  const planned: Planned[] = []
  const tentative: Act[] = []
  let open: Cursor | undefined
  const referents: Referents = {}
  for (const clause of clauses) {
    const reading = readClause(clause, referents, rules)
    const content = endsOpen(planned)
    if (content !== undefined && !isClearlyAStep(clause, content.clause, reading))
      return asked(content.clause, askForEnd(content))
    if (reading === undefined) return answer(misunderstanding(clause, clauses.length > 1, tools))
    const readAlso = (others: Referents): ReturnType<typeof readClause> => readClause(clause, others, rules)
    const goal = goalInDoubt(referents, reading, readAlso)
    if (goal !== undefined) return asked(goal.clause, goal.ask)
    const which = askWhichCopy(clause, referents, reading, readAlso)
    if (which !== undefined) return asked(clause, which)
    if (reading._tag === 'Ask') {
      const others = clauses.slice(clauses.indexOf(clause) + 1)
      const torn = askForTorn(clause, others, tokens, (part) => readClause(part, referents, rules))
      return torn === undefined ? asked(clause, reading) : asked(torn.clause, torn.ask)
    }
    const steps = reading.acts.flatMap((act) => [...(act.first ?? []), act])
    const missing = steps.find(({ tool }) => !tools.some(({ name }) => name === tool))
    if (missing !== undefined) return answer(answers.noTool(missing.tool, tools))
    if (steps.some(isOutside)) return answer(answers.NOT_IN_WORKSPACE)
    Object.assign(referents, referentsAfter(reading, steps, referents))
    acts.push(...steps)
    planned.push({ clause, steps })
    const isOpen = leavesOpen(clause, steps)
    if (isOpen) tentative.push(...steps)
    if (clause.manner.isTentative === true || (isOpen && changeSomething(steps))) open ??= clause
  }
  const content = endsOpen(planned)
  if (content !== undefined && !isThanks(clauses.at(-1), tokens)) return asked(content.clause, askForEnd(content))
  if (acts.length === 0) return answer(answers.NOTHING_SAID)
  const loss = lossByOwnSteps(planned)
  if (loss !== undefined) return asked(loss.clause, loss.ask)
  if (open !== undefined && changeSomething(tentative)) return asked(open, askForLeave(open, clauses.at(-1) ?? open))
  return { _tag: 'Command', command: commandOf(withoutEmptyStarts(acts)) }
}

/** Whether a clause does not say for sure that its steps shall be done. A question mark may belong to a text without quotes. */
function leavesOpen({ manner }: Cursor, steps: readonly Act[]): boolean {
  const isQuestion = manner.isQuestion === true && !steps.some(({ isOpen }) => isOpen === true)
  return manner.isTentative === true || isQuestion
}

/** Whether nothing but thanks follows the last clause; what else wants nothing may be part of a content, as in "Is it? Yes!". */
function isThanks(last: Cursor | undefined, tokens: readonly Token[]): boolean {
  const end = last?.tokens.at(-1)?.end ?? 0
  const rest = new Cursor(
    last?.text ?? '',
    tokens.filter(({ start }) => start >= end),
  )
  for (let before = -1; before !== rest.index; ) {
    before = rest.index
    rest.acceptAll(THANKS)
    rest.skipMarks(SENTENCE_MARKS)
  }
  return rest.peek() === undefined
}

/** What a clause wants: one thing, or else the same of several. */
function readClause(clause: Cursor, referents: Referents, rules: readonly Rule[]): Acts | Ask | undefined {
  const reading = read(clause, referents, rules)
  // in "rm a b.txt", as in no sentence, "a" is a name
  if (reading?._tag === 'Shown') return { _tag: 'Acts', acts: [], refersTo: {} }
  if (reading?._tag === 'Act' && !clause.sees(SHELL_ONLY)) return only(reading)
  const each = readEach(clause, referents, (part) => read(part, referents, rules))
  if (each?._tag === 'Acts' || reading === undefined) return each
  return reading._tag === 'Act' ? only(reading) : reading
}

function only(act: Act): Acts {
  return { _tag: 'Acts', acts: [act], refersTo: act.refersTo }
}

/** What the first rule makes of a clause that can make something of it. */
function read(clause: Cursor, referents: Referents, rules: readonly Rule[]): Reading | undefined {
  for (const rule of rules) {
    const reading = clause.lookAhead(() => rule(clause, referents))
    if (reading !== undefined) return reading._tag === 'Act' ? (askAboutName(clause, reading) ?? reading) : reading
  }
  return undefined
}

function misunderstanding(clause: Cursor, isPart: boolean, tools: readonly ToolSummary[]): string {
  const [, tool] = HINTS.find(([verbs]) => clause.sees(verbs)) ?? []
  const isHere = tool !== undefined && tools.some(({ name }) => name === tool)
  const said = isPart ? clause.source(0, clause.tokens.length) : undefined
  return answers.partNotUnderstood(said, isHere ? tool : undefined, tools)
}

/** Without the empty file that "create a.txt and write 'x' into it" would make first. */
function withoutEmptyStarts(acts: readonly Act[]): readonly Act[] {
  return acts.filter(({ tool, args }, index) => {
    const next = acts[index + 1]
    return !(tool === 'write_file' && args[1] === '' && next?.tool === tool && next.args[0] === args[0])
  })
}

/** A question that an answer completes, or one that only a new message does. */
function asked(clause: Cursor, ask: Ask): PlannerReply {
  const pending = pendingOf(clause, ask)
  return pending === undefined ? answer(ask.question) : { _tag: 'Question', content: ask.question, pending }
}

function answer(content: string): PlannerReply {
  return { _tag: 'Answer', content }
}
