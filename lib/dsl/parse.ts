import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { CallArgument, Script } from './ast.ts'
import { SyntaxError as GrammarError, parse } from './grammar.generated.ts'
import { createLocator, type Locator } from './location.ts'
import { type DslSyntaxError, unclosedQuote, unexpected } from './syntax-error.ts'

/** The script that `text` says, or where and why it says none. Never throws, whatever the text; reads it a bounded number of times. */
export function parseDsl(text: string): Either<DslSyntaxError, Script> {
  const locator = createLocator(text)
  try {
    return right(script(parse(text, {}) as readonly ParsedCall[], locator))
  } catch (error) {
    if (!(error instanceof GrammarError)) throw error
    return left(syntaxError(text, error as unknown as Failure, locator))
  }
}

/** What the actions of grammar.peggy make: offsets where the AST has places. */
interface ParsedCall {
  readonly tool: string
  readonly args: readonly ParsedArgument[]
  readonly offset: number
}

type ParsedArgument = { readonly offset: number } & (
  | { readonly name?: never; readonly value: string }
  | { readonly name: string; readonly value: string | true }
)

/** The part of peggy's error that is of use here. */
interface Failure {
  readonly message: string
  readonly location: { readonly start: { readonly offset: number } }
  /** Null where the grammar itself reported: an unclosed quote, whose mark is the message. */
  readonly expected: readonly Expectation[] | null
}

type Expectation =
  | { readonly type: 'other'; readonly description: string }
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'class' | 'any' | 'end' }

function script(calls: readonly ParsedCall[], locator: Locator): Script {
  return {
    _tag: 'Script',
    steps: calls.map(({ tool, args, offset }) => ({
      _tag: 'Call',
      tool,
      args: args.map((arg) => argument(arg, locator)),
      location: locator.locate(offset),
    })),
  }
}

function argument({ offset, ...rest }: ParsedArgument, locator: Locator): CallArgument {
  return { ...rest, location: locator.locate(offset) }
}

function syntaxError(text: string, { expected, location, message }: Failure, locator: Locator): DslSyntaxError {
  const { offset } = location.start
  if (expected === null) return unclosedQuote(offset, message, locator)
  return unexpected(text, offset, [...new Set(expected.flatMap(describe))], locator)
}

/** The grammar names what a person should read about; the rest are its inner workings. */
function describe(expectation: Expectation): readonly string[] {
  if (expectation.type === 'other') return [expectation.description]
  return expectation.type === 'literal' ? [expectation.text] : []
}
