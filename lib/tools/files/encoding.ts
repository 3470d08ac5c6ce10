import * as t from 'io-ts'
import { withSchema } from '../json-schema.ts'
import { fileError } from './file-error.ts'

/** How bytes are written as text in a param or a result. */
type Encoding = 'utf8' | 'base64'

/** An {@link Encoding}, by any of the names it goes by. */
export const EncodingParam: t.Type<Encoding> = withSchema(
  new t.Type(
    '"utf8" or "base64"',
    (value): value is Encoding => value === 'utf8' || value === 'base64',
    (value, context) => {
      if (value === 'utf8' || value === 'utf-8') return t.success('utf8')
      return value === 'base64' ? t.success('base64') : t.failure(value, context)
    },
    t.identity,
  ),
  { enum: ['utf8', 'base64'] },
)

/** The bytes `content` stands for. @throws ToolError `INVALID_CONTENT` for what is not base64. */
export function toBytes(content: string, encoding: Encoding, given: string): Uint8Array {
  if (encoding === 'utf8') return Buffer.from(content, 'utf8')
  const bytes = Buffer.from(content, 'base64')
  // Node passes over what is not base64, and so comes out short; to look for it with a pattern would cost as much again
  if (bytes.length !== base64Bytes(content)) throw fileError('INVALID_CONTENT', given)
  return bytes
}

/** How many bytes of a file fit into `maxLength` bytes of text. */
export function fittingBytes(maxLength: number, encoding: Encoding): number {
  return encoding === 'utf8' ? maxLength : Math.floor(maxLength / 4) * 3
}

/**
 * `bytes` as text. Of text that was cut (`isCut`), a character that the cut went through is left out.
 *
 * @throws ToolError `NOT_TEXT` for bytes that are not UTF-8, rather than a text that is not what the file holds.
 */
export function toText(bytes: Uint8Array, encoding: Encoding, isCut: boolean, given: string): string {
  if (encoding === 'base64') return Buffer.from(bytes).toString('base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut })
  } catch {
    throw fileError('NOT_TEXT', given)
  }
}

/** How many bytes `content` stands for if all of it is base64; `undefined` where no base64 is that long. */
function base64Bytes(content: string): number | undefined {
  let length = content.length
  while (length > 0 && content[length - 1] === '=') length -= 1
  return length % 4 === 1 ? undefined : Math.floor((length * 3) / 4)
}
