import type { Cursor } from './cursor.ts'
import { isPattern } from './paths.ts'
import { FILE_TYPES } from './words/listings.ts'
import { FILE, FILES } from './words/things.ts'

/** The pattern that a word before "files" means: "markdown", ".md", "*.md"; where many are spoken of, ".md" means it alone. */
export function takeFileKind(cursor: Cursor, isMany: boolean): string | undefined {
  return cursor.attempt(() => {
    const token = cursor.peek()
    if (token?.kind !== 'word' && token?.kind !== 'quote') return undefined
    cursor.index++
    const isBeforeNoun = cursor.sees(FILES) || cursor.sees(FILE)
    // in quotes it may be a text that is looked for
    if (isPattern(token.text)) return token.kind === 'word' || isMany || isBeforeNoun ? token.text : undefined
    if (/^\.\w{1,10}$/.test(token.text)) return isMany || isBeforeNoun ? `*${token.text}` : undefined
    const extension = FILE_TYPES.get(token.lower)
    return extension !== undefined && isBeforeNoun ? `*.${extension}` : undefined
  })
}
