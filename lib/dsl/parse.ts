import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Script } from './ast.ts'
import { buildScript, Misplaced } from './build.ts'
import { SyntaxError as GrammarError, parse } from './grammar.generated.ts'
import { createLocator, type Locator } from './location.ts'
import type { ParsedScript } from './parsed.ts'
import { type DslSyntaxError, notAllowed, unclosed, unexpected } from './syntax-error.ts'

/** The script that `text` says, or where and why it says none. Never throws, whatever the text; reads it a bounded number of times. */
export function parseDsl(text: string): Either<DslSyntaxError, Script> {
  const locator = createLocator(text)
  try {
    return right(buildScript(parse(text, {}) as ParsedScript, locator))
  } catch (error) {
    if (error instanceof Misplaced) return left(notAllowed(error.offset, error.reason, error.expected, locator))
    if (!(error instanceof GrammarError)) throw error
    return left(syntaxError(text, error as unknown as Failure, locator))
  }
}

/** The part of peggy's error that is of use here. */
interface Failure {
  readonly message: string
  readonly location: { readonly start: { readonly offset: number } }
  /** Null where the grammar itself reported: the message is then a mark of what is wrong. */
  readonly expected: readonly Expectation[] | null
}

type Expectation =
  | { readonly type: 'other'; readonly description: string }
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'class' | 'any' | 'end' }

function syntaxError(text: string, { expected, location, message }: Failure, locator: Locator): DslSyntaxError {
  const { offset } = location.start
  if (expected !== null) return unexpected(text, offset, expectedWords(expected), locator)
  switch (message) {
    case 'deep block':
      return notAllowed(offset, 'nested too deep', 'at most 32 blocks within one another', locator)
    case 'many calls':
      return notAllowed(offset, 'too many steps', 'at most 256 calls', locator)
    case 'deep condition':
      return notAllowed(offset, 'nested too deep', 'at most 32 ( and ! within one another', locator)
    default:
      return unclosed(offset, message.slice('unclosed '.length), locator)
  }
}

/** The grammar names what a person should read about; the rest are its inner workings. */
function expectedWords(expectations: readonly Expectation[]): readonly string[] {
  const words = new Set(expectations.flatMap(describe))
  return words.size > 0 ? [...words] : ['the end of the text']
}

function describe(expectation: Expectation): readonly string[] {
  if (expectation.type === 'other') return [expectation.description]
  return expectation.type === 'literal' ? [expectation.text] : []
}
