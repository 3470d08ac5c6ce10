import { closeCodes } from '../protocol/codes.ts'

/**
 * What the end of a connection means for the next one (PROTOCOL section 7). `again`: after a back-off. `later`: not before the
 * longest back-off is over. `credentials`: only with others than before. `never`: the same would happen again.
 */
export type Fate = 'again' | 'later' | 'credentials' | 'never'

const never: ReadonlySet<number> = new Set([
  closeCodes.normal,
  closeCodes.protocolError,
  closeCodes.binary,
  closeCodes.badUtf8,
  closeCodes.policyViolation,
  closeCodes.tooBig,
  closeCodes.malformed,
  closeCodes.forbidden,
])

/** A code nobody listed may be a proxy's: it is tried again. */
export function fateOf(code: number): Fate {
  if (never.has(code)) return 'never'
  if (code === closeCodes.unauthorized) return 'credentials'
  return code === closeCodes.rateLimited ? 'later' : 'again'
}
