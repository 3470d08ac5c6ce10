import type { RateLimits } from './options.ts'
import { createTokenBucket } from './token-bucket.ts'

/** What a message comes to. */
export type RateVerdict =
  | { readonly _tag: 'Pass' }
  | { readonly _tag: 'Limited'; readonly retryAfterMs: number }
  /** Was limited so often that it does not listen. */
  | { readonly _tag: 'Persistent' }

/** Watches what one connection sends (THREATS T6). */
export interface RateLimiter {
  readonly message: (bytes: number, nowMs: number) => RateVerdict
  /** Asked for pings and pongs, which cost as much as a message (THREATS T24). Nobody is told that one was limited. */
  readonly control: (nowMs: number) => RateVerdict
  /** Asked too for messages that start work. */
  readonly command: (nowMs: number) => RateVerdict
}

/** So many messages in a row that were limited are no accident. */
const MAX_LIMITED_IN_A_ROW = 100
const MIB = 1024 * 1024
const pass: RateVerdict = { _tag: 'Pass' }

export function createRateLimiter(limits: RateLimits | false): RateLimiter {
  if (limits === false) return { message: () => pass, control: () => pass, command: () => pass }
  const messages = createTokenBucket(limits.messagesPerSecond ?? 5_000, limits.messageBurst ?? 10_000)
  const bytes = createTokenBucket(limits.bytesPerSecond ?? 8 * MIB, limits.byteBurst ?? 16 * MIB)
  const commands = createTokenBucket(limits.commandsPerSecond ?? 100, limits.commandBurst ?? 1_000)
  const judgeMessage = createJudge()
  const judgeControl = createJudge()
  const judgeCommand = createJudge()
  return {
    message: (size, nowMs) => judgeMessage(Math.max(messages.take(1, nowMs), bytes.take(size, nowMs))),
    control: (nowMs) => judgeControl(messages.take(1, nowMs)),
    command: (nowMs) => judgeCommand(commands.take(1, nowMs)),
  }
}

function createJudge(): (retryAfterMs: number) => RateVerdict {
  let limitedInARow = 0
  return (retryAfterMs) => {
    limitedInARow = retryAfterMs === 0 ? 0 : limitedInARow + 1
    if (limitedInARow > MAX_LIMITED_IN_A_ROW) return { _tag: 'Persistent' }
    return retryAfterMs === 0 ? pass : { _tag: 'Limited', retryAfterMs }
  }
}
