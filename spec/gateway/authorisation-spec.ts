import { expect } from 'chai'
import type { GatewayOptions } from '../../lib/index.ts'
import type { Frame } from '../support/frames.ts'
import { type TestServer, useServers } from '../support/server.ts'
import { eventually } from '../support/waiting.ts'

const authenticate: GatewayOptions['authenticate'] = ({ headers }) => ({ id: String(headers['x-user']) })
const runs = (frames: readonly Frame[]): readonly unknown[] => [
  ...new Set(frames.map(({ payload }) => payload['executionId']).filter((id) => id !== undefined)),
]
const node = (tool: string) => [{ id: 'n', type: 'tool_call', tool }]

describe('what a connection may see and do', () => {
  const { serve } = useServers()
  const as = (server: TestServer, user: string, query = '') => server.connect(query, { headers: { 'x-user': user } })

  it('is the runs of its own principal, on all of its connections, and nobody else’s', async () => {
    const server = await serve({ gateway: { authenticate } })
    const [alice, alsoAlice, bob] = [
      await as(server, 'alice'),
      await as(server, 'alice'),
      await as(server, 'bob', '?types=*'),
    ]
    alice.send('EXECUTE_WORKFLOW', { executionId: 'of-alice', nodes: node('echo') })
    await alice.next('workflowComplete')
    alice.send('DSL_COMMAND', { command: 'CALL echo hi' })
    const { executionId } = (await alice.next('dslResult')).payload
    alice.send('CHAT_MESSAGE', { content: 'Create a file called secret.txt' })
    await alice.next('dslResult')
    await alice.next('chatMessage')
    bob.send('EXECUTE_WORKFLOW', { executionId: 'of-bob', nodes: node('echo') })
    await bob.next('workflowComplete')

    expect(runs(bob.messages)).to.deep.equal(['of-bob'])
    expect(JSON.stringify(bob.messages)).to.not.contain('secret.txt').and.not.contain(executionId)
    expect(runs(await alsoAlice.settle()))
      .to.include.members(['of-alice', executionId])
      .and.not.include('of-bob')
    expect(runs(await alice.settle())).to.not.include('of-bob')
    for (const { payload } of alice.messages) expect(payload).to.not.have.property('owner')
  })

  it('is what belongs to no run, of what the host publishes, and what is published for its principal', async () => {
    const server = await serve({ gateway: { authenticate } })
    const query = '?types=log.entry,workflow.started'
    const [alice, bob] = [await as(server, 'alice', query), await as(server, 'bob', query)]
    const log = (message: string, more: object = {}) =>
      ({ type: 'log.entry', data: { level: 'info', message }, ...more }) as const
    await server.bus.publish(log('for all'))
    await server.bus.publish(log('for alice', { owner: 'alice' }))
    await server.bus.publish({ type: 'workflow.started', data: { workflowId: 'w', executionId: 'of nobody' } })
    const texts = (frames: readonly Frame[]): readonly unknown[] => frames.map(({ payload }) => payload['message'])
    expect(texts(await alice.settle())).to.deep.equal(['for all', 'for alice'])
    expect(texts(await bob.settle())).to.deep.equal(['for all'])
  })

  it('does not include cancelling another’s run, nor learning whether there is one', async () => {
    const server = await serve({ gateway: { authenticate } })
    const [alice, bob] = [await as(server, 'alice'), await as(server, 'bob')]
    await alice.ask('EXECUTE_WORKFLOW', { workflowId: 'w', executionId: 'of-alice', nodes: node('hold') })
    await eventually(() => expect(server.hold.calls).to.have.length(1))
    const refused = await bob.ask('CANCEL_WORKFLOW', { executionId: 'of-alice' })
    expect(refused).to.include({ type: 'error' })
    expect(refused.payload).to.include({ code: 'FORBIDDEN' })
    bob.send('CANCEL_WORKFLOW', { workflowId: 'w' })
    await bob.settle()
    expect(server.hold.calls[0]?.context.signal.aborted).to.equal(false)
    const taken = await bob.ask('EXECUTE_WORKFLOW', { executionId: 'of-alice', nodes: node('echo') })
    expect(taken.payload).to.include({ code: 'INVALID_WORKFLOW' })
    expect(JSON.stringify(bob.messages)).to.not.contain('"workflowId":"w"')
    alice.send('CANCEL_WORKFLOW', { executionId: 'of-alice' })
    expect((await alice.next('workflowError')).payload).to.include({ status: 'cancelled' })
  })

  it('is every run with scope all, and in the log there is one warning that nobody is asked who they are', async () => {
    const open = await serve()
    const [one, other] = [await open.connect(), await open.connect()]
    one.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes: node('echo') })
    await other.next('workflowComplete')
    expect(runs(other.messages)).to.deep.equal(['e'])
    expect(open.logs.filter(({ level }) => level === 'warn')).to.have.length(1)

    const closed = await serve({ gateway: { authenticate, scope: 'all' } })
    const [alice, bob] = [await as(closed, 'alice'), await as(closed, 'bob')]
    alice.send('EXECUTE_WORKFLOW', { executionId: 'e', nodes: node('hold') })
    await bob.next('workflowStart')
    bob.send('CANCEL_WORKFLOW', { executionId: 'e' })
    expect((await alice.next('workflowError')).payload).to.include({ status: 'cancelled' })
  })

  it('is narrowed by the host’s rule, asked with principal and event for each event', async () => {
    const server = await serve({
      gateway: {
        authenticate,
        authorize: (principal, { type, tags }) => {
          if (tags.includes('broken')) throw new Error('a rule that fails')
          return !tags.includes('internal') || (principal?.id === 'admin' && type === 'log.entry')
        },
      },
    })
    const [admin, bob] = [await as(server, 'admin', '?types=log.entry'), await as(server, 'bob', '?types=log.entry')]
    for (const tag of ['public', 'internal', 'broken', 'public']) {
      await server.bus.publish({ type: 'log.entry', data: { level: 'info', message: tag }, tags: [tag] })
    }
    const texts = (frames: readonly Frame[]): readonly unknown[] => frames.map(({ payload }) => payload['message'])
    expect(texts(await admin.settle())).to.deep.equal(['public', 'internal', 'public'])
    expect(texts(await bob.settle())).to.deep.equal(['public', 'public'])
    expect(server.logs.some(({ level, fields }) => level === 'error' && JSON.stringify(fields) !== '{}')).to.equal(true)
  })
})
