import { exampleOf } from '../abilities.ts'
import { placed, type Parts, takeParts } from '../parts.ts'
import { looksLikeFile } from '../paths.ts'
import { phrases } from '../phrases.ts'
import type { Cursor } from '../cursor.ts'
import { takePlace, takePlacedTarget } from '../places.ts'
import { sentence } from '../quote.ts'
import {
  actOnCopy,
  actOnFolder,
  type Ask,
  ask,
  type Reading,
  type Referents,
  type Rule,
  type Wanted,
  wanted,
} from '../reading.ts'
import { spokenOf, takeTarget, type Target } from '../targets.ts'
import { COPY_OF } from '../words/copies.ts'
import { IF_NEW } from '../words/contents.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { DETERMINERS, FILE, IN, NEW } from '../words/things.ts'
import { CREATE, MAKE_DIRECTORY, TOUCH } from '../words/verbs.ts'
import { askForContent, createAct, ifNew, isProblem, textOf } from '../writing.ts'

/** Verbs after which a name alone is a file's. The others need the word "file" or a content. */
const MAKING = phrases('create, make, generate')

/** "create a file called x with content 'y' in docs", "make notes.txt containing 'y'", "create a folder called x". */
export const readCreate: Rule = (cursor, referents) => {
  const isMaking = cursor.sees(MAKING)
  if (cursor.accept(CREATE) === undefined) return undefined
  cursor.acceptAll(LISTENERS)
  const again = takeDeleted(cursor, referents)
  if (again === undefined && cursor.sees(IT)) return undefined
  // what exists already is not what is to be created
  const target = again ?? takeTarget(cursor, {})
  if (target === undefined) return undefined
  const copied = cursor.attempt(() => readCopied(cursor, target))
  if (copied !== undefined) return copied
  const parts = takeParts(cursor, referents, target)
  const isNew = cursor.attempt(() => acceptIfNew(cursor)) !== undefined
  if (target.kind !== 'folder' && isProblem(parts.content)) {
    const { name, folder, content } = parts
    return name === undefined ? askForFileName(folder, content) : askForContent(content, placed(folder, name))
  }
  if (!cursor.isDone()) return undefined
  if (target.isMany) return ask(`I make one file or folder at a time. For example: ${exampleOf('write_file')}`)
  return target.kind === 'folder' ? readFolder(parts) : readFile(parts, target, { isMaking, isNew })
}

/** "file a.txt with content x", "a new file called a.txt with 'x'": without a verb, so that a content must say that one is made. */
export const readCreateUnsaid: Rule = (cursor, referents) => {
  cursor.acceptAll(DETERMINERS)
  cursor.acceptAll(NEW)
  if (!cursor.sees(FILE)) return undefined
  const target = takeTarget(cursor, {})
  if (target?.path === undefined || target.isMany) return undefined
  const { name, folder, content } = takeParts(cursor, referents, target)
  if (name === undefined || content === undefined) return undefined
  if (isProblem(content)) return askForContent(content, placed(folder, name))
  return cursor.isDone() ? createAct(placed(folder, name), content) : undefined
}

/** "it", "it again", right after a step that deleted it. */
function takeDeleted(cursor: Cursor, { deleted }: Referents): Target | undefined {
  if (deleted === undefined || cursor.accept(IT) === undefined) return undefined
  cursor.accept(AGAIN)
  return spokenOf({ file: deleted, last: 'file' })
}

const IT = phrases('it')
const AGAIN = phrases('again, anew, new, once more')

/** "from a.txt", "a copy of a.txt": what is made is a copy. */
function readCopied(cursor: Cursor, { kind, path, isMany }: Target): Reading | undefined {
  if (path === undefined || isMany || kind === 'folder' || (kind === 'any' && !looksLikeFile(path))) return undefined
  if (cursor.accept(COPY_OF) === undefined) return undefined
  const source = takeTarget(cursor, {})
  const isFile = source?.path !== undefined && source.isSure && !source.isMany && source.kind !== 'folder'
  return isFile && looksLikeFile(source.path) && cursor.isDone() ? actOnCopy(source.path, path) : undefined
}

/** "mkdir reports" */
export const readMakeDirectory: Rule = (cursor, referents) => {
  if (cursor.accept(MAKE_DIRECTORY) === undefined) return undefined
  const target = takeTarget(cursor, {})
  const folder = takePlace(cursor, referents, IN)
  if (!cursor.isDone() || target?.isMany === true) return undefined
  return readFolder({ name: target?.path, folder, content: undefined })
}

/** "touch a.txt" */
export const readTouch: Rule = (cursor, referents) => {
  if (cursor.accept(TOUCH) === undefined) return undefined
  const target = takePlacedTarget(cursor, referents)
  if (target?.path === undefined || target.isMany || target.kind === 'folder' || !cursor.isDone()) return undefined
  return target.isSure ? createAct(target.path, { text: '', isOpen: false }) : undefined
}

/** ", unless it exists" */
function acceptIfNew(cursor: Cursor): string | undefined {
  cursor.skipMarks(',')
  return cursor.accept(IF_NEW)
}

/** How a file is to be made. */
interface Making {
  readonly isMaking: boolean
  /** Only where there is none. */
  readonly isNew: boolean
}

function readFolder({ name, folder, content }: Parts): Reading | undefined {
  if (content !== undefined) return undefined
  if (name === undefined) {
    const wants = wanted(
      'words',
      'create a folder called ',
      folder === undefined ? '' : sentence` in the folder ${folder}`,
    )
    return ask(`What shall the folder be called? For example: ${exampleOf('create_directory')}`, wants)
  }
  const path = placed(folder, name)
  return actOnFolder('create_directory', [path], path)
}

function readFile({ name, folder, content }: Parts, target: Target, { isMaking, isNew }: Making): Reading | undefined {
  if (name === undefined) return askForFileName(folder, content)
  if (isProblem(content)) return askForContent(content, placed(folder, name))
  if (target.kind === 'any' && content === undefined) {
    if (!isMaking) return undefined
    if (!looksLikeFile(name)) {
      return ask(
        `Shall I create a file or a folder? Say "create a file called ${name}" or "create a folder called ${name}".`,
        wanted('words', 'create a ', sentence` called ${placed(folder, name)}`),
      )
    }
  }
  const act = createAct(placed(folder, name), content ?? { text: '', isOpen: false })
  return isNew ? ifNew(act) : act
}

function askForFileName(folder: string | undefined, content: Parts['content']): Ask {
  return ask(`What shall the file be called? For example: ${exampleOf('write_file')}`, nameWanted(folder, content))
}

function nameWanted(folder: string | undefined, content: Parts['content']): Wanted | undefined {
  const place = folder === undefined ? '' : sentence` in the folder ${folder}`
  const text = textOf(content)
  // what a step gives cannot be said again
  if (text === undefined && content !== undefined && !isProblem(content)) return undefined
  const saying = text === undefined ? '' : sentence` with content ${text}`
  if (place === undefined || saying === undefined) return undefined
  // what is only described is asked for next
  const after = isProblem(content) ? `${place} with content` : `${saying}${place}`
  return wanted('words', 'create a file called ', after)
}
