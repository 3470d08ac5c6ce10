import { parseJson } from '../protocol/json.ts'

const MAY_BE_JSON = /^(?:-?\d|true$|false$|null$|[[{])/

/**
 * What a word of a command says where it is not meant as a text: a number, a truth value, `null`, a list or a record, as JSON writes them. The
 * word itself where it says none of these, or what no message may hold either (THREATS T10, T11).
 */
export function meaningOfWord(word: unknown): unknown {
  if (typeof word !== 'string' || !MAY_BE_JSON.test(word)) return word
  const parsed = parseJson(word)
  if (parsed._tag === 'Left') return word
  return typeof parsed.right === 'number' && !Number.isFinite(parsed.right) ? word : parsed.right
}
