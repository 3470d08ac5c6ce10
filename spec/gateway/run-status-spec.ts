import { expect } from 'chai'
import type { Client } from '../support/client.ts'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

interface Entry {
  readonly executionId: string
  readonly status: string
  readonly [field: string]: unknown
}

const entriesOf = ({ payload }: Frame): readonly Entry[] => payload['runs'] as readonly Entry[]
const idsOf = (frame: Frame): readonly string[] => entriesOf(frame).map(({ executionId }) => executionId)

async function run(client: Client, executionId: string, tool = 'echo'): Promise<void> {
  client.send('EXECUTE_WORKFLOW', { executionId, workflowId: 'w', nodes: [{ id: 'a', type: 'tool_call', tool }] })
  await client.next(({ type, payload }) => type !== 'accepted' && payload['executionId'] === executionId)
}

describe('RUN_STATUS', () => {
  const { serve } = useServers()

  it('tells of runs that go on and runs that ended, also a connection that never saw them', async () => {
    const { connect, hold } = await serve()
    const one = await connect()
    await run(one, 'done')
    await one.next('workflowComplete')
    await run(one, 'failed', 'fail')
    await one.next('workflowError')
    await run(one, 'live', 'hold')
    await eventually(() => expect(hold.calls).to.have.length(1))
    await one.close()
    const other = await connect('?types=')
    const answer = await other.ask('RUN_STATUS', { executionIds: ['done', 'failed', 'live', 'nobody', 'done'] })
    expect(answer.type).to.equal('runStatus')
    const [done, failed, live, nobody, ...more] = entriesOf(answer)
    expect(more).to.deep.equal([])
    expect(done).to.deep.include({
      executionId: 'done',
      workflowId: 'w',
      status: 'completed',
      nodes: { a: 'completed' },
    })
    expect(done).to.include.keys('results', 'startedAt', 'finishedAt')
    expect(done?.['startSeq']).to.be.a('number').above(0)
    expect(failed).to.include({ executionId: 'failed', status: 'failed' }).and.include.keys('error')
    expect(live).to.deep.include({ executionId: 'live', status: 'running', nodes: { a: 'running' } })
    expect(live).to.not.have.any.keys('results', 'finishedAt', 'error')
    expect(nobody).to.deep.equal({ executionId: 'nobody', status: 'unknown', nodes: {} })
  })

  it('knows a run from the moment it was accepted', async () => {
    const { connect } = await serve()
    const client = await connect()
    client.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes: [{ id: 'a', type: 'tool_call', tool: 'hold' }] })
    client.send('DSL_COMMAND', { command: 'CALL hold' })
    const { executionId } = (
      await client.next(({ type, payload }) => type === 'accepted' && payload['executionId'] !== 'e')
    ).payload
    const answer = await client.ask('RUN_STATUS', { executionIds: ['e', executionId] })
    expect(entriesOf(answer).map(({ status }) => status)).to.deep.equal(['running', 'running'])
  })

  it("does not tell of another's runs", async () => {
    const { connect } = await serve({ gateway: { authenticate: ({ headers }) => ({ id: String(headers['x-as']) }) } })
    const [ann, bob] = await Promise.all(['ann', 'bob'].map((as) => connect('', { headers: { 'x-as': as } })))
    if (ann === undefined || bob === undefined) return
    await run(ann, 'hers')
    const answer = await bob.ask('RUN_STATUS', { executionIds: ['hers'] })
    expect(entriesOf(answer)).to.deep.equal([{ executionId: 'hers', status: 'unknown', nodes: {} }])
    expect(idsOf(await bob.ask('LIST_RUNS'))).to.deep.equal([])
    expect(idsOf(await ann.ask('LIST_RUNS'))).to.deep.equal(['hers'])
  })

  it('without an engine is answered with NO_EXECUTOR', async () => {
    const { connect } = await serve({ engine: false })
    const client = await connect()
    for (const [type, payload] of [
      ['RUN_STATUS', { executionIds: ['e'] }],
      ['LIST_RUNS', {}],
    ] as const) {
      expect((await client.ask(type, payload)).payload).to.include({ code: 'NO_EXECUTOR' })
    }
  })
})

describe('LIST_RUNS', () => {
  const { serve } = useServers()

  it('lists the newest first, a page at a time, without results', async () => {
    const { connect } = await serve()
    const client = await connect()
    const ids = Array.from({ length: 7 }, (_, index) => `run-${index}`)
    for (const id of ids) {
      await run(client, id)
      await client.next('workflowComplete')
    }
    const listed: string[] = []
    let before: unknown
    const pages: number[] = []
    do {
      const page = await client.ask('LIST_RUNS', { limit: 3, ...(before === undefined ? {} : { before }) })
      expect(page.type).to.equal('runList')
      for (const entry of entriesOf(page)) expect(entry).to.not.have.property('results')
      listed.push(...idsOf(page))
      pages.push(idsOf(page).length)
      before = page.payload['next']
    } while (before !== undefined)
    expect(listed).to.deep.equal(ids.toReversed())
    expect(pages).to.deep.equal([3, 3, 1])
  })

  it('takes 50 where nothing is said, and goes on where new runs came meanwhile', async () => {
    const { connect } = await serve({ gateway: { rateLimits: false } })
    const client = await connect()
    for (let count = 0; count < 60; count += 1) await run(client, `run-${count}`)
    const first = await client.ask('LIST_RUNS')
    expect(idsOf(first)).to.have.length(50)
    await run(client, 'late')
    const second = await client.ask('LIST_RUNS', { before: first.payload['next'] })
    expect(idsOf(second)).to.have.length(10)
    expect(second.payload).to.not.have.property('next')
    expect(new Set([...idsOf(first), ...idsOf(second)])).to.have.property('size', 60)
  })

  it('lists those of one status', async () => {
    const { connect } = await serve()
    const client = await connect()
    await run(client, 'good')
    await client.next('workflowComplete')
    await run(client, 'bad', 'fail')
    await client.next('workflowError')
    await run(client, 'live', 'hold')
    for (const [status, ids] of [
      ['completed', ['good']],
      ['failed', ['bad']],
      ['running', ['live']],
      ['cancelled', []],
    ] as const) {
      expect(idsOf(await client.ask('LIST_RUNS', { status })), status).to.deep.equal(ids)
    }
    expect(idsOf(await client.ask('LIST_RUNS'))).to.deep.equal(['live', 'bad', 'good'])
  })
})
