import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { defaultSubscription } from '../../lib/index.ts'
import { refusalOf } from '../support/client.ts'
import { errorOf } from '../support/http.ts'
import { useServers } from '../support/server.ts'

describe('the query of the door', () => {
  const { serve } = useServers()

  /** What a connection with this query hears: its `subscribed`. */
  const heard = async (query: string): Promise<Readonly<Record<string, unknown>>> => {
    const { connect } = await serve()
    const client = await connect(query)
    return (await client.ask('SUBSCRIBE_EVENTS', { event_types: [] })).payload
  }

  it('left out means the default subscription, without a filter', async () => {
    const { event_types, filter } = await heard('')
    expect(event_types).to.deep.equal([...defaultSubscription].sort())
    expect(filter).to.equal(null)
  })

  for (const [query, types] of [
    ['?types=workflow.started', ['workflow.started']],
    ['?types=WORKFLOW_STARTED,NODE_STATUS_UPDATE', ['workflow.node_status_update', 'workflow.started']],
    ['?types=dsl.*', ['dsl.command_completed', 'dsl.command_progress', 'dsl.command_received']],
    ['?types=log.*,system.*,log.entry', ['log.entry', 'log.stream', 'system.error', 'system.shutdown']],
    ['?types=dsl.%2A', ['dsl.command_completed', 'dsl.command_progress', 'dsl.command_received']],
    ['?types=', []],
  ] as const) {
    it(`${query} replaces the default subscription by ${types.length === 0 ? 'nothing' : types.join(', ')}`, async () => {
      expect((await heard(query))['event_types']).to.deep.equal(types)
    })
  }

  it('?types=* means the whole catalogue', async () => {
    const { event_types } = await heard('?types=*')
    expect(event_types).to.include.members([...defaultSubscription, 'ws.message_sent', 'log.stream', 'agent.error'])
  })

  it('workflow_id and execution_id filter, each may stand several times', async () => {
    const { filter } = await heard('?workflow_id=w1&execution_id=e1&execution_id=e2&workflow_id=w2')
    expect(filter).to.deep.equal({ workflow_ids: ['w1', 'w2'], execution_ids: ['e1', 'e2'] })
  })

  it('filters what is sent', async () => {
    const { connect, bus } = await serve()
    const client = await connect('?execution_id=e1&execution_id=e3&types=workflow.started')
    for (const executionId of ['e1', 'e2', 'e3']) {
      await bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId } })
      await bus.publish({ type: 'workflow.completed', data: { workflowId: 'w', executionId } })
    }
    expect((await client.settle()).map(({ payload }) => payload['executionId'])).to.deep.equal(['e1', 'e3'])
  })

  it('takes a client UUID, and ignores what it does not know', async () => {
    const { connect } = await serve()
    expect((await connect(`?client=${randomUUID()}`)).welcome.type).to.equal('chatMessage')
    expect((await connect('?token=abc&utm_source=x&types')).welcome.type).to.equal('chatMessage')
  })

  for (const [what, query, parameter] of [
    ['a type that names nothing known', '?types=workflow.started,no.such.type', 'no.such.type'],
    ['a pattern that names nothing known', '?types=nothing.*', 'nothing.*'],
    ['a client that is no UUID', '?client=me', 'client'],
    ['a client given twice', `?client=${randomUUID()}&client=${randomUUID()}`, 'client'],
    ['an empty execution_id', '?execution_id=', 'execution_id'],
    ['a since that is no position', '?since=epoch', 'since'],
    ['a since without its epoch', '?since=:5', 'since'],
    ['a since beyond what numbers hold', '?since=epoch:9007199254740992', 'since'],
    ['a since with a leading zero', '?since=epoch:05', 'since'],
    ['a since of a sign', '?since=epoch:-1', 'since'],
    ['a since with an id that is too long', '?since=epoch:1:123456789', 'since'],
    ['a since given twice', '?since=epoch:1&since=epoch:1', 'since'],
  ] as const) {
    it(`with ${what} is answered with 400 and the details`, async () => {
      const { door, get } = await serve()
      const refusal = await refusalOf(door(query))
      expect(refusal.status).to.equal(400)
      const error = errorOf(refusal)
      expect(error).to.include({ code: 'INVALID_QUERY' })
      expect(error.details).to.be.an('array').with.length.of.at.least(1)
      for (const detail of error.details as object[]) expect(detail).to.have.all.keys('path', 'expected', 'actual')
      expect(JSON.stringify(error.details)).to.contain(parameter)
      expect((await get(`/ws/events${query}`)).json).to.deep.equal(refusal.json)
    })
  }

  it('with more types than one request may name is answered with 400', async () => {
    const { door } = await serve()
    const types = Array.from({ length: 129 }, () => 'workflow.started').join(',')
    expect(await refusalOf(door(`?types=${types}`))).to.include({ status: 400 })
  })
})
