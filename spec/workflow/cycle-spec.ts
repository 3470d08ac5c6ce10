import { expect } from 'chai'
import * as fc from 'fast-check'
import { findCycle } from '../../lib/workflow/cycle.ts'
import { edge } from './graphs.ts'

type Ends = { readonly source: string; readonly target: string }

/** Whether some node can be reached from itself, by the closure of all steps. */
function hasCycle(ids: readonly string[], edges: readonly Ends[]): boolean {
  const reaches = new Set(edges.filter(({ source, target }) => ids.includes(source) && ids.includes(target)).map(key))
  for (const middle of ids) {
    for (const source of ids) {
      for (const target of ids) {
        if (reaches.has(key({ source, target: middle })) && reaches.has(key({ source: middle, target }))) {
          reaches.add(key({ source, target }))
        }
      }
    }
  }
  return ids.some((id) => reaches.has(key({ source: id, target: id })))
}

function key({ source, target }: Ends): string {
  return `${source}>${target}`
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
/** `x` is the end of an edge to nowhere. */
const ends = fc.record({ source: fc.constantFrom(...ids, 'x'), target: fc.constantFrom(...ids, 'x') })

describe('findCycle', () => {
  it('agrees with the transitive closure, and names a cycle that is one', () => {
    let found = 0
    let clean = 0
    fc.assert(
      fc.property(fc.array(ends, { maxLength: 9 }), (edges) => {
        const cycle = findCycle(ids, edges)
        expect(cycle !== undefined).to.equal(hasCycle(ids, edges))
        if (cycle === undefined) {
          clean += 1
          return
        }
        found += 1
        expect(cycle).not.to.be.empty
        expect(new Set(cycle).size).to.equal(cycle.length)
        const known = new Set(edges.map(key))
        for (const [index, source] of cycle.entries()) {
          const target = cycle[(index + 1) % cycle.length] ?? ''
          expect(known.has(key({ source, target })), `an edge from ${source} to ${target}`).to.equal(true)
          expect(ids).to.include(source)
        }
      }),
    )
    expect(Math.min(found, clean), 'cases of each kind').to.be.greaterThan(5)
  })

  it('names the edge of a node to itself', () => {
    expect(findCycle(['a', 'b'], [edge('a', 'b'), edge('b', 'b')])).to.deep.equal(['b'])
  })

  it('leaves out the way that leads into the cycle', () => {
    const edges = [edge('a', 'b'), edge('b', 'c'), edge('c', 'd'), edge('d', 'b')]
    expect(findCycle(['a', 'b', 'c', 'd'], edges)).to.deep.equal(['b', 'c', 'd'])
  })

  it('takes two ways to one node for no cycle', () => {
    const edges = [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('a', 'd'), edge('a', 'b')]
    expect(findCycle(['a', 'b', 'c', 'd'], edges)).to.equal(undefined)
  })

  it('finds none where there is nothing', () => {
    expect(findCycle([], [])).to.equal(undefined)
    expect(findCycle([], [edge('a', 'a')])).to.equal(undefined)
  })

  it('walks a chain longer than the stack is deep, with and without a way back', () => {
    const many = Array.from({ length: 50_000 }, (_, index) => `n${index}`)
    const chain = many.slice(1).map((id, index) => edge(`n${index}`, id))
    expect(findCycle(many, chain)).to.equal(undefined)
    expect(findCycle(many, [...chain, edge('n49999', 'n0')])).to.have.lengthOf(50_000)
  })
})
