import { expect } from 'chai'
import { describeValue } from '../../lib/base/codec-details.ts'
import { CodedError } from '../../lib/base/coded-error.ts'
import {
  aFunction,
  anObject,
  checkOptions,
  durationMs,
  either,
  listOfStrings,
  nonNegativeInteger,
  objectWith,
  oneOf,
  OptionError,
  type OptionRule,
  positiveInteger,
  requireOption,
} from '../../lib/base/options.ts'
import { thrownBy } from './thrown.ts'

const noop = (): void => undefined

interface Case {
  readonly rule: OptionRule
  readonly takes: readonly unknown[]
  readonly refuses: readonly unknown[]
}

const cases: Readonly<Record<string, Case>> = {
  positiveInteger: {
    rule: positiveInteger,
    takes: [1, 100, Number.MAX_SAFE_INTEGER],
    refuses: [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, 1n, {}],
  },
  nonNegativeInteger: {
    rule: nonNegativeInteger,
    takes: [0, 1, Number.MAX_SAFE_INTEGER],
    refuses: [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, '0', null, false],
  },
  durationMs: {
    rule: durationMs,
    takes: [0.5, 1, 30_000, 2 ** 31 - 1],
    refuses: [0, -1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, '100', null, 5n],
  },
  aFunction: { rule: aFunction, takes: [noop, Map], refuses: [{}, null, 'noop', 1] },
  anObject: { rule: anObject, takes: [{}, Object.create(null), new Map()], refuses: [null, 'x', 1, noop] },
  listOfStrings: { rule: listOfStrings, takes: [[], ['a', '']], refuses: ['a', [1], ['a', null], {}, new Set(['a'])] },
  oneOf: { rule: oneOf('own', 'all'), takes: ['own', 'all'], refuses: ['', 'Own', 'toString', null, 0, ['own']] },
  objectWith: {
    rule: objectWith('now', 'schedule'),
    takes: [{ now: noop, schedule: noop, more: 1 }],
    refuses: [{}, { now: noop }, { schedule: noop }, { now: noop, schedule: undefined }, null, 'x', 7],
  },
  either: {
    rule: either(listOfStrings, aFunction),
    takes: [[], ['a'], noop],
    refuses: [[1], {}, null, 'a'],
  },
}

describe('option rules', () => {
  for (const [name, { rule, takes, refuses }] of Object.entries(cases)) {
    it(`${name} takes what it says and nothing else`, () => {
      for (const value of takes) expect(rule.test(value), `takes ${describeValue(value)}`).to.equal(true)
      for (const value of refuses) expect(rule.test(value), `refuses ${describeValue(value)}`).to.equal(false)
    })
  }

  it('say in words what they want', () => {
    expect(oneOf('own', 'all').expected).to.equal('one of "own", "all"')
    expect(objectWith('now', 'schedule').expected).to.equal('an object with now, schedule')
    expect(either(listOfStrings, aFunction).expected).to.equal('a list of strings or a function')
  })

  it('objectWith finds methods that a class inherits', () => {
    class Clock {
      now(): number {
        return 0
      }
      schedule(): void {}
    }
    expect(objectWith('now', 'schedule').test(new Clock())).to.equal(true)
  })
})

describe('checkOptions', () => {
  const rules = { size: positiveInteger, scope: oneOf('own', 'all') }

  it('takes options that obey, and absent ones', () => {
    checkOptions('createX', { size: 1, scope: 'own' }, rules)
    checkOptions('createX', { size: undefined }, rules)
    checkOptions('createX', {}, rules)
  })

  it('names the factory, the option, what it must be and what it was', () => {
    const error = thrownBy(OptionError, () => checkOptions('createX', { size: -1 }, rules))
    expect(error).to.include({ code: 'INVALID_OPTION', name: 'OptionError', option: 'size' })
    expect(error).to.be.instanceOf(CodedError)
    expect(error.message).to.equal('createX: option "size" must be an integer of 1 or more, got -1')
  })

  it('names the first offender only', () => {
    expect(thrownBy(OptionError, () => checkOptions('createX', { scope: 'x', size: 0 }, rules)).option).to.equal(
      'scope',
    )
  })

  it('refuses a name it does not know and lists those it does: most likely it is misspelt', () => {
    const error = thrownBy(OptionError, () => checkOptions('createX', { sise: 5 }, rules))
    expect(error.option).to.equal('sise')
    expect(error.message).to.equal('createX: option "sise" must be left out: it is not one of size, scope, got 5')
  })

  it('does not take a name that every object inherits for one it knows', () => {
    for (const name of ['toString', 'constructor', '__proto__']) {
      const options = Object.fromEntries([[name, 1]])
      expect(thrownBy(OptionError, () => checkOptions('createX', options, rules)).option).to.equal(name)
    }
  })

  it('refuses options that are no object', () => {
    for (const options of [null, undefined, 'x', 5, [], noop]) {
      expect(thrownBy(OptionError, () => checkOptions('createX', options, rules)).option).to.equal('options')
    }
  })

  it('never prints a long or unprintable value', () => {
    const scope = `\u001b[2J\n${'x'.repeat(10_000)}`
    const { message } = thrownBy(OptionError, () => checkOptions('createX', { scope }, rules))
    expect(message).to.have.length.below(400)
    expect(message).not.to.include('\n').and.not.to.include('\u001b')
  })
})

describe('requireOption', () => {
  it('takes what is there and obeys', () => {
    requireOption('createX', { size: 1 }, 'size', positiveInteger)
  })

  it('names an option that is missing or does not obey', () => {
    const missing = thrownBy(OptionError, () => requireOption('createX', {}, 'size', positiveInteger))
    expect(missing.message).to.equal('createX: option "size" must be an integer of 1 or more, got nothing')
    const bad = thrownBy(OptionError, () => requireOption('createX', { size: 'a' }, 'size', positiveInteger))
    expect(bad.message).to.equal('createX: option "size" must be an integer of 1 or more, got "a"')
  })
})
