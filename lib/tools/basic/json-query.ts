import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { withSchema } from '../json-schema.ts'
import { textParam } from '../params.ts'
import { type Tool, ToolError } from '../tool.ts'
import { readJsonPath, valueAt } from './json-path.ts'

const MAX_PATH_LENGTH = 1_000

const JsonParam = withSchema(
  new t.Type<unknown>(
    'a JSON value, or JSON as text',
    (value): value is unknown => value !== undefined,
    (value, context) => (value === undefined ? t.failure(value, context) : t.success(value)),
    t.identity,
  ),
  { description: 'a JSON value, or JSON as text' },
)

/** Picks a value out of JSON. The paths it knows are in {@link readJsonPath}. */
export function jsonQueryTool(): Tool {
  return defineTool({
    name: 'json_query',
    description:
      'Returns the value at a path in JSON: names with dots, [index] (negative from the end), ["any name"], and [*] for all; ' +
      'for example orders[*].price.',
    params: t.type({ value: JsonParam, path: textParam('a path', MAX_PATH_LENGTH) }),
    positional: ['value', 'path'],
    idempotent: true,
    run: ({ value, path }) => valueAt(typeof value === 'string' ? parse(value) : value, readJsonPath(path)),
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new ToolError('INVALID_JSON', 'the value is no JSON', { permanent: true })
  }
}
