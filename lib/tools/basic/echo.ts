import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import type { Tool } from '../tool.ts'

/** Gives back what it was given: for demonstrations, and to pass a value on to other nodes. */
export function echoTool(): Tool {
  return defineTool({
    name: 'echo',
    description: 'Returns what it was given.',
    params: t.partial({ value: t.unknown }),
    positional: ['value'],
    idempotent: true,
    run: ({ value = null }) => value,
  })
}
