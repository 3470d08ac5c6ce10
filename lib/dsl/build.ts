import type { CallArgument, CallStep, Condition, Literal, Script, Step } from './ast.ts'
import type { Locator } from './location.ts'
import type { ParsedArgument, ParsedCall, ParsedCondition, ParsedHead, ParsedScript, ParsedStep } from './parsed.ts'

/** What the grammar lets pass and the language does not. */
export class Misplaced extends Error {
  readonly offset: number
  readonly reason: string
  readonly expected: string

  constructor(offset: number, reason: string, expected: string) {
    super(reason)
    this.offset = offset
    this.reason = reason
    this.expected = expected
  }
}

/**
 * The AST of what the parser made.
 *
 * @throws Misplaced for a call of which something is said twice.
 */
export function buildScript({ name, steps }: ParsedScript, locator: Locator): Script {
  return {
    _tag: 'Script',
    ...(name === undefined ? {} : { name }),
    steps: new Builder(locator).steps(steps),
  }
}

class Builder {
  readonly #locator: Locator

  constructor(locator: Locator) {
    this.#locator = locator
  }

  steps(parsed: readonly ParsedStep[]): readonly Step[] {
    return parsed.map((step) => this.#step(step))
  }

  #step(parsed: ParsedStep): Step {
    if (parsed.kind === 'Call') return this.#call(parsed)
    const location = this.#locator.locate(parsed.offset)
    if (parsed.kind === 'Agent') return { _tag: 'Agent', agent: parsed.agent, location }
    const said = saidOnce(parsed.heads, 'step')
    if (parsed.kind !== 'If') return { _tag: parsed.kind, ...said, steps: this.steps(parsed.steps), location }
    const condition = this.#condition(parsed.condition)
    const steps = this.steps(parsed.steps)
    const otherwise = parsed.otherwise === null ? {} : { otherwise: this.steps(parsed.otherwise) }
    return { _tag: 'If', ...said, condition, steps, ...otherwise, location }
  }

  #call({ variable, tool, toolOffset, args, heads, modifiers, offset }: ParsedCall): CallStep {
    return {
      _tag: 'Call',
      tool,
      toolLocation: this.#locator.locate(toolOffset),
      args: args.map((argument) => this.#argument(argument)),
      ...(variable === null ? {} : { variable }),
      ...saidOnce([...heads, ...modifiers], 'CALL'),
      location: this.#locator.locate(offset),
    }
  }

  #argument({ offset, ...rest }: ParsedArgument): CallArgument {
    return { ...rest, location: this.#locator.locate(offset) }
  }

  #condition(parsed: ParsedCondition): Condition {
    switch (parsed.kind) {
      case 'Or':
      case 'And':
        return { _tag: parsed.kind, terms: parsed.terms.map((term) => this.#condition(term)) }
      case 'Not':
        return { _tag: 'Not', term: this.#condition(parsed.term) }
      case 'Comparison': {
        const { operator, left, right } = parsed
        return { _tag: 'Comparison', operator, left: this.#condition(left), right: this.#condition(right) }
      }
      case 'Reference': {
        const { name, path, offset } = parsed
        return { _tag: 'Reference', name, path, location: this.#locator.locate(offset) }
      }
      case 'Literal':
        return { _tag: 'Literal', value: parsed.value, location: this.#locator.locate(parsed.offset) }
      case 'Bare':
        return { _tag: 'Literal', value: meaningOf(parsed.word), location: this.#locator.locate(parsed.offset) }
      default:
        return parsed satisfies never
    }
  }
}

function saidOnce(heads: readonly ParsedHead[], what: string): Pick<CallStep, 'task' | 'retries' | 'timeoutMs'> {
  const said: { task?: string; retries?: number; timeoutMs?: number } = {}
  for (const { kind, value, offset } of heads) {
    const field = kind === 'Task' ? 'task' : kind === 'Retry' ? 'retries' : 'timeoutMs'
    if (said[field] !== undefined) {
      throw new Misplaced(offset, `${kind.toUpperCase()} said twice`, `it once for each ${what}`)
    }
    Object.assign(said, { [field]: value })
  }
  return said
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i

/** A word of a condition without quotes: a number or one of three words; any other is a text. */
function meaningOf(word: string): Literal['value'] {
  if (NUMBER.test(word) && Number.isFinite(Number(word))) return Number(word)
  const value = WORDS.get(word.toLowerCase())
  return value === undefined ? word : value
}

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
