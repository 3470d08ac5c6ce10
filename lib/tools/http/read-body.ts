import type { IncomingMessage } from 'node:http'
import { TextDecoder } from 'node:util'
import { httpError } from './http-error.ts'

/** The text of an answer. */
export interface Body {
  readonly body: string
  /** Whether there was more of it. */
  readonly truncated?: true
}

/**
 * Reads at most `maxBytes` of the body, as text in the charset the answer names, else in UTF-8; bytes that are no text become U+FFFD.
 * Rejects when the answer ends before its end.
 *
 * @throws ToolError `INVALID_RESPONSE` for a body that is compressed, which nobody asked for.
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<Body> {
  const encoding = response.headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') throw httpError('INVALID_RESPONSE')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > maxBytes) break
  }
  const isCut = bytes > maxBytes
  const read = Buffer.concat(chunks).subarray(0, maxBytes)
  // of a text that was cut, a character that the cut went through is left out
  const body = decoderFor(response.headers['content-type']).decode(read, { stream: isCut })
  return { body, ...(isCut && { truncated: true }) }
}

function decoderFor(contentType = ''): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([^\s";]{1,40})/i.exec(contentType)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
