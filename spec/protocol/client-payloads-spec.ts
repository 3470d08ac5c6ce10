import { expect } from 'chai'
import { clientPayloads } from '../../lib/protocol/client-payloads.ts'
import { clientMessageTypes } from '../../lib/protocol/message-types.ts'
import { decodedPayload, payloadFaults } from './decoded.ts'

const node = { id: 'a', type: 'tool_call', tool: 't' }

describe('client payloads', () => {
  it('there is one codec for each type', () => {
    expect(Object.keys(clientPayloads)).to.have.members(clientMessageTypes)
  })

  it('DSL_COMMAND takes 1 to 16,384 characters', () => {
    for (const command of ['x', 'x'.repeat(16_384), ' ']) {
      expect(decodedPayload('DSL_COMMAND', { command })).to.deep.equal({ command })
    }
    for (const command of ['', 'x'.repeat(16_385), 5, null]) {
      expect(payloadFaults('DSL_COMMAND', { command })).to.deep.equal(['command: a text of 1 to 16384 characters'])
    }
  })

  it('CHAT_MESSAGE takes words, and who says them', () => {
    const payload = { content: 'hello', sender: 'ann', messageId: 'm' }
    expect(decodedPayload('CHAT_MESSAGE', payload)).to.deep.equal(payload)
    expect(decodedPayload('CHAT_MESSAGE', { content: 'x' })).to.deep.equal({ content: 'x' })
    for (const content of ['', ' \n', 7]) {
      expect(payloadFaults('CHAT_MESSAGE', { content })).to.deep.equal(['content: a text that is not blank'])
    }
    expect(payloadFaults('CHAT_MESSAGE', { content: 'x', sender: 1 })).to.deep.equal(['sender: string'])
  })

  it('PING takes anything up to 4 KiB, counted in bytes', () => {
    const wrapping = Buffer.byteLength('{"a":""}')
    const largest = { a: 'x'.repeat(4_096 - wrapping) }
    expect(decodedPayload('PING', largest)).to.deep.equal(largest)
    expect(decodedPayload('PING', { sequence: 3, deep: [{}] })).to.deep.equal({ sequence: 3, deep: [{}] })
    for (const a of ['x'.repeat(4_097 - wrapping), 'é'.repeat(2_048)]) {
      expect(payloadFaults('PING', { a })).to.deep.equal([': a payload of at most 4096 bytes'])
    }
  })

  it('CANCEL_WORKFLOW names a run or a workflow', () => {
    for (const payload of [
      { executionId: 'e' },
      { workflowId: 'w', reason: 'why' },
      { executionId: 'e', workflowId: 'w' },
    ]) {
      expect(decodedPayload('CANCEL_WORKFLOW', payload)).to.deep.equal(payload)
    }
    expect(payloadFaults('CANCEL_WORKFLOW', { reason: 'why' })).to.deep.equal([': an executionId or a workflowId'])
    expect(payloadFaults('CANCEL_WORKFLOW', { executionId: 'x'.repeat(129) })).to.deep.equal([
      'executionId: a text of 1 to 128 characters',
    ])
  })

  describe('EXECUTE_WORKFLOW', () => {
    const decoded = (payload: unknown): unknown => decodedPayload('EXECUTE_WORKFLOW', payload)
    const faults = (payload: unknown): readonly string[] => payloadFaults('EXECUTE_WORKFLOW', payload)

    it('takes a flat graph, with or without ids and edges', () => {
      const edges = [{ source: 'a', target: 'b', when: 'always' }]
      expect(decoded({ workflowId: 'w', executionId: 'e', nodes: [node], edges })).to.deep.equal({
        workflowId: 'w',
        executionId: 'e',
        nodes: [node],
        edges,
      })
      expect(decoded({ nodes: [] })).to.deep.equal({
        workflowId: undefined,
        executionId: undefined,
        nodes: [],
        edges: [],
      })
    })

    it('takes a wrapped graph, which wins over what stands beside it', () => {
      const workflow = { id: 'inner', nodes: [node], edges: [{ source: 'a', target: 'a' }] }
      const beside = { workflowId: 'outer', executionId: 'e', nodes: [], edges: [] }
      expect(decoded({ workflow, ...beside })).to.deep.equal({
        workflowId: 'inner',
        executionId: 'e',
        nodes: workflow.nodes,
        edges: workflow.edges,
      })
      expect(decoded({ workflow: { nodes: [node] }, workflowId: 'outer' })).to.deep.equal({
        workflowId: 'outer',
        executionId: undefined,
        nodes: [node],
        edges: [],
      })
    })

    it('takes from and to for source and target', () => {
      const edges = [
        { from: 'a', to: 'b' },
        { from: 'b', to: 'c', when: 'failure' },
        { source: 'c', target: 'd', from: 'x', to: 'y' },
      ]
      expect(decoded({ nodes: [], edges })).to.have.deep.property('edges', [
        { source: 'a', target: 'b' },
        { source: 'b', target: 'c', when: 'failure' },
        { source: 'c', target: 'd', from: 'x', to: 'y' },
      ])
      expect(decoded({ workflow: { nodes: [], edges: [{ from: 'a', to: 'b' }] } })).to.have.deep.property('edges', [
        { source: 'a', target: 'b' },
      ])
    })

    it('says where in the graph the fault is', () => {
      const id = 'a text of 1 to 128 characters'
      expect(faults({})).to.deep.equal(['nodes: Array<node>'])
      expect(faults({ nodes: [node, { ...node, id: '' }] })).to.deep.equal([`nodes[1].id: ${id}`])
      expect(faults({ nodes: [{ ...node, type: 'agent' }] })).to.deep.equal(['nodes[0].type: "tool_call" or "input"'])
      expect(faults({ nodes: [], edges: [{ from: 'a' }, { source: 'a' }, 7] })).to.deep.equal([
        `edges[0].to: ${id}`,
        `edges[1].target: ${id}`,
        'edges[2]: { source: a text of 1 to 128 characters, target: a text of 1 to 128 characters }',
        'edges[2]: Partial<{ when: "success", "failure" or "always" }>',
      ])
      expect(faults({ workflow: { nodes: [{ ...node, retries: -1 }] } })).to.deep.equal([
        'workflow.nodes[0].retries: an integer from 0 to 100',
      ])
      expect(faults({ nodes: [], workflowId: '', executionId: 'a\nb' })).to.deep.equal([
        `workflowId: ${id}`,
        `executionId: ${id}`,
      ])
    })

    it('takes no flat graph in the place of a wrapped one that is broken', () => {
      expect(faults({ workflow: null, nodes: [node] })).to.satisfy((found: readonly string[]) =>
        found.every((fault) => fault.startsWith('workflow: ')),
      )
    })
  })

  describe('SUBSCRIBE_EVENTS', () => {
    const decoded = (payload: object): unknown => decodedPayload('SUBSCRIBE_EVENTS', { event_types: [], ...payload })
    const faults = (payload: object): readonly string[] =>
      payloadFaults('SUBSCRIBE_EVENTS', { event_types: [], ...payload })

    it('takes types and a mode', () => {
      const payload = { event_types: ['task.*', 'NODE_STATUS_UPDATE'], mode: 'replace' }
      expect(decoded(payload)).to.deep.equal(payload)
      expect(faults({ event_types: 'task.*' })).to.deep.equal(['event_types: Array<string>'])
      expect(faults({ event_types: ['a', 1] })).to.deep.equal(['event_types[1]: string'])
      expect(faults({ mode: 'merge' })).to.deep.equal(['mode: "add" or "replace"'])
    })

    it('keeps the difference between a filter of null, which clears, and none, which changes nothing', () => {
      expect(decoded({ filter: null })).to.have.property('filter', null)
      expect(decoded({})).not.to.have.property('filter')
      expect(decoded({ filter: {} }))
        .to.have.property('filter')
        .that.deep.equals({})
    })

    it('takes the five lists of a filter, of at most 1,000 texts each', () => {
      const filter = {
        workflow_ids: ['w'],
        execution_ids: [],
        sources: ['s'],
        required_tags: ['a'],
        excluded_tags: ['b'],
      }
      expect(decoded({ filter })).to.have.deep.property('filter', filter)
      for (const field of Object.keys(filter)) {
        const long = { [field]: Array.from({ length: 1_001 }, () => 'x') }
        expect(faults({ filter: long })).to.include(`filter.${field}: a list of at most 1000 texts`)
        expect(faults({ filter: { [field]: [1] } })).to.include(`filter.${field}[0]: string`)
      }
    })
  })

  it('UNSUBSCRIBE_EVENTS takes types', () => {
    expect(decodedPayload('UNSUBSCRIBE_EVENTS', { event_types: ['*'] })).to.deep.equal({ event_types: ['*'] })
    expect(payloadFaults('UNSUBSCRIBE_EVENTS', {})).to.deep.equal(['event_types: Array<string>'])
  })
})
