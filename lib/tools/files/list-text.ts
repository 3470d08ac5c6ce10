import { BooleanParam, withDefault } from '../params.ts'

/** Of a tool that lists: whether its result shall hold the list as a text too, to be written into a file. */
export const AsTextParam = withDefault(BooleanParam, false)

/** The field of a result that holds a list as a text, a line for each of `lines`; none unless it was asked for. */
export function listText(isWanted: boolean, lines: readonly string[]): { readonly text?: string } {
  return isWanted ? { text: lines.map((line) => `${line}\n`).join('') } : {}
}
