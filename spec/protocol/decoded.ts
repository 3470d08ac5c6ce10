import { createDecoder, type DecodedMessage } from '../../lib/protocol/decode.ts'
import type { ProtocolError } from '../../lib/protocol/protocol-error.ts'

const decode = createDecoder()

/** What the built-in decoder makes of `text`, which must be a message. */
export function decodedText(text: string): DecodedMessage {
  const result = decode(text)
  if (result._tag === 'Right') return result.right
  throw new Error(`it does not decode: ${JSON.stringify(result.left)}`)
}

/** Why the built-in decoder refuses `text`. */
export function refusalOfText(text: string): ProtocolError {
  const result = decode(text)
  if (result._tag === 'Left') return result.left
  throw new Error(`it decodes: ${JSON.stringify(result.right)}`)
}

/** The payload of a message, decoded. */
export function decodedPayload(type: string, payload?: unknown): unknown {
  return decodedText(JSON.stringify({ type, payload })).payload
}

/** Why a payload is refused: `path: expected`. */
export function payloadFaults(type: string, payload: unknown): readonly string[] {
  const { code, details = [] } = refusalOfText(JSON.stringify({ type, payload }))
  if (code !== 'INVALID_PAYLOAD') throw new Error(`it is refused with ${code}`)
  return details.map(({ path, expected }) => `${path}: ${expected}`)
}
