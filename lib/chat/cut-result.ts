import * as t from 'io-ts'
import { printable } from '../base/printable.ts'

/** A result that was too large: the beginning of its JSON. */
const Cut = t.type({ truncated: t.literal(true), preview: t.string })

const MAX_PATH_LENGTH = 1_024
/** As JSON has it; what is cut in the middle of a character is not passed. */
const STRING_BODY = String.raw`(?:[^"\\]+|\\(?:u[0-9a-fA-F]{4}|[^u]))*`
const FILE_BEGINNING = new RegExp(`^\\{"path":"(${STRING_BODY})","content":"(${STRING_BODY})`)

/** What can be said of a result of which only the beginning is left; undefined for any other. */
export function describeCutResult(result: unknown): string | undefined {
  if (!Cut.is(result)) return undefined
  const { preview } = result
  const [, path, content] = FILE_BEGINNING.exec(preview) ?? []
  if (path !== undefined && content !== undefined) {
    return `${printable(textOf(path), MAX_PATH_LENGTH)} (the beginning: all of it is too large to be shown):\n${textOf(content)}`
  }
  return preview === '' ? 'The result is too large to be shown.' : `The result is too large. It begins so:\n${preview}`
}

function textOf(body: string): string {
  const text: unknown = JSON.parse(`"${body}"`)
  return String(text)
}
