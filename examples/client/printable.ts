// Control characters, marks that are invisible or turn the direction of text, line separators, lone surrogates: with these a
// server could move the cursor, forge lines, or hide what it says. The two joiners stay, since words and emoji are written with them.
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** `text` as it may reach a terminal, on one line. In JSON it means the same as before. */
export function printable(text: string): string {
  return text.replace(UNSEEN, escape)
}

function escape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
