import { expect } from 'chai'
import * as fc from 'fast-check'
import { createPlaces, type Seat } from '../../lib/workflow/places.ts'

describe('places', () => {
  function guests(total: number, names: readonly string[]) {
    const given: string[] = []
    const places = createPlaces(total)
    const seats = new Map(names.map((name): [string, Seat] => [name, places.join(() => given.push(name))]))
    const seat = (name: string): Seat => seats.get(name) ?? places.join(() => undefined)
    // Nobody waits while some are free, but between a release and what follows it.
    const heldBy = (name: string): number => seat(name).reach() - (total - places.taken())
    return { places, given, seat, held: () => names.map(heldBy) }
  }

  it('are there at once while some are free', () => {
    const { seat, given, places, held } = guests(3, ['a', 'b'])
    seat('a').want(2)
    seat('b').want(1)
    expect(given).to.deep.equal(['a', 'a', 'b'])
    expect([...held(), places.taken()]).to.deep.equal([2, 1, 3])
  })

  it('may be taken without a word while nobody waits, and only then', () => {
    const { seat, given, held } = guests(2, ['a', 'b'])
    expect(seat('a').reach()).to.equal(2)
    seat('a').take(1)
    seat('b').want(2)
    expect([seat('a').reach(), seat('b').reach()]).to.deep.equal([1, 1])
    seat('a').take(2)
    expect([...held(), ...given]).to.deep.equal([1, 1, 'b'])
    seat('a').release()
    expect(seat('a').reach()).to.equal(0)
  })

  it('go round among those who wait, so that many wishes do not delay one', () => {
    const { seat, given } = guests(1, ['many', 'one', 'two'])
    seat('many').want(5)
    seat('one').want(1)
    seat('two').want(2)
    for (let turn = 0; turn < 6; turn++) {
      const name = given.at(-1) ?? ''
      seat(name).release()
      seat(name).want(name === 'one' ? 0 : 3)
    }
    expect(given).to.deep.equal(['many', 'many', 'one', 'two', 'many', 'two', 'many'])
  })

  it('are handed on when the run has said what happened, not before', () => {
    const { seat, given } = guests(1, ['a', 'b'])
    seat('a').want(1)
    seat('b').want(1)
    seat('a').release()
    expect(given).to.deep.equal(['a'])
    seat('a').want(1)
    expect(given).to.deep.equal(['a', 'b'])
  })

  it('come back from who wants fewer, and from who leaves', () => {
    const { seat, given, held } = guests(2, ['a', 'b'])
    seat('a').want(2)
    seat('b').want(2)
    seat('a').want(1)
    expect(held()).to.deep.equal([1, 1])
    seat('a').leave()
    expect(held()).to.deep.equal([0, 2])
    seat('b').leave()
    seat('b').leave()
    expect(given).to.deep.equal(['a', 'a', 'b', 'b'])
  })

  it('pass through any number of hands without piling up on the stack', () => {
    const places = createPlaces(1)
    let served = 0
    const first = places.join(() => undefined)
    first.want(1)
    for (let index = 0; index < 20_000; index++) {
      const seat: Seat = places.join(() => {
        served += 1
        seat.release()
        seat.want(0)
      })
      seat.want(1)
    }
    first.leave()
    expect(served).to.equal(20_000)
    expect(places.taken()).to.equal(0)
  })

  it('are never more than there are, and none is left free while somebody waits', () => {
    const moves = fc.array(fc.tuple(fc.nat(3), fc.constantFrom('want', 'release', 'take', 'leave'), fc.nat(4)), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), moves, (total, steps) => {
        const { places, seat, held } = guests(total, ['0', '1', '2', '3'])
        const wanted = [0, 0, 0, 0]
        for (const [who, what, count] of steps) {
          const name = String(who)
          if (what === 'leave') seat(name).leave()
          if (what === 'release') seat(name).release()
          if (what === 'take') seat(name).take(count)
          if (what !== 'leave') seat(name).want(count)
          wanted[who] = what === 'leave' ? 0 : count
          const sum = held().reduce((one, other) => one + other, 0)
          expect(sum).to.equal(places.taken()).and.be.at.most(total)
          for (const [index, has] of held().entries()) expect(has).to.be.at.most(wanted[index] ?? 0)
          const isContent = held().every((has, index) => has >= (wanted[index] ?? 0))
          expect(isContent || sum === total).to.equal(true)
        }
      }),
    )
  })
})
