import { expect } from 'chai'
import * as fc from 'fast-check'
import { builtInEvents, defaultSubscription } from '../../lib/event/catalogue.ts'
import { codecDetails } from '../../lib/base/codec-details.ts'
import type { EventDefinition } from '../../lib/event/definition.ts'
import { isTypeName, upperName } from '../../lib/event/type-name.ts'
import { propertyRuns } from '../setup.ts'
import { arbitraryOf } from './arbitrary-of.ts'
import { recordOf } from './events.ts'
import { builtInTypes, samples } from './samples.ts'

/** PROTOCOL section 6, word by word. */
const families = {
  agent: 'starting started stopping stopped error',
  p2p: 'peer_discovered peer_connected peer_disconnected card_exchange tool_request tool_response',
  task: 'created started progress completed failed cancelled',
  dsl: 'command_received command_progress command_completed',
  workflow:
    'requested started progress completed failed cancelled cancel_requested node_status_update input_required input_provided',
  tool: 'starting executed completed failed',
  ws: 'client_connected client_disconnected message_received message_sent',
  log: 'entry stream',
  system: 'shutdown error',
}
const specified = Object.entries(families).flatMap(([head, rest]) => rest.split(' ').map((name) => `${head}.${name}`))

const definitions: readonly (readonly [string, EventDefinition])[] = Object.entries(builtInEvents)

describe('the catalogue', () => {
  it('has exactly the types of the protocol', () => {
    expect(Object.keys(builtInEvents)).to.have.members(specified)
    expect(builtInTypes).to.have.members(specified)
  })

  it('has names that are well-formed and differ in their upper-case form', () => {
    for (const type of specified) expect(isTypeName(type), type).to.equal(true)
    expect(new Set(specified.map(upperName))).to.have.property('size', specified.length)
  })

  it('stores all but ws.*, log.stream and system.*', () => {
    const live = definitions.filter(([, { stored = true }]) => !stored).map(([type]) => type)
    expect(live).to.have.members([
      'ws.client_connected',
      'ws.client_disconnected',
      'ws.message_received',
      'ws.message_sent',
      'log.stream',
      'system.shutdown',
      'system.error',
    ])
  })

  it('cuts results, never an error or a graph: half of those would say something else', () => {
    const bulky = Object.fromEntries(definitions.filter(([, { bulky: fields }]) => fields !== undefined))
    for (const type of ['task.completed', 'tool.executed', 'tool.completed', 'p2p.tool_response']) {
      expect(bulky[type]?.bulky, type).to.deep.equal(['result'])
    }
    expect(bulky['workflow.completed']?.bulky).to.deep.equal(['results'])
    expect(bulky['dsl.command_completed']?.bulky).to.include('result')
    expect(Object.keys(bulky)).to.have.length(6)
  })

  it('is heard by default as the protocol says', () => {
    expect(defaultSubscription).to.have.members([
      'dsl.command_progress',
      'dsl.command_completed',
      'task.started',
      'task.progress',
      'task.completed',
      'task.failed',
      'workflow.started',
      'workflow.progress',
      'workflow.completed',
      'workflow.failed',
      'workflow.cancelled',
      'workflow.node_status_update',
      'workflow.input_required',
      'tool.executed',
      'tool.failed',
      'p2p.tool_response',
    ])
  })

  for (const type of builtInTypes) {
    const { least, broken } = samples[type]
    const definition: EventDefinition = builtInEvents[type]

    it(`${type} takes its least data, with further fields, and names what is wrong with broken data`, () => {
      expect(definition.data.is(least)).to.equal(true)
      expect(recordOf(least, definition).data).to.deep.equal(least)
      const more = { ...least, ofTheHost: { any: ['thing'] } }
      expect(recordOf(more, definition).data).to.deep.equal(more)
      for (const [data, path] of broken) {
        const decoded = definition.data.decode(data)
        const paths = decoded._tag === 'Left' ? codecDetails(decoded.left).map((detail) => detail.path) : ['it decodes']
        expect(new Set(paths)).to.deep.equal(new Set([path]))
      }
    })
  }

  it('every type takes back what it encoded, whatever its data', () => {
    for (const [, definition] of definitions) {
      fc.assert(
        fc.property(arbitraryOf(definition.data), (data) => {
          const record = recordOf(data, definition)
          expect(definition.data.is(record.data)).to.equal(true)
          expect(JSON.stringify(record.data)).to.equal(record.json)
        }),
        { numRuns: Math.ceil(propertyRuns / 10) },
      )
    }
  })
})
