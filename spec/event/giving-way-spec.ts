import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { builtInEvents } from '../../lib/event/catalogue.ts'
import type { EventDefinition } from '../../lib/event/definition.ts'
import type { BusEvent } from '../../lib/event/event.ts'
import { conflationKeyOf, isTerminal } from '../../lib/event/giving-way.ts'

const definitions = new Map<string, EventDefinition>(Object.entries(builtInEvents))

function keyOf(type: string, data: unknown, definition = definitions.get(type)): string | undefined {
  const event: BusEvent = { id: 'e1', type, data, timestamp: '2026-01-01T00:00:00.000Z', tags: [] }
  return conflationKeyOf(event, definition)
}

describe('isTerminal', () => {
  it('is so for exactly the types that somebody may wait for (SEMANTICS "Backpressure")', () => {
    const terminal = [...definitions].filter(([, definition]) => isTerminal(definition)).map(([type]) => type)
    expect(terminal).to.have.members([
      'workflow.completed',
      'workflow.failed',
      'workflow.cancelled',
      'workflow.input_required',
      'dsl.command_completed',
      'task.completed',
      'task.failed',
    ])
  })

  it("is a matter of the definition for a host's own types, and not so where that says nothing or there is none", () => {
    expect(isTerminal({ data: t.unknown, terminal: true })).to.equal(true)
    expect(isTerminal({ data: t.unknown, terminal: false })).to.equal(false)
    expect(isTerminal({ data: t.unknown })).to.equal(false)
    expect(isTerminal(undefined)).to.equal(false)
  })
})

describe('conflationKeyOf', () => {
  it('is there for exactly two built-in types', () => {
    const data = { executionId: 'e', workflowId: 'w', nodeId: 'n', progress: 1 }
    const keyed = [...definitions.keys()].filter((type) => keyOf(type, data) !== undefined)
    expect(keyed).to.have.members(['task.progress', 'workflow.progress'])
  })

  it('never belongs to a terminal type', () => {
    for (const [type, definition] of definitions) {
      expect(isTerminal(definition) && definition.conflateBy !== undefined, type).to.equal(false)
    }
  })

  describe('of task.progress', () => {
    const key = (data: object): string | undefined => keyOf('task.progress', { progress: 1, ...data })

    it('is its node in its run', () => {
      expect(key({ executionId: 'e', nodeId: 'n' })).to.equal(
        key({ executionId: 'e', nodeId: 'n', progress: 99, message: 'x' }),
      )
      expect(key({ executionId: 'e', nodeId: 'n' })).not.to.equal(key({ executionId: 'e', nodeId: 'm' }))
      expect(key({ executionId: 'e', nodeId: 'n' })).not.to.equal(key({ executionId: 'f', nodeId: 'n' }))
    })

    it('is its node where it belongs to no run', () => {
      expect(key({ nodeId: 'n' }))
        .to.be.a('string')
        .and.to.equal(key({ nodeId: 'n', name: 'x' }))
      expect(key({ nodeId: 'n' })).not.to.equal(key({ nodeId: 'm' }))
      expect(key({ nodeId: 'n' })).not.to.equal(key({ nodeId: 'n', executionId: 'e' }))
    })

    it('is none where it tells of no node: it stands for itself', () => {
      expect(key({})).to.equal(undefined)
      expect(key({ executionId: 'e' })).to.equal(undefined)
    })
  })

  describe('of workflow.progress', () => {
    const key = (data: object): string | undefined =>
      keyOf('workflow.progress', { workflowId: 'w', progress: 1, ...data })

    it('is its run', () => {
      expect(key({ executionId: 'e' }))
        .to.be.a('string')
        .and.to.equal(key({ executionId: 'e', progress: 99, message: 'x' }))
      expect(key({ executionId: 'e' })).not.to.equal(key({ executionId: 'f' }))
    })

    it('is that of a node for what tells of one: the run as a whole does not stand for it', () => {
      expect(key({ executionId: 'e', nodeId: 'n' })).to.equal(
        key({ executionId: 'e', nodeId: 'n', status: 'completed' }),
      )
      expect(key({ executionId: 'e', nodeId: 'n' })).not.to.equal(key({ executionId: 'e' }))
      expect(key({ executionId: 'e', nodeId: 'n' })).not.to.equal(key({ executionId: 'e', nodeId: 'm' }))
    })

    it('is none without a run', () => {
      expect(key({})).to.equal(undefined)
      expect(key({ nodeId: 'n' })).to.equal(undefined)
    })
  })

  it('is not shared by two types', () => {
    const data = { executionId: 'x', nodeId: 'x' }
    expect(keyOf('task.progress', data)).not.to.equal(keyOf('workflow.progress', data))
  })

  it('is none where the data is no object, or nothing is known of the type', () => {
    for (const data of [undefined, null, 'n', 7, true]) expect(keyOf('task.progress', data)).to.equal(undefined)
    expect(keyOf('unknown.type', { nodeId: 'n' })).to.equal(undefined)
    expect(keyOf('own.type', { nodeId: 'n' }, { data: t.unknown })).to.equal(undefined)
    expect(keyOf('own.type', { nodeId: 'n' }, { data: t.unknown, conflateBy: [] })).to.equal(undefined)
  })

  it('takes no value that looks like two for two', () => {
    const own: EventDefinition = { data: t.unknown, conflateBy: ['first', 'second'] }
    for (const between of ['","', ',', ' ', '"', '\n']) {
      const one = keyOf('own.type', { first: `a${between}b`, second: 'c' }, own)
      expect(one).not.to.equal(keyOf('own.type', { first: 'a', second: `b${between}c` }, own))
    }
  })

  it('is the same exactly where all its fields are', () => {
    const value = fc.option(
      fc.oneof(fc.constantFrom('a', 'b', 'a","b', '","', '', 'null', '1'), fc.constantFrom(1, 0, true)),
      {
        nil: undefined,
      },
    )
    const data = fc.record({ first: value, second: value, third: value })
    const own: EventDefinition = { data: t.unknown, conflateBy: ['first', 'second'] }
    fc.assert(
      fc.property(data, data, (one, other) => {
        const [key, otherKey] = [keyOf('own.type', one, own), keyOf('own.type', other, own)]
        expect(key === undefined).to.equal(one.first === undefined)
        if (key === undefined || otherKey === undefined) return
        expect(key === otherKey).to.equal(one.first === other.first && one.second === other.second)
      }),
    )
  })
})
