import { printCall } from '../dsl/print.ts'
import * as answers from './answers.ts'
import { splitClauses } from './clauses.ts'
import type { Cursor } from './cursor.ts'
import type { Planner, PlannerReply, PlanRequest, ToolSummary } from './planner.ts'
import type { Act, Reading, Referents } from './reading.ts'
import { HINTS, RULES } from './rules.ts'
import { holdsQuote, MAX_TOKENS, tokenize } from './tokens.ts'
import { HELP } from './words/courtesies.ts'

/**
 * A planner of rules: it understands plain English sentences about the file tools, and passes on what already is a command. It
 * never guesses: a message is done whole or answered with what is missing. It looks at no file and remembers nothing between
 * messages, so "it" is what the same message spoke of.
 */
export function createRulePlanner(): Planner {
  // at once, so there is nothing that the signal could end
  return { plan: (request) => plan(request) }
}

/** What already is a text of the command language. */
const COMMAND = /^\s*CALL\s/i

function plan({ text, tools }: PlanRequest): PlannerReply {
  if (COMMAND.test(text)) return { _tag: 'Command', command: text }
  const tokens = tokenize(text)
  const clauses = splitClauses(text, tokens)
  const endsInContent = clauses.at(-1)?.tokens.at(-1)?.kind === 'rest'
  if (tokens.length > MAX_TOKENS && !endsInContent) return answer(answers.TOO_LONG)
  if (clauses.some((clause) => clause.tokens.some(({ kind }) => kind === 'unclosed')))
    return answer(answers.UNCLOSED_QUOTE)
  // "delete x" may be part of a text whose quotes do not pair
  if (clauses.length > 1 && clauses.some((clause) => clause.tokens.some(holdsQuote)))
    return answer(answers.UNPAIRED_QUOTES)
  if (clauses.length === 0) return answer(`${answers.NOTHING_SAID} ${answers.describeAbilities(tools)}`)
  if (clauses.length === 1 && clauses[0]?.sees(HELP) === true) return answer(answers.describeAbilities(tools))
  return planClauses(clauses, tools)
}

function planClauses(clauses: readonly Cursor[], tools: readonly ToolSummary[]): PlannerReply {
  const acts: Act[] = []
  const referents: Referents = {}
  for (const clause of clauses) {
    if (acts.at(-1)?.isOpen === true) return answer(answers.OPEN_CONTENT)
    const reading = read(clause, referents)
    if (reading === undefined) return answer(misunderstanding(clause, clauses.length > 1, tools))
    if (reading._tag === 'Ask') return answer(reading.question)
    if (!tools.some(({ name }) => name === reading.tool)) return answer(answers.noTool(reading.tool, tools))
    Object.assign(referents, { started: startedBy(reading) }, reading.refersTo)
    acts.push(reading)
  }
  return {
    _tag: 'Command',
    command: withoutEmptyStarts(acts)
      .map(({ tool, args }) => printCall(tool, args))
      .join('\n'),
  }
}

/** What the first rule makes of a clause that can make something of it. */
function read(clause: Cursor, referents: Referents): Reading | undefined {
  for (const rule of RULES) {
    const reading = clause.lookAhead(() => rule(clause, referents))
    if (reading !== undefined) return reading
  }
  return undefined
}

function misunderstanding(clause: Cursor, isPart: boolean, tools: readonly ToolSummary[]): string {
  const [, tool] = HINTS.find(([verbs]) => clause.sees(verbs)) ?? []
  const isHere = tool !== undefined && tools.some(({ name }) => name === tool)
  const said = isPart ? clause.source(0, clause.tokens.length) : undefined
  return answers.partNotUnderstood(said, isHere ? tool : undefined, tools)
}

/** The file that `act` makes empty. */
function startedBy({ tool, args: [path, content] }: Act): string | undefined {
  return tool === 'write_file' && content === '' && typeof path === 'string' ? path : undefined
}

/** Without the empty file that "create a.txt and write 'x' into it" would make first. */
function withoutEmptyStarts(acts: readonly Act[]): readonly Act[] {
  return acts.filter(({ tool, args }, index) => {
    const next = acts[index + 1]
    return !(tool === 'write_file' && args[1] === '' && next?.tool === tool && next.args[0] === args[0])
  })
}

function answer(content: string): PlannerReply {
  return { _tag: 'Answer', content }
}
