const DEFAULT_MAX_LENGTH = 256

// C0 and C1 controls, DEL, and the Unicode line and direction controls that can forge or hide a log line.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/**
 * `text` as it may stand in a log line or an error message: cut at `maxLength` characters (256), control characters escaped as
 * `\u` and four hexadecimal digits, so that a peer's words cannot forge lines (THREATS T21).
 */
export function printable(text: string, maxLength: number = DEFAULT_MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  return cut.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
