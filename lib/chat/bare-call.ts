import { parseDsl } from '../dsl/parse.ts'
import type { ToolSummary } from './planner.ts'

/** Tools whose names are words: "wait 5 seconds" is a sentence, "wait --seconds 5" a call. */
const WORDS: ReadonlySet<string> = new Set(['echo', 'wait', 'calculate'])

/** "call it notes.txt" is a sentence. */
const CALL = /^\s*(CALL)\s+(?!(?:it|this|that|them)\s)(\S+)/i

/** Whether `text` already is one of the command language. */
export function isCall(text: string): boolean {
  return CALL.test(text)
}

/** The same where it may be any text as well: in small letters only one of a tool at hand, since "call mom" is a sentence. */
export function isCallOf(text: string, tools: readonly ToolSummary[]): boolean {
  const [, keyword, name] = CALL.exec(text) ?? []
  return keyword === 'CALL' || (keyword !== undefined && tools.some((tool) => tool.name === name))
}

/** `text` as a command, where it is one of a tool at hand but for the `CALL`: "list_files docs". */
export function completeCall(text: string, tools: readonly ToolSummary[]): string | undefined {
  const name = /^\s*(\S+)/.exec(text)?.[1]
  if (name === undefined || !tools.some((tool) => tool.name === name)) return undefined
  if (WORDS.has(name) && !text.includes(' --')) return undefined
  const command = `CALL ${text.trimStart()}`
  return parseDsl(command)._tag === 'Right' ? command : undefined
}
