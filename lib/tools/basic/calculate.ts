import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { textParam } from '../params.ts'
import type { Tool } from '../tool.ts'
import { evaluate } from './arithmetic.ts'

const MAX_LENGTH = 1_000

/** Arithmetic. What it reads is in {@link evaluate}. */
export function calculateTool(): Tool {
  return defineTool({
    name: 'calculate',
    description:
      'Returns the value of an arithmetic expression: numbers, + - * / % ^, parentheses, and the functions min, max, abs, round, ' +
      'floor, ceil, sqrt.',
    params: t.type({ expression: textParam('an arithmetic expression', MAX_LENGTH) }),
    positional: ['expression'],
    idempotent: true,
    run: ({ expression }) => evaluate(expression),
  })
}
