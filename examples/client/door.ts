import { isRecord, textIn } from './payload.ts'

const DEADLINE_MS = 5_000

/**
 * Why an upgrade is refused. A WebSocket client sees only that it was, so it asks the same door by GET, which answers what the
 * upgrade would have been answered (PROTOCOL section 1).
 */
export async function askDoor(url: string): Promise<string> {
  const door = new URL(url)
  door.protocol = door.protocol === 'wss:' ? 'https:' : 'http:'
  const response = await fetch(door, { redirect: 'manual', signal: AbortSignal.timeout(DEADLINE_MS) })
  const { status, statusText } = response
  if (status === 426) return 'it was refused, but would be accepted now: try again'
  return `${messageIn(await response.text())} (${status} ${statusText})`.trimStart()
}

/** The message of `{"error":{"code","message"}}`; of anything else, its first line. */
function messageIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body)
    const error = isRecord(value) ? value['error'] : undefined
    const message = isRecord(error) ? textIn(error, 'message') : undefined
    if (message !== undefined) return message
  } catch {
    // Not every server in the world answers in JSON.
  }
  const [line = ''] = body.trim().split('\n')
  return line.slice(0, 200)
}
