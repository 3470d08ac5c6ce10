import { describeValue } from './codec-details.ts'
import { CodedError } from './coded-error.ts'

/** A mistake in wiring: thrown at once by a `createX`, naming the function and the option. */
export class OptionError extends CodedError<'INVALID_OPTION'> {
  readonly option: string

  constructor(factory: string, option: string, expected: string, actual: unknown) {
    super('INVALID_OPTION', `${factory}: option "${option}" must be ${expected}, got ${describeValue(actual)}`)
    this.option = option
  }
}

/** What one option must be, in words and as a test. */
export interface OptionRule {
  readonly expected: string
  readonly test: (value: unknown) => boolean
}

const MAX_TIMER_MS = 2 ** 31 - 1

export const positiveInteger: OptionRule = {
  expected: 'an integer of 1 or more',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
}

export const nonNegativeInteger: OptionRule = {
  expected: 'an integer of 0 or more',
  test: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}

/** Milliseconds a timer can hold: more than 2^31 - 1 would fire at once. */
export const durationMs: OptionRule = {
  expected: `a number of milliseconds above 0, at most ${MAX_TIMER_MS}`,
  test: (value) => typeof value === 'number' && value > 0 && value <= MAX_TIMER_MS,
}

export const aFunction: OptionRule = { expected: 'a function', test: (value) => typeof value === 'function' }

export const anObject: OptionRule = {
  expected: 'an object',
  test: (value) => typeof value === 'object' && value !== null,
}

export const listOfStrings: OptionRule = {
  expected: 'a list of strings',
  test: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
}

export function oneOf(...allowed: readonly string[]): OptionRule {
  return {
    expected: `one of ${allowed.map((item) => `"${item}"`).join(', ')}`,
    test: (value) => typeof value === 'string' && allowed.includes(value),
  }
}

export function objectWith(...methods: readonly string[]): OptionRule {
  return {
    expected: `an object with ${methods.join(', ')}`,
    test: (value) =>
      typeof value === 'object' && value !== null && methods.every((name) => Reflect.get(value, name) !== undefined),
  }
}

/** Holds when any of `rules` does. */
export function either(...rules: readonly OptionRule[]): OptionRule {
  return {
    expected: rules.map((rule) => rule.expected).join(' or '),
    test: (value) => rules.some((rule) => rule.test(value)),
  }
}

/**
 * Checks the options of `factory` against `rules`: an option that is present must obey its rule, and an option nobody knows is a
 * misspelling.
 *
 * @throws OptionError naming the first offender.
 */
export function checkOptions(factory: string, options: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  if (!anObject.test(options) || Array.isArray(options)) throw new OptionError(factory, 'options', 'an object', options)
  for (const [name, value] of Object.entries(options as object)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    if (rule === undefined) {
      throw new OptionError(factory, name, `left out: it is not one of ${Object.keys(rules).join(', ')}`, value)
    }
    if (value !== undefined && !rule.test(value)) throw new OptionError(factory, name, rule.expected, value)
  }
}

/** Throws as {@link checkOptions} does when a required option is missing. */
export function requireOption(factory: string, options: object, name: string, rule: OptionRule): void {
  const value: unknown = Reflect.get(options, name)
  if (!rule.test(value)) throw new OptionError(factory, name, rule.expected, value)
}
