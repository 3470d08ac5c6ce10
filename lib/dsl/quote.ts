import { escapeUnit, UNSEEN } from './visible.ts'

// What would end or change a bare word. Every kind of blank goes with it, because it reads as if it did.
const NEEDS_QUOTES = /[\s'"\\]/

// Read as the call's own at the end of a line.
const MODIFIER = /^(?:retry|timeout)$/i

/**
 * `text` as one word of the language: bare if it can be, else in single quotes; in double quotes where it holds only apostrophes,
 * and where it needs their escapes, so that a word is always one visible line.
 */
export function quoteWord(text: string): string {
  if (text.search(UNSEEN) !== -1) return doubleQuoted(text)
  return isBare(text) ? text : quoteText(text)
}

/** `text` as one word of the language, always in quotes. */
export function quoteText(text: string): string {
  if (text.search(UNSEEN) !== -1) return doubleQuoted(text)
  if (text.includes("'") && !text.includes('"') && !text.includes('\\')) return doubleQuoted(text)
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}

function isBare(text: string): boolean {
  return (
    text !== '' && !NEEDS_QUOTES.test(text) && !MODIFIER.test(text) && !text.startsWith('#') && !text.startsWith('--')
  )
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
