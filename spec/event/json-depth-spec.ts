import { expect } from 'chai'
import * as fc from 'fast-check'
import { isDeeperThan } from '../../lib/event/json-depth.ts'

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

describe('isDeeperThan', () => {
  it('counts what is nested, not what is in texts and keys, for any JSON', () => {
    const text = fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', 'a') })
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, text, fc.array(tie('tree')), fc.dictionary(text, tie('tree'))),
    }))
    fc.assert(
      fc.property(tree, fc.nat(8), (value, maxDepth) => {
        expect(isDeeperThan(maxDepth, JSON.stringify(value))).to.equal(depthOf(value) > maxDepth)
      }),
    )
  })

  it('is exact at the bound', () => {
    const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect([isDeeperThan(100, nested(100)), isDeeperThan(100, nested(101))]).to.deep.equal([false, true])
    expect(isDeeperThan(100, `[${nested(50)},${nested(60)},${nested(99)}]`)).to.equal(false)
  })

  it('does not run out of stack', () => {
    expect(isDeeperThan(1_000, '['.repeat(1_000_000))).to.equal(true)
  })
})
