import { expect } from 'chai'
import * as fc from 'fast-check'
import { globMatcher, isGlob, isPathGlob } from '../../../lib/tools/files/glob.ts'

/** What the patterns mean, as slowly and plainly as it can be said. */
function naive(pattern: string, text: string, isNameStart = true): boolean {
  if (pattern === '') return text === ''
  const first = pattern[0]
  if (first !== '*') {
    const isSame = first === '?' ? text !== '' && text[0] !== '/' : text[0] === first
    return isSame && naive(pattern.slice(1), text.slice(1), first === '/')
  }
  const starCount = /^\*+/.exec(pattern)?.[0].length ?? 0
  const rest = pattern.slice(starCount)
  const cuts = Array.from({ length: text.length + 1 }, (_, index) => index)
  if (starCount === 1)
    return cuts.some((cut) => !text.slice(0, cut).includes('/') && naive(rest, text.slice(cut), false))
  if (isNameStart && rest.startsWith('/')) {
    return cuts.some((cut) => (cut === 0 || text[cut - 1] === '/') && naive(rest.slice(1), text.slice(cut)))
  }
  return cuts.some((cut) => naive(rest, text.slice(cut), false))
}

function textOf(...alphabet: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...alphabet), { maxLength: 10 }).map((characters) => characters.join(''))
}

describe('globMatcher', () => {
  for (const [pattern, yes, no] of [
    ['a.txt', ['a.txt'], ['A.txt', 'aXtxt', 'a.txt2', '']],
    ['*', ['a', '.env', ''], ['a/b']],
    ['*.txt', ['a.txt', '.txt'], ['a.txt.gz', 'b/a.txt']],
    ['a*b*c', ['abc', 'aXbXc', 'abcbc'], ['acb', 'ab/c']],
    ['?', ['a', 'ü', '😀'], ['', 'ab', '/']],
    ['a/?', ['a/b'], ['a/', 'a//']],
    ['**', ['', 'a', 'a/b/c'], []],
    ['**/*.ts', ['x.ts', 'a/x.ts', 'a/b/x.ts'], ['x.tsx', 'x.ts/y']],
    ['a/**', ['a/b', 'a/b/c'], ['a', 'b/a/c']],
    ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['az', 'a/bz', 'a/b/cz']],
    ['a**z', ['az', 'a/b/z'], ['a/b']],
    ['**/**/z', ['z', 'a/z', 'a/b/c/z'], ['az']],
    ['***', ['a/b'], []],
    ['[ab].(c+)$', ['[ab].(c+)$'], ['a.c']],
  ] as const) {
    it(`${pattern} matches ${yes.join(' ')}, and not ${no.join(' ')}`, () => {
      const matches = globMatcher(pattern)
      expect(yes.filter((text) => !matches(text))).to.deep.equal([])
      expect(no.filter((text) => matches(text))).to.deep.equal([])
    })
  }

  it('agrees with the plain meaning', () => {
    fc.assert(
      fc.property(textOf('a', 'b', '/', '*', '?'), fc.array(textOf('a', 'b', '/')), (pattern, texts) => {
        const matches = globMatcher(pattern)
        for (const text of texts) expect(matches(text), JSON.stringify([pattern, text])).to.equal(naive(pattern, text))
      }),
    )
  })

  it('matches what was made from the pattern', () => {
    fc.assert(
      fc.property(textOf('a', 'b', '/', '*', '?'), (pattern) => {
        const text = pattern.replaceAll(/\*+\/?/g, '').replaceAll('?', 'x')
        expect(globMatcher(pattern)(text)).to.equal(naive(pattern, text))
      }),
    )
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        expect(globMatcher(pattern)(text)).to.be.a('boolean')
      }),
    )
  })

  it('is done at once with what takes trying all ways for ever', () => {
    const text = 'a'.repeat(2_000)
    expect(globMatcher(`${'a*'.repeat(60)}b`)(text)).to.equal(false)
    expect(globMatcher(`${'**/'.repeat(60)}b`)('a/'.repeat(1_000))).to.equal(false)
    expect(globMatcher(`${'*a**'.repeat(60)}b`)(text)).to.equal(false)
  })
})

describe('isGlob, isPathGlob', () => {
  it('tell names, globs of names and globs of paths apart', () => {
    expect(['a.txt', 'a*', 'a?', '**', 'a/b'].map(isGlob)).to.deep.equal([false, true, true, true, false])
    expect(['a.txt', 'a*', 'a?', '**', 'a/b'].map(isPathGlob)).to.deep.equal([false, false, false, true, true])
  })
})
