import { expect } from 'chai'
import type { Mixed } from 'io-ts'
import { Identifier, NonEmptyString, Percent, positiveMs } from '../../lib/event/scalars.ts'

const table: Readonly<Record<string, readonly [codec: Mixed, takes: readonly unknown[], refuses: readonly unknown[]]>> =
  {
    NonEmptyString: [NonEmptyString, ['a', ' '], ['', 1, null]],
    Identifier: [
      Identifier,
      ['a', 'x'.repeat(128), 'with space', 'ü', '__proto__'],
      ['', 'x'.repeat(129), 'a\nb', 'a\u0000', 'a\u007f', 1, null],
    ],
    Percent: [Percent, [0, 33.3, 100], [-0.1, 100.1, Number.NaN, Number.POSITIVE_INFINITY, '50', null]],
    positiveMs: [positiveMs, [0.5, 1, 2 ** 31 - 1], [0, -1, 2 ** 31, Number.NaN, '1', null]],
  }

describe('scalars', () => {
  for (const [name, [codec, takes, refuses]] of Object.entries(table)) {
    it(`${name} takes what it says and nothing else`, () => {
      for (const value of takes) expect(codec.is(value), JSON.stringify(value)).to.equal(true)
      for (const value of refuses) expect(codec.is(value), JSON.stringify(value)).to.equal(false)
    })
  }
})
