import { expect } from 'chai'
import * as fc from 'fast-check'
import type { Condition, Operator } from '../../lib/dsl/ast.ts'
import { holds } from '../../lib/dsl/condition.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { condition as anyCondition } from './arbitraries.ts'

const results = new Map<string, unknown>([
  ['n', { ten: 10, text: '10', decimal: '10.0', zero: 0, minus: -1, word: 'abc', empty: '' }],
  ['flags', { yes: true, no: false, nothing: null }],
  ['deep', { list: ['a', { b: 'c' }], record: {} }],
  ['whole', 'text'],
  ['none', null],
  ['ids', { one: '12345678901234567890', other: '12345678901234567891' }],
])

const cases: Readonly<Record<string, readonly string[]>> = {
  true: [
    '1 == 1',
    '1 == 1.0',
    "'a' == a",
    "'a' != 'b'",
    'true == true',
    'null == null',
    '${n.ten} == 10',
    '${n.text} == 10',
    "${n.text} == '10.0'",
    '${n.decimal} == ${n.ten}',
    '${n.text} > 9',
    "'9' < '10'",
    "'9a' > '10'",
    "'B' < 'a'",
    '${n.minus} < 0',
    '1 <= 1',
    "'a' <= 'a'",
    "'a' >= 'a'",
    '2 > 1 && 1 < 2',
    '1 == 2 || 1 == 1',
    '!(1 == 2)',
    '!!1',
    '${whole}',
    "${whole} == 'text'",
    '${deep.list.0} == a',
    '${deep.list.1.b} == c',
    '${deep.list}',
    '${deep.record}',
    "'false'",
    "'0'",
    '1 != true',
    "'true' != true",
    "'' != null",
    '0 != false',
    '0 != null',
    "'abc' != 1",
    '${deep.list} != ${deep.list}',
    '${missing} == null',
    '${missing.path} == null',
    '${none} == null',
    '${none.path} == null',
    '${n.ten.path} == null',
    '${whole.length} == null',
    '${deep.list.length} == null',
    '${deep.constructor} == null',
    '${deep.__proto__} == null',
    '${n.hasOwnProperty} == null',
    '${ids.one} != ${ids.other}',
    '\'<${n.ten} ${deep.list}>\' == \'<10 ["a",{"b":"c"}]>\'',
    "'${n.ten}' == 10",
    "'$${n.ten}' == '$' || '$${n.ten}' != 10",
    '(1 == 2) == (3 == 4)',
    '1e3 == 1000',
  ],
  false: [
    '0',
    '-0',
    'null',
    'false',
    "''",
    '${missing}',
    '${n.zero}',
    '${n.empty}',
    '${flags.no}',
    '${flags.nothing}',
    '!1',
    "1 == 'a'",
    '1 == true',
    "1 < 'a'",
    "1 > 'a'",
    "1 <= 'a'",
    'true < 2',
    'false <= false',
    'null <= null',
    'null < 1',
    '${missing} < 1',
    '${missing} >= 1',
    '${deep.list} == ${deep.list}',
    '${deep.record} <= ${deep.record}',
    '1 && 0',
    '0 || null',
    "'10' < '9'",
  ],
}

