import { expect } from 'chai'
import * as fc from 'fast-check'
import { type Either, isLeft, isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ErrorDetail } from '../../lib/base/codec-details.ts'
import { argumentsWithoutSensitive, bindArguments, type CallArgument } from '../../lib/tools/arguments.ts'
import { sensitive } from '../../lib/tools/sensitive.ts'

const params = t.record(t.string, t.unknown)
const tool = { params, positional: ['filename', 'content', 'encoding'] }

function details(result: Either<readonly ErrorDetail[], unknown>): readonly ErrorDetail[] {
  if (isLeft(result)) return result.left
  throw new Error('it was bound')
}

function bound(...args: readonly CallArgument[]): unknown {
  const result = bindArguments(tool, args)
  return isRight(result) ? result.right : result.left
}

describe('bindArguments', () => {
  it('gives positional arguments their names, in order', () => {
    expect(bound({ value: 'a.txt' }, { value: 'x' })).to.deep.equal({ filename: 'a.txt', content: 'x' })
    expect(bound()).to.deep.equal({})
  })

  it('keeps the names of named ones, and flags as true', () => {
    expect(
      bound({ name: 'encoding', value: 'base64' }, { value: 'a.txt' }, { name: 'recursive', value: true }),
    ).to.deep.equal({ encoding: 'base64', filename: 'a.txt', recursive: true })
  })

  it('tells of each one too many', () => {
    const values = ['a', 'b', 'c', 'd', 'e'].map((value) => ({ value }))
    expect(details(bindArguments(tool, values))).to.deep.equal([
      { path: 'arguments[3]', expected: 'at most 3 without a name (filename, content, encoding)', actual: '"d"' },
      { path: 'arguments[4]', expected: 'at most 3 without a name (filename, content, encoding)', actual: '"e"' },
    ])
    expect(details(bindArguments({ params, positional: [] }, [{ value: 'x' }]))).to.deep.equal([
      { path: 'arguments[0]', expected: 'a name (--name value): this tool takes no other arguments', actual: '"x"' },
    ])
  })

  it('tells of a name given twice, by position or by name', () => {
    const twice = [{ path: 'filename', expected: 'to be given once', actual: '"b"' }]
    const named = { name: 'filename', value: 'b' }
    expect(details(bindArguments(tool, [{ value: 'a' }, named]))).to.deep.equal(twice)
    expect(details(bindArguments(tool, [{ ...named, value: 'a' }, { value: 'b' }]))).to.deep.equal(twice)
    expect(details(bindArguments(tool, [{ ...named, value: 'a' }, named]))).to.deep.equal(twice)
  })

  it('refuses the names that reach a prototype', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect(details(bindArguments(tool, [{ name, value: 'x' }]))[0]).to.have.property('path', name)
    }
  })

  it('takes a name that objects inherit for a name as any other', () => {
    expect(bound({ name: 'toString', value: 'x' })).to.have.own.property('toString', 'x')
  })

  it('tells nothing of a sensitive value that is given twice', () => {
    const secret = { params: t.type({ password: sensitive(t.string) }), positional: ['password'] }
    expect(
      details(bindArguments(secret, [{ value: 'hunter2' }, { name: 'password', value: 'hunter3' }])),
    ).to.deep.equal([{ path: 'password', expected: 'to be given once', actual: '"[sensitive]"' }])
  })

  it('tells of at most 20 things', () => {
    expect(
      details(
        bindArguments(
          tool,
          Array.from({ length: 100 }, () => ({ value: 'x' })),
        ),
      ),
    ).to.have.length(20)
  })

  it('never throws; what it binds is what was given', () => {
    const name = fc.option(fc.oneof(fc.constantFrom('filename', '__proto__', 'content', ''), fc.string()), {
      nil: undefined,
    })
    const args = fc.array(fc.record({ name, value: fc.oneof(fc.string(), fc.constant(true as const)) }))
    fc.assert(
      fc.property(args, (given) => {
        const list = given.map((item) =>
          item.name === undefined ? { value: item.value } : { ...item, name: item.name },
        )
        const result = bindArguments(tool, list)
        if (isLeft(result)) {
          expect(result.left).not.to.be.empty
          return
        }
        expect(Object.getPrototypeOf(result.right)).to.equal(Object.prototype)
        expect(Object.values(result.right)).to.have.members(list.map((item) => item.value))
      }),
    )
  })
})

describe('argumentsWithoutSensitive', () => {
  const login = {
    params: t.intersection([t.type({ user: t.string, password: sensitive(t.string) }), t.partial({ loud: t.boolean })]),
    positional: ['user', 'password'],
  }

  it('hides what is marked, by position and by name, also as a flag', () => {
    const loud = { name: 'loud', value: true } as const
    expect(argumentsWithoutSensitive(login, [{ value: 'ada' }, loud, { value: 'hunter2' }])).to.deep.equal([
      { value: 'ada' },
      loud,
      { value: '[sensitive]' },
    ])
    for (const value of ['x', true] as const) {
      expect(argumentsWithoutSensitive(login, [{ name: 'password', value }])).to.deep.equal([
        { name: 'password', value: '[sensitive]' },
      ])
    }
  })

  it('hides all where all is marked, and what has no place among marked params', () => {
    const all = { params: sensitive(t.type({ key: t.string })), positional: ['key'] }
    expect(argumentsWithoutSensitive(all, [{ value: 'x' }, { value: 'y' }])).to.deep.equal([
      { value: '[sensitive]' },
      { value: '[sensitive]' },
    ])
    const loose = [{ value: 'a' }, { value: 'b' }, { value: 'c' }, { name: 'pasword', value: 'd' }] as const
    const shown = argumentsWithoutSensitive(login, loose)
    expect(shown.map(({ value }) => value)).to.deep.equal(['a', '[sensitive]', '[sensitive]', '[sensitive]'])
    expect(argumentsWithoutSensitive({ params: t.type({ user: t.string }), positional: [] }, loose)).to.deep.equal(
      loose,
    )
  })
})
