import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Errors, Mixed } from 'io-ts'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { objectWith, OptionError } from '../base/options.ts'
import { printable } from '../base/printable.ts'
import { knownNames } from '../base/codec-names.ts'
import { detailsWithoutSensitive, HIDDEN, marksAnything, withoutSensitive } from './sensitive.ts'
import type { Tool, ToolContext } from './tool.ts'

/** Why a call cannot be made. */
export type ToolProblem =
  | { readonly _tag: 'UnknownTool'; readonly name: string; readonly known: readonly string[] }
  | { readonly _tag: 'InvalidParams'; readonly tool: string; readonly details: readonly ErrorDetail[] }

/** A call whose params were decoded: all that is left is to run it, as often as the tool allows. */
export interface PreparedCall {
  readonly tool: Tool
  readonly params: unknown
  readonly run: (context: ToolContext) => Promise<unknown>
}

/** The tools that may be called, and no others (THREATS T14). */
export interface ToolRegistry {
  readonly get: (name: string) => Tool | undefined
  /** In the order they were given. */
  readonly list: () => readonly Tool[]
  /**
   * Decodes `params` for the tool called `name`; absent params are an empty object. A param the tool does not know is a problem,
   * not ignored: it is a misspelling, or an attempt to reach something. Never throws.
   */
  readonly prepare: (name: string, params: unknown) => Either<ToolProblem, PreparedCall>
}

interface Entry {
  readonly tool: Tool
  readonly paramNames: ReadonlySet<string> | undefined
}

const MAX_DETAILS = 20
const MAX_TEXT = 120
const aTool = objectWith('name', 'params', 'positional', 'run')

/**
 * The registry of `tools`.
 *
 * @throws OptionError when two tools share a name, naming it.
 */
export function createToolRegistry(tools: Iterable<Tool>): ToolRegistry {
  // a Map: the names asked for are a peer's words (THREATS T11)
  const entries = new Map<string, Entry>()
  for (const tool of tools) {
    if (!aTool.test(tool)) throw new OptionError('createToolRegistry', 'tools', 'tools made by defineTool', tool)
    if (entries.has(tool.name)) {
      throw new OptionError('createToolRegistry', 'tools', 'tools of different names', tool.name)
    }
    entries.set(tool.name, { tool, paramNames: knownNames(tool.params) })
  }
  const list = [...entries.values()].map((entry) => entry.tool)
  const known = list.map((tool) => tool.name)

  return {
    get: (name) => entries.get(name)?.tool,
    list: () => list,
    prepare: (name, params) => {
      const entry = entries.get(name)
      return entry === undefined
        ? left({ _tag: 'UnknownTool', name, known })
        : prepareCall(entry, params === undefined ? {} : params)
    },
  }
}

function prepareCall({ tool, paramNames }: Entry, params: unknown): Either<ToolProblem, PreparedCall> {
  const decoded = decodeParams(tool.params, params)
  const details = [
    ...unknownParams(paramNames, params, marksAnything(tool.params)),
    ...(isLeft(decoded) ? decoded.left : []),
  ]
  if (isLeft(decoded) || details.length > 0) {
    return left({ _tag: 'InvalidParams', tool: tool.name, details: details.slice(0, MAX_DETAILS) })
  }
  const ready = decoded.right
  // `never` is what keeps undecoded params out of `run`; these are decoded
  return right({ tool, params: ready, run: async (context) => tool.run(ready as never, context) })
}

function decodeParams(codec: Mixed, params: unknown): Either<readonly ErrorDetail[], unknown> {
  try {
    const decoded: Either<Errors, unknown> = codec.decode(params)
    return isLeft(decoded) ? left(detailsWithoutSensitive(decoded.left)) : decoded
  } catch {
    // a codec of somebody's own that throws is a refusal: one call fails, not the process (SEMANTICS P9)
    return left([
      { path: '', expected: printable(codec.name, MAX_TEXT), actual: describeValue(withoutSensitive(codec, params)) },
    ])
  }
}

/** A value is not shown where it may be a secret whose name was misspelled. */
function unknownParams(
  known: ReadonlySet<string> | undefined,
  params: unknown,
  mayBeSecret: boolean,
): readonly ErrorDetail[] {
  if (known === undefined || typeof params !== 'object' || params === null || Array.isArray(params)) return []
  return Object.entries(params)
    .filter(([name]) => !known.has(name))
    .slice(0, MAX_DETAILS)
    .map(([name, value]) => ({
      path: mayBeSecret ? '(hidden)' : printable(name, MAX_TEXT),
      expected: `no param of this name (known: ${[...known].join(', ')})`,
      actual: mayBeSecret ? HIDDEN : describeValue(value),
    }))
}
