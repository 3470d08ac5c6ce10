import { parseDsl } from '../dsl/parse.ts'
import type { ToolSummary } from './planner.ts'

/** `text` as a command, where it is one of a tool at hand but for the `CALL`: "list_files docs". */
export function completeCall(text: string, tools: readonly ToolSummary[]): string | undefined {
  const name = /^\s*(\S+)/.exec(text)?.[1]
  if (!tools.some((tool) => tool.name === name)) return undefined
  const command = `CALL ${text.trimStart()}`
  return parseDsl(command)._tag === 'Right' ? command : undefined
}
