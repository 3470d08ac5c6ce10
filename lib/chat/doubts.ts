import { printable } from '../base/printable.ts'
import type { Cursor } from './cursor.ts'
import { isPattern, looksLikePath, withoutSlash } from './paths.ts'
import { inQuotes } from './quote.ts'
import { type Act, type Ask, ask, type Choice, wanted } from './reading.ts'
import type { Token } from './tokens.ts'
import { DETERMINERS, NEW } from './words/things.ts'

/** After these something may be lost, or the wrong file shown, or not be found though it is there. */
const CHECKED: ReadonlySet<string> = new Set([
  'write_file',
  'delete_file',
  'move_file',
  'copy_file',
  'read_file',
  // a question whether a file is there, and how big it is
  'list_files',
])
/** Nobody's name begins with these. */
const ARTICLES: ReadonlySet<string> = new Set(['the', 'a', 'an', 'this', 'that'])
/** Nor with these where something is made: "create a new notes.txt". */
const MADE: ReadonlySet<string> = new Set(['new', 'empty', 'blank', 'brand new'])
const MAX_NAME_LENGTH = 200

/**
 * What to ask where a step that changes or reads a file would drop a word that may belong to a name: "delete my file.txt". Nothing is dropped
 * where quotes or a noun before it say what the name is, nor by an article.
 */
export function askAboutName(clause: Cursor, { tool, args }: Act): Ask | undefined {
  if (!CHECKED.has(tool)) return undefined
  const said = tool === 'write_file' ? args.slice(0, 1) : tool === 'list_files' ? args.slice(1) : args
  const paths = said.filter((arg) => typeof arg === 'string')
  const start = clause.peek()?.start ?? 0
  return clause.lookAhead(() => {
    for (let index = 0; index < clause.tokens.length; index++) {
      clause.index = index
      const first = clause.peek()
      const dropped = acceptDropped(clause)
      const name = clause.peek()
      const isPlain = dropped.every((word) => ARTICLES.has(word) || (tool === 'write_file' && MADE.has(word)))
      const isName = name?.kind === 'word' && looksLikePath(name.text) && !isPattern(name.text)
      if (first === undefined || isPlain || !isName) continue
      // "mv a b.txt"
      if (!paths.some((path) => isIn(name.text, path)) || paths.includes(first.text)) continue
      return askWhich(clause, { start, from: first.start, name })
    }
    return undefined
  })
}

function acceptDropped(clause: Cursor): readonly string[] {
  return [...clause.acceptAll(DETERMINERS), ...clause.acceptAll(NEW)]
}

/** Whether `path` is `name`, is called so, or is inside of it. */
function isIn(name: string, path: string): boolean {
  const plain = withoutSlash(name)
  return path === name || path === plain || path.endsWith(`/${plain}`) || path.startsWith(`${plain}/`)
}

/** Where a clause begins, where a name may begin in it, and where it does for sure. */
interface Doubt {
  readonly start: number
  readonly from: number
  readonly name: Token
}

function askWhich({ text, tokens }: Cursor, { start, from, name }: Doubt): Ask {
  const [short, long] = [name.text, text.slice(from, name.end)]
  const names = [short, long].map((said) => `"${printable(said, MAX_NAME_LENGTH)}"`)
  const after = text.slice(name.end, tokens.findLast(({ kind }) => kind !== 'mark')?.end)
  const wants = wanted('name', text.slice(start, from), after)
  const choices: readonly Choice[] = [
    { words: inQuotes(short) ?? short, called: [short, 'the shorter one', 'the short one', 'the shorter'] },
    {
      words: inQuotes(long) ?? long,
      called: [long, 'the longer one', 'the long one', 'the longer', 'the whole', 'all of it'],
    },
  ]
  return ask(`Do you mean ${names.join(' or ')}? Please put the name in quotes.`, wants && { ...wants, choices })
}
