import { printable } from '../base/printable.ts'
import { OPEN_CONTENT } from './answers.ts'
import { changeSomething } from './changes.ts'
import type { Cursor } from './cursor.ts'
import type { Acts } from './lists.ts'
import { looksLikePath } from './paths.ts'
import { inQuotes } from './quote.ts'
import { type Act, type Ask, ask, type Choice, type Planned, wanted } from './reading.ts'
import { FILE, FILES, FOLDER, FOLDERS, PRONOUNS } from './words/things.ts'
import { THEM } from './words/lists.ts'

// Where a content without quotes ends, to which what comes after it might belong.

const MAX_SAID = 80
/** What may stand between two steps, and the number of the second. */
const JOINT = /^[,& ]{0,8}(?:and|then|plus|afterwards?)?[, ]{0,8}(?:(?:step )?\d{1,3} ?[.:)])?$/i
const ORDERED = /\b(?:then|after|afterwards|next|finally|lastly)\b/i
/** Of these nobody writes the like by chance: they read only what is arithmetic, or a time. */
const STRICT: ReadonlySet<string> = new Set(['wait', 'calculate'])

/**
 * Whether `clause`, read so after a content without quotes, is a step for sure: it names a file, or "it". One by which something else
 * may be lost must be said to come next too, and one that deletes in any case.
 */
export function isClearlyAStep(clause: Cursor, before: Cursor, reading: Acts | Ask | undefined): boolean {
  const end = before.tokens.at(-1)?.end ?? 0
  // of a ";" nobody knows whether it is code, and of words in between what they are
  const joint = clause.text.slice(end, clause.tokens[0]?.start).trim().replaceAll('\n', ' ')
  if (reading === undefined || !JOINT.test(joint)) return false
  const gap = clause.text.slice(end, clause.peek()?.start)
  const acts = reading._tag === 'Acts' ? reading.acts : []
  const isSpokenOf = says(
    clause,
    () => [PRONOUNS, THEM].some((words) => clause.sees(words)) || clause.peek()?.lower === 'its',
  )
  const isStrict = acts.length > 0 && acts.every(({ tool }) => STRICT.has(tool))
  if (!isSpokenOf && !isStrict && !says(clause, () => namesSomething(clause))) return false
  return ORDERED.test(gap) || !acts.some((act) => mayLose(act, isSpokenOf))
}

function says(clause: Cursor, finds: () => boolean): boolean {
  return clause.lookAhead(() => {
    for (clause.index++; clause.peek() !== undefined; clause.index++) if (finds()) return true
    return false
  })
}

function namesSomething(clause: Cursor): boolean {
  const token = clause.peek()
  if (token?.kind === 'quote' || (token?.kind === 'word' && looksLikePath(token.text))) return true
  return [FILE, FILES, FOLDER, FOLDERS].some((words) => clause.sees(words))
}

/** Whether a step may cost what is no work of this message. */
function mayLose(act: Act, isSpokenOf: boolean): boolean {
  if (act.tool === 'delete_file') return true
  const keepsOthers =
    act.tool === 'create_directory' || act.args.some((arg) => typeof arg === 'object' && 'name' in arg)
  return changeSomething([act]) && !isSpokenOf && !keepsOthers
}

/** A content without quotes, and the clause that announces it and ends with it. */
export interface OpenContent {
  readonly clause: Cursor
  readonly text: string
}

/** The content that the last steps of `plan` end in, where no quotes say where it ends. */
export function endsOpen(plan: readonly Planned[]): OpenContent | undefined {
  const last = plan.findLast(({ steps }) => steps.length > 0)
  const { isOpen, args: [, text] = [] } = last?.steps.at(-1) ?? {}
  return last === undefined || isOpen !== true || typeof text !== 'string' ? undefined : { clause: last.clause, text }
}

/** Asks where a content ends: with its clause, or with the message. */
export function askForEnd({ clause: { text, tokens, index }, text: content }: OpenContent): Ask {
  const from = text.lastIndexOf(content, (tokens.at(-1)?.end ?? 0) - content.length)
  const all = text.slice(from).trim()
  const [short, long] = [choiceOf(content, text.slice(from + content.length)), choiceOf(all, '')]
  const wants = wanted('name', text.slice(tokens[index]?.start, from))
  if (from === -1 || short === undefined || long === undefined || wants === undefined) return ask(OPEN_CONTENT)
  const question = `${OPEN_CONTENT} Is it "${printable(content, MAX_SAID)}", or all of "${printable(all, MAX_SAID)}"?`
  return ask(question, { ...wants, isToEnd: true, choices: [short, long] })
}

/** A content, and what is said after it. */
function choiceOf(content: string, after: string): Choice | undefined {
  const quoted = inQuotes(content)
  return quoted === undefined
    ? undefined
    : { words: `${quoted}${after}`, called: [content, quoted, `"${content}"`, ...(after === '' ? WHOLE : SHORT)] }
}

const SHORT = ['the shorter one', 'the shorter', 'the short one', 'only that']
const WHOLE = ['all', 'all of it', 'the whole', 'everything', 'the longer one', 'the longer', 'the long one']
