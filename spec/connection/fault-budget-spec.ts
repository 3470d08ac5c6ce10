import { expect } from 'chai'
import * as fc from 'fast-check'
import { createFaultBudget } from '../../lib/connection/fault-budget.ts'

const MINUTE_MS = 60_000

/** The verdicts of spending at each of `times`. */
function spendAt(times: readonly number[]): readonly boolean[] {
  const budget = createFaultBudget()
  return times.map((nowMs) => budget.spend(nowMs))
}

/** The same, minute by minute: while something is on the account, one is taken off each minute since there was. */
function plainly(times: readonly number[]): readonly boolean[] {
  let faults = 0
  let forgivesAtMs = 0
  return times.map((nowMs) => {
    while (faults > 0 && forgivesAtMs <= nowMs) {
      faults -= 1
      forgivesAtMs += MINUTE_MS
    }
    if (faults === 0) forgivesAtMs = nowMs + MINUTE_MS
    faults += 1
    return faults > 10
  })
}

const eleven = [...Array.from({ length: 10 }, () => false), true]

describe('createFaultBudget', () => {
  it('takes ten faults; the eleventh is one too many', () => {
    expect(spendAt(Array.from({ length: 11 }, () => 5_000))).to.deep.equal(eleven)
  })

  it('forgives one each minute, and not a moment sooner', () => {
    const ten = Array.from({ length: 10 }, () => 1_000)
    expect(spendAt([...ten, 1_000 + MINUTE_MS - 1]).at(-1)).to.equal(true)
    expect(spendAt([...ten, 1_000 + MINUTE_MS]).at(-1)).to.equal(false)
    expect(spendAt([...ten, 1_000 + MINUTE_MS, 1_001 + MINUTE_MS]).at(-1)).to.equal(true)
    expect(spendAt([...ten, 1_000 + 2 * MINUTE_MS, 1_001 + 2 * MINUTE_MS]).at(-1)).to.equal(false)
  })

  it('counts the minutes from the first fault, not from the last that was forgiven', () => {
    const ten = Array.from({ length: 10 }, () => 0)
    expect(spendAt([...ten, 1.5 * MINUTE_MS, 2 * MINUTE_MS, 2 * MINUTE_MS]).slice(10)).to.deep.equal([
      false,
      false,
      true,
    ])
  })

  it('takes one fault a minute for ever', () => {
    expect(spendAt(Array.from({ length: 500 }, (_, minute) => minute * MINUTE_MS))).not.to.include(true)
  })

  it('saves nothing up: after long peace it is ten again', () => {
    const late = 1_000 * MINUTE_MS
    expect(spendAt([0, ...eleven.map(() => late)])).to.deep.equal([false, ...eleven])
  })

  it('keeps the accounts of connections apart', () => {
    const [one, other] = [createFaultBudget(), createFaultBudget()]
    for (const _ of eleven) one.spend(0)
    expect(other.spend(0)).to.equal(false)
  })

  it('agrees with counting minute by minute', () => {
    const gaps = fc.array(
      fc.oneof({ weight: 4, arbitrary: fc.nat(3_000) }, { weight: 1, arbitrary: fc.nat(3 * MINUTE_MS) }),
      { maxLength: 60 },
    )
    fc.assert(
      fc.property(fc.nat(MINUTE_MS), gaps, (startMs, gapsMs) => {
        let nowMs = startMs
        const times = gapsMs.map((gapMs) => {
          nowMs += gapMs
          return nowMs
        })
        expect(spendAt(times)).to.deep.equal(plainly(times))
      }),
    )
  })
})
