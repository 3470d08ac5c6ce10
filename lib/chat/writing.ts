import { exampleOf } from './abilities.ts'
import type { Content, NoContent } from './unquoted.ts'
import type { Cursor } from './cursor.ts'
import { sentence } from './quote.ts'
import { type Act, actOnCopy, actOnFile, type Ask, ask, type Reading, wanted } from './reading.ts'
import { filledWith } from './results.ts'

const INTO_WHICH_FILE = 'Into which file shall I write that?'

/** The step that writes a file. What another file holds is copied: reading it may not give all of it. */
export function writeAct(path: string, { text, isOpen, given, first }: Content): Act {
  if (given === undefined) return { ...actOnFile('write_file', [path, text], path), isOpen }
  const [source] = given.args
  if (given.tool === 'read_file' && typeof source === 'string') return actOnCopy(source, path)
  const act = actOnFile('write_file', [path, filledWith(given)], path)
  return first === undefined ? act : { ...act, first }
}

/**
 * The step that makes a file. What is said to be made empty, or with words that no quotes hold and that may describe a content, is not
 * there yet: a file that is loses nothing.
 */
export function createAct(path: string, content: Content): Act {
  const act = writeAct(path, content)
  if (content.given !== undefined || (content.text !== '' && content.isBare !== true)) return act
  return { ...act, args: [...act.args, { name: 'overwrite', value: 'false' }] }
}

/** `act` where it leaves a file that is there; none where its tool would not. */
export function ifNew(act: Act): Act | undefined {
  const [path, content, ...others] = act.args
  if (act.tool !== 'write_file' || path === undefined || content === undefined) return undefined
  return others.length > 0 ? act : { ...act, args: [path, content, { name: 'overwrite', value: 'false' }] }
}

/** No tool adds to a file, and to write it would lose what it holds. */
export const CANNOT_ADD = ask(
  `I cannot add to what a file holds, only write it anew. For example: write 'all of it' to notes.txt`,
)

/** No tool changes a file but as a whole. */
export const CANNOT_CHANGE_PART = ask(
  `I cannot change a part of a file, only write it anew. For example: write 'all of it' to notes.txt`,
)

/** What a content says, where that is known. */
export function textOf(content: Content | NoContent | undefined): string | undefined {
  if (content === undefined || isProblem(content) || content.given !== undefined) return undefined
  return content.text
}

/** What to ask where no content could be found, or none for the file `path`. */
export function askForContent(problem: NoContent, path?: string): Ask {
  const question =
    problem === 'missing'
      ? 'What shall the file hold?'
      : 'Please put what the file shall hold in quotes, so that I write just that.'
  const as = problem === 'missing' ? 'content' : 'quote'
  const said = path === undefined ? undefined : sentence`${path}`
  const wants = path === undefined ? undefined : wanted(as, said && `${CREATING}${said} with `)
  return ask(`${question} For example: ${exampleOf('write_file')}`, wants)
}

/** What {@link askForContent} asks, of a file that is to be overwritten: its answer then takes the place of what is there in any case. */
export function asOverwriting(asked: Ask): Ask {
  const { wants } = asked
  if (wants?.before.startsWith(CREATING) !== true) return asked
  return { ...asked, wants: { ...wants, before: `${OVERWRITING}${wants.before.slice(CREATING.length)}` } }
}

/** Whether what stands before the gap for a content says that what is there shall go. */
export function isOverwriting(before: string): boolean {
  return before.startsWith(OVERWRITING)
}

const CREATING = 'create a file called '
const OVERWRITING = 'overwrite '

export function isProblem(content: Content | NoContent | undefined): content is NoContent {
  return content === 'missing' || content === 'unclear'
}

/** Ends a clause that says what to write and where: the step, or what to ask for. */
export function writeOrAsk(
  cursor: Cursor,
  path: string | undefined,
  content: Content | NoContent,
): Reading | undefined {
  if (isProblem(content)) return askForContent(content, path)
  if (!cursor.isDone()) return undefined
  return path === undefined ? askForName(textOf(content)) : writeAct(path, content)
}

export function askForName(text: string | undefined): Ask {
  // what is only described is asked for next
  const content = text === undefined ? ' with content' : sentence` with content ${text}`
  const wants = wanted('words', 'create a file called ', content)
  return ask(`${INTO_WHICH_FILE} For example: ${exampleOf('write_file')}`, wants)
}

/** Asks for the file that goes behind the words `before`. */
export function askForNameOf(before: string | undefined, folder?: string): Ask {
  const place = folder === undefined ? '' : sentence` in the folder ${folder}`
  return ask(`${INTO_WHICH_FILE} For example: ${exampleOf('write_file')}`, wanted('words', before, place))
}
