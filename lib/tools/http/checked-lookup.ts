import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { httpError } from './http-error.ts'

/**
 * `lookup` for `net.connect`, which fails when any address it finds is not allowed. Since it is this answer that the socket connects to,
 * a name that means something else a moment later (DNS rebinding) gains nothing.
 *
 * The error is a ToolError `ADDRESS_FORBIDDEN`.
 */
export function checkedLookup(lookup: LookupFunction, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = typeof found === 'string' ? [{ address: found, family: 0 }] : found
      const failure = error ?? faultOf(addresses, isAllowed)
      const [first] = addresses ?? []
      if (failure !== undefined || first === undefined) return callback(failure ?? httpError('UNREACHABLE'), '')
      if (options.all === true) return callback(null, addresses)
      return callback(null, first.address, first.family)
    })
  }
}

function faultOf(
  addresses: readonly LookupAddress[] | undefined,
  isAllowed: (address: string) => boolean,
): NodeJS.ErrnoException | undefined {
  if (addresses === undefined || addresses.length === 0) return httpError('UNREACHABLE')
  return addresses.every(({ address }) => isAllowed(address)) ? undefined : httpError('ADDRESS_FORBIDDEN')
}
