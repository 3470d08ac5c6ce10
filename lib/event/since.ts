import type { Position } from './event.ts'

/**
 * Where a client says it was, when it comes back (PROTOCOL section 8): `<epoch>:<seq>`, or `<epoch>:<seq>:<the first 8 characters of
 * that event's id>`. The client needs this file at run time, so it imports nothing that weighs.
 */
export interface Since extends Position {
  /** The begin of the id of the event at `seq`, where the client said it. */
  readonly idPrefix: string | undefined
}

const PREFIX_LENGTH = 8
const FORM = /^([\w-]{1,64}):(0|[1-9]\d{0,15})(?::([^]{1,8}))?$/u

/** Undefined where `text` is none. */
export function parseSince(text: string): Since | undefined {
  const [, epoch = '', digits = '', idPrefix] = FORM.exec(text) ?? []
  const seq = Number(digits)
  return epoch === '' || !Number.isSafeInteger(seq) ? undefined : { epoch, seq, idPrefix }
}

export function formatSince({ epoch, seq }: Position): string {
  return `${epoch}:${seq}`
}

/** Whether `id` begins as `idPrefix` says; an id that is shorter than a prefix is its own. */
export function hasPrefix(id: string, idPrefix: string): boolean {
  return id.slice(0, PREFIX_LENGTH) === idPrefix || Array.from(id).slice(0, PREFIX_LENGTH).join('') === idPrefix
}
