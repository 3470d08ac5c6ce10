/**
 * What a person could not see in a line, what could forge or reorder one (as in `printable` of base), and what UTF-8 cannot carry:
 * control characters, marks of line, direction and no width, lone surrogates. Each match is one UTF-16 unit.
 */
export const UNSEEN = /[\p{Cc}\p{Surrogate}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/gu

/** `text` with what is {@link UNSEEN} escaped, cut after `maxLength` characters. */
export function visible(text: string, maxLength: number): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return cut.replace(UNSEEN, escapeUnit)
}

/** One UTF-16 unit as `\u` and four hexadecimal digits, which is also how the language writes it in double quotes. */
export function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