describe('holds', () => {
  for (const [expected, texts] of Object.entries(cases)) {
    for (const text of texts) {
      it(`says ${expected} to ${text}`, () => {
        expect(holds(conditionOf(text), results)).to.equal(expected === 'true')
      })
    }
  }

  it('never throws and always decides, whatever the condition and the data', () => {
    const data = fc
      .dictionary(fc.string(), fc.anything(), { maxKeys: 3 })
      .map((fields) => new Map(Object.entries(fields)))
    fc.assert(
      fc.property(anyCondition, data, (condition, some) => {
        expect(holds(condition, some)).to.be.a('boolean')
        expect(holds(condition, some)).to.equal(holds(condition, some))
      }),
    )
  })

  it('never throws where the data does', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
        getOwnPropertyDescriptor: () => {
          throw new Error('no')
        },
      },
    )
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const some = new Map<string, unknown>([
      ['a', hostile],
      ['b', cyclic],
      ['c', { big: 1n, symbol: Symbol('s'), run: () => 1 }],
    ])
    for (const text of [
      '${a.x} == 1',
      "'${a}-' == 1",
      '${b.self.self} == ${b}',
      "'-${b}' < 1",
      '${c.big} < 1',
      "'-${c}' == ${c.symbol}",
      '${c.run}',
    ]) {
      expect(holds(conditionOf(text), some), text).to.be.a('boolean')
    }
  })

  const value = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.integer().map(String),
    fc.constantFrom('', '1.0', '01', 'a', 'b', true, false, null, undefined, {}, [], [1]),
  )
  const ask = (operator: Operator, left: unknown, right: unknown): boolean => {
    const reference = (name: string): Condition => ({
      _tag: 'Reference',
      name,
      path: [],
      location: { line: 1, column: 1 },
    })
    const condition: Condition = { _tag: 'Comparison', operator, left: reference('l'), right: reference('r') }
    return holds(
      condition,
      new Map([
        ['l', left],
        ['r', right],
      ]),
    )
  }

  it('is a comparison: the operators agree with each other', () => {
    fc.assert(
      fc.property(value, value, (left, right) => {
        expect(ask('!=', left, right)).to.equal(!ask('==', left, right))
        expect(ask('==', left, right)).to.equal(ask('==', right, left))
        expect(ask('<', left, right)).to.equal(ask('>', right, left))
        expect(ask('<=', left, right)).to.equal(ask('>=', right, left))
        const inOrder = ['<', '==', '>'].filter((operator) => ask(operator as Operator, left, right))
        expect(inOrder.length).to.be.at.most(1)
        if (ask('<=', left, right)) expect(ask('<', left, right) || ask('==', left, right)).to.equal(true)
        if (ask('<', left, right)) expect(ask('<=', left, right) && !ask('>=', left, right)).to.equal(true)
      }),
    )
  })

  it('compares numbers as JavaScript does, also where they are texts', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.boolean(), fc.boolean(), (one, other, isText, isOtherText) => {
        const [left, right] = [isText ? String(one) : one, isOtherText ? String(other) : other]
        expect(ask('<', left, right)).to.equal(one < other)
        expect(ask('==', left, right)).to.equal(one === other)
        expect(ask('>=', left, right)).to.equal(one >= other)
      }),
    )
  })

  it('fills its texts up to a bound, at the cost of that bound, and says so beyond', () => {
    const large = new Map([['a', { text: 'x'.repeat(200_000), list: Array.from({ length: 60_000 }, () => 1) }]])
    expect(holds(conditionOf("'${a.text}' == ${a.text} && '${a.text}' != 'x'"), large)).to.equal(true)
    const startedAt = process.cpuUsage()
    for (const text of [`'${'${a}'.repeat(2_000)}' == 1`, `1 == 2 || 'is ${'${a.list} '.repeat(2_000)}'`]) {
      expect(() => holds(conditionOf(text), large)).to.throw('more than 131072 bytes')
    }
    const { user, system } = process.cpuUsage(startedAt)
    expect((user + system) / 1_000).to.be.lessThan(500)
    const many = Array.from({ length: 500 }, () => "'${n.word} ' == 1").join(' || ')
    expect(holds(conditionOf(many), results)).to.equal(false)
  })

  it('holds to the laws of logic', () => {
    fc.assert(
      fc.property(anyCondition, anyCondition, (one, other) => {
        const [a, b] = [holds(one, results), holds(other, results)]
        expect(holds({ _tag: 'And', terms: [one, other] }, results)).to.equal(a && b)
        expect(holds({ _tag: 'Or', terms: [one, other] }, results)).to.equal(a || b)
        expect(holds({ _tag: 'Not', term: one }, results)).to.equal(!a)
      }),
    )
  })
})

function conditionOf(text: string): Condition {
  const parsed = parseDsl(`IF ${text}\nCALL a\nENDIF`)
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  const [step] = parsed.right.steps
  if (step?._tag !== 'If') throw new Error('no IF')
  return step.condition
}
