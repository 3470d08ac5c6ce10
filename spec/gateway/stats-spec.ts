import { expect } from 'chai'
import { refusalOf } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { httpRequest } from '../support/http.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

describe('the numbers', () => {
  const { serve } = useServers()

  it('of a fresh server are all there, and zero', async () => {
    const { get, bus } = await serve()
    const answer = await get('/stats')
    expect(answer.status).to.equal(200)
    expect(answer.headers['content-type']).to.match(/^application\/json/)
    expect(answer.headers['cache-control']).to.match(/no-store/)
    const { epoch } = bus.stats()
    const stats = answer.json as Record<string, Record<string, unknown>>
    expect(stats).to.have.all.keys('websocket_manager', 'event_bus', 'server', 'workflow_engine')
    expect(stats['websocket_manager']).to.deep.equal({
      total_connections: 0,
      active_connections: 0,
      messages_sent: 0,
      messages_received: 0,
      broadcast_count: 0,
      errors: 0,
      connection_states: {},
      total_errors: 0,
      average_messages_per_connection: 0,
      bytes_sent: 0,
      dropped: 0,
      conflated: 0,
      slow_consumers: 0,
      queued_bytes: 0,
      rejected: {},
      closed: {},
    })
    expect(stats['event_bus']).to.deep.include({
      events_published: 0,
      events_processed: 0,
      handler_errors: 0,
      websocket_connections: 0,
      running: true,
      epoch,
      seq: 0,
      history_events: 0,
      history_bytes: 0,
    })
    expect(stats['event_bus']?.['active_handlers']).to.be.a('number')
    expect(stats['server']).to.deep.equal({ running: true, config: { websocket_enabled: true } })
    expect(stats['workflow_engine']).to.deep.equal({
      total_executions: 0,
      successful_executions: 0,
      failed_executions: 0,
      retried_executions: 0,
      running: 0,
      average_execution_time: 0,
      abandoned_calls: 0,
      running_nodes: 0,
    })
  })

  it('are right after a known traffic', async () => {
    const server = await serve()
    const [one, two] = [await server.connect(), await server.connect()]
    one.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'n', type: 'tool_call', tool: 'echo' }] })
    await one.next('workflowComplete')
    await two.next('workflowComplete')
    two.send('EXECUTE_WORKFLOW', { nodes: [{ id: 'n', type: 'tool_call', tool: 'fail' }] })
    await one.next('workflowError')
    await two.next('workflowError')
    await two.ask('EXECUTE_WORKFLOW', { nodes: [{ id: 'n', type: 'tool_call', tool: 'hold' }] })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    await two.ask('NOPE')
    server.gateway.broadcast({ type: 'chatMessage', payload: { content: 'all', sender: 'host', type: 'text' } })
    await one.settle()
    await two.settle()
    await refusalOf(server.door('?types=no.such'))
    await refusalOf(server.door(), { headers: { Origin: 'https://evil.example' } })
    await refusalOf(server.door(), { headers: { Origin: 'null' } })
    const third = await server.connect()
    await third.close()
    await eventually(() => expect(server.gateway.connections()).to.have.length(2))

    const { websocket_manager: manager, event_bus: events, workflow_engine: engine } = await server.stats()
    const messages = [one, two, third].flatMap(({ messages: some }) => some)
    // of `one` EXECUTE_WORKFLOW and a PING, of `two` two EXECUTE_WORKFLOW, NOPE and a PING
    expect(manager).to.deep.include({
      total_connections: 3,
      active_connections: 2,
      messages_sent: messages.length,
      messages_received: 6,
      broadcast_count: 1,
      queued_bytes: 0,
      dropped: 0,
      conflated: 0,
      slow_consumers: 0,
      connection_states: { connected: 2 },
      rejected: { INVALID_QUERY: 1, FORBIDDEN: 2 },
      closed: { 1000: 1 },
    })
    expect(manager['bytes_sent']).to.equal(messages.reduce((sum, frame) => sum + wireBytes(frame), 0))
    expect(manager['total_errors']).to.equal(1)
    expect(manager['average_messages_per_connection']).to.be.a('number').and.above(0)
    expect(events).to.include({
      websocket_connections: 2,
      running: true,
      handler_errors: 0,
      seq: server.bus.stats().seq,
    })
    expect(events['events_published']).to.equal(events['events_processed'])
    expect(events['history_events']).to.equal(server.bus.stats().seq)
    expect(events['history_bytes']).to.be.above(500)
    expect(engine).to.include({
      total_executions: 3,
      successful_executions: 1,
      failed_executions: 1,
      retried_executions: 0,
      running: 1,
    })
    expect(engine['average_execution_time']).to.be.a('number').and.at.least(0)
    expect(server.gateway.stats()).to.deep.include({ workflow_engine: engine })
  })

  it('do not break where an executor of the host’s own throws', async () => {
    const { get, engine } = await serve()
    const { stats } = engine
    Object.assign(engine, {
      stats: () => {
        throw new Error('secret')
      },
    })
    const answer = await get('/stats')
    Object.assign(engine, { stats })
    expect(answer).to.include({ status: 500 })
    expect(answer.body).to.not.contain('secret')
    expect(await get('/stats')).to.include({ status: 200 })
  })

  it('come with HEAD too, and health says ok', async () => {
    const { url, get } = await serve()
    const health = await get('/health')
    expect(health).to.include({ status: 200 })
    expect(health.json).to.deep.equal({ status: 'ok' })
    expect(await httpRequest(`${url}/health`, { method: 'HEAD' })).to.include({ status: 200, body: '' })
  })
})

/** What a frame takes on the wire: its text and the header before it. */
function wireBytes(frame: Frame): number {
  const bytes = Buffer.byteLength(JSON.stringify(frame))
  return bytes + (bytes < 126 ? 2 : 4)
}
