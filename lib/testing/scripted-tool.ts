import * as t from 'io-ts'
import { defineTool } from '../tools/define-tool.ts'
import type { Tool, ToolContext } from '../tools/tool.ts'

/** One call that a {@link createScriptedTool} got and has not answered yet, or has. */
export interface ScriptedCall {
  readonly params: Readonly<Record<string, unknown>>
  readonly context: ToolContext
  readonly succeed: (result?: unknown) => void
  readonly fail: (error: unknown) => void
}

/** A tool that does what a test tells it to, when it tells it to. */
export interface ScriptedTool {
  readonly tool: Tool
  /** The calls so far, oldest first. */
  readonly calls: readonly ScriptedCall[]
}

export interface ScriptedToolOptions {
  readonly name: string
  readonly idempotent?: boolean
  readonly positional?: readonly string[]
  /** Answers a call at once; without it the test does, through `calls`. A throw is a failure. */
  readonly answer?: (params: Readonly<Record<string, unknown>>, context: ToolContext) => unknown
}

/** A stand-in for a real tool: it takes any params. */
export function createScriptedTool({
  name,
  idempotent = false,
  positional = [],
  answer,
}: ScriptedToolOptions): ScriptedTool {
  const calls: ScriptedCall[] = []
  const tool = defineTool({
    name,
    description: `does what a test tells it to (${name})`,
    params: t.UnknownRecord,
    idempotent,
    positional,
    run: (params, context) =>
      new Promise((resolve, reject) => {
        calls.push({ params, context, succeed: (result) => resolve(result), fail: (error) => reject(error) })
        if (answer === undefined) return
        try {
          resolve(answer(params, context))
        } catch (error) {
          reject(error)
        }
      }),
  })
  return { tool, calls }
}
