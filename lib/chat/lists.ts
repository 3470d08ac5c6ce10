import { askAboutBareNames } from './bare-names.ts'
import { Cursor } from './cursor.ts'
import { type List, MAX_THINGS, takeGoals, takeNamed, takeOperands, takePlaces } from './named-together.ts'
import { type Act, type Ask, ask, type Reading, type Referents, type Wanted, wanted } from './reading.ts'
import { SHELL } from './words/verbs.ts'

/** The steps of one clause, and what they spoke of. */
export interface Acts {
  readonly _tag: 'Acts'
  readonly acts: readonly Act[]
  readonly refersTo: Referents
}

/** Of all arguments together: a content is given to each file, so a short message could say very much. */
const MAX_CHARACTERS = 1_048_576
const TRANSFERS: ReadonlySet<string> = new Set(['copy_file', 'move_file'])

/**
 * Reads a clause about several things, "copy a.txt and b.txt to docs", as if it were said of each: `read` is given a clause for
 * every one. Undefined if there are no several, or if one of these clauses has no meaning.
 */
export function readEach(
  clause: Cursor,
  referents: Referents,
  read: (clause: Cursor) => Reading | undefined,
): Acts | Ask | undefined {
  // "mkdir a b": as the shell has it, "a" is a name
  const isShell = clause.sees(SHELL)
  for (const take of isShell ? [takeOperands, takeNamed, takeGoals] : [takeNamed, takeGoals, takePlaces]) {
    const list = clause.lookAhead(() => take(clause, referents))
    if (list === undefined || list.things.length < 2) continue
    if (list.things.length > MAX_THINGS) return ask(TOO_MUCH)
    const reading = readAll(clausesOf(clause, list), read)
    if (reading?._tag === 'Acts') return askAboutBareNames(clause, list, reading.acts) ?? reading
    if (reading !== undefined) return ask(reading.question, reading.wants && wantedOfAll(clause, list, reading.wants))
  }
  return undefined
}

function readAll(clauses: readonly Cursor[], read: (clause: Cursor) => Reading | undefined): Acts | Ask | undefined {
  const acts: Act[] = []
  let question: Ask | undefined
  let characters = 0
  for (const clause of clauses) {
    const reading = read(clause)
    if (reading === undefined || reading._tag === 'Shown') return undefined
    if (reading._tag === 'Ask') {
      question ??= reading
    } else {
      acts.push(reading)
      for (const arg of reading.args) characters += typeof arg === 'string' ? arg.length : 0
      // at once, since each takes as long to read
      if (characters > MAX_CHARACTERS) return ask(TOO_MUCH)
    }
  }
  return question ?? together(acts)
}

/** Where the answer is the same for all, the list with a gap behind it: "move a.txt and b.txt into …". It completes no other. */
function wantedOfAll(
  { text, tokens, index }: Cursor,
  { end }: List,
  { as, before, after }: Wanted,
): Wanted | undefined {
  const gap = / (?:to|into|with) $/.exec(before)?.[0]
  const said = text.slice(tokens[index]?.start, tokens[end - 1]?.end)
  return gap === undefined || after !== '' ? undefined : wanted(as, `${said}${gap}`)
}

const TOO_MUCH = 'That is too much at once. Please say it in several messages.'

function together(acts: readonly Act[]): Acts | Ask {
  const goals = acts.filter(({ tool }) => TRANSFERS.has(tool)).map(({ args }) => args[1])
  if (new Set(goals).size < goals.length) {
    return ask('Several files cannot become one. For example: move a.txt and b.txt into the folder docs')
  }
  const last = acts.at(-1)?.refersTo.last ?? 'file'
  const several = acts.flatMap(({ refersTo }) => refersTo[last] ?? [])
  const copied = acts.flatMap(({ refersTo }) => refersTo.copied ?? [])
  // "it" could be any of them
  return {
    _tag: 'Acts',
    acts,
    refersTo: { [last]: undefined, last, several, ...(copied.length === 0 ? {} : { copied }) },
  }
}

function clausesOf({ text, tokens, manner }: Cursor, { before, things, end }: List): readonly Cursor[] {
  const after = tokens.slice(end)
  return things.map((thing) => new Cursor(text, [...before, ...thing, ...after], { ...manner, isOneOfMany: true }))
}
