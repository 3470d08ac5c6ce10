import { escapeUnit, UNSEEN } from './visible.ts'

// What would end or change a bare word. Every kind of blank goes with it, because it reads as if it did.
const NEEDS_QUOTES = /[\s'"\\]/

/**
 * `text` as one word of the language: bare if it can be, else in single quotes; in double quotes where it holds only apostrophes,
 * and where it needs their escapes, so that a word is always one visible line.
 */
export function quoteWord(text: string): string {
  if (text.search(UNSEEN) !== -1) return doubleQuoted(text)
  if (text !== '' && !NEEDS_QUOTES.test(text) && !text.startsWith('#') && !text.startsWith('--')) return text
  if (text.includes("'") && !text.includes('"') && !text.includes('\\')) return doubleQuoted(text)
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}

function doubleQuoted(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\r', '\\r')
    .replace(UNSEEN, escapeUnit)
  return `"${escaped}"`
}
