import type { ErrorDetail } from '../base/codec-details.ts'
import { holdsReference } from './references.ts'

/** Which param `detail` is about; empty where it is about all of them. */
export function paramIn({ path }: ErrorDetail): string {
  return path.split(/[.[]/)[0] ?? ''
}

/** Whether what is wrong with `params` will still be so once their references are resolved. `names`: those that the tool knows. */
export function isForGood(
  detail: ErrorDetail,
  params: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string> | undefined,
): boolean {
  const name = paramIn(detail)
  // A rule about the params as a whole may speak of what a reference stands for.
  if (name === '') return !holdsReference(params)
  if (!Object.hasOwn(params, name)) return true
  return names?.has(name) === false || !holdsReference(params[name])
}
