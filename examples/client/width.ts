// Terminals do not agree about every character, so this errs on the wide side: a line that comes out short is still one line.
const WIDE =
  /[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u2e80-\u303e\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/u
const COMBINING = /[\p{Mn}\p{Me}\p{Cf}]/u

/** How many columns of a terminal `text` takes. */
export function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + columnsOf(character), 0)
}

/** `text`, cut with an ellipsis where it is wider than `columns`. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let room = columns - 1
  for (const character of text) {
    room -= columnsOf(character)
    if (room < 0) break
    kept += character
  }
  return `${kept}…`
}

/** `text`, followed by as many blanks as it takes to fill `columns`. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

function columnsOf(character: string): number {
  if (COMBINING.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}
