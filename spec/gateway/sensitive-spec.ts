import { expect } from 'chai'
import * as t from 'io-ts'
import {
  createEventBus,
  createToolRegistry,
  createWorkflowEngine,
  defineTool,
  sensitive,
  type Tool,
} from '../../lib/index.ts'
import { createTestTime } from '../../lib/testing/index.ts'
import { useServers } from '../support/server.ts'

const SECRET = 's3cr3t-7'

/** A tool with a secret among its params, one deep within them, and one that one agent has; and what they were called with. */
function vault(): { readonly tools: readonly Tool[]; readonly given: unknown[] } {
  const given: unknown[] = []
  const take = (params: unknown): string => {
    given.push(params)
    return 'in'
  }
  const login = { description: 'Logs in.', positional: ['user', 'password'], run: take }
  return {
    given,
    tools: [
      defineTool({ name: 'login', ...login, params: t.type({ user: t.string, password: sensitive(t.string) }) }),
      defineTool({ name: 'ann.enter', ...login, params: t.type({ user: t.string, password: sensitive(t.string) }) }),
      defineTool({
        name: 'connect',
        description: 'Connects to several.',
        params: t.partial({ hosts: t.array(t.type({ name: t.string, key: sensitive(t.string) })) }),
        positional: ['hosts'],
        run: take,
      }),
      defineTool({
        name: 'keys',
        description: 'Takes keys.',
        params: t.type({ keys: t.array(sensitive(t.string)) }),
        run: take,
      }),
      defineTool({
        name: 'either',
        description: 'Takes one of two.',
        params: t.union([
          t.type({ kind: t.literal('a'), key: sensitive(t.string) }),
          t.type({ kind: t.literal('b'), key: t.number }),
        ]),
        positional: ['kind', 'key'],
        run: take,
      }),
      defineTool({ name: 'whisper', description: 'Tells nobody.', params: sensitive(t.UnknownRecord), run: take }),
    ],
  }
}

describe('what a tool marks as sensitive among its params', () => {
  const { serve } = useServers()

  async function watched() {
    const { tools, given } = vault()
    const server = await serve({ tools })
    const sender = await server.connect('?types=*')
    const watcher = await server.connect('?types=*')
    /** All that anybody was ever shown, here or later: frames of both, the log, the state of the runs, the stream given again. */
    const shown = async (): Promise<string> => {
      await sender.settle()
      await watcher.settle()
      const runs = await sender.ask('LIST_RUNS', {})
      const ids = (runs.payload['runs'] as readonly { executionId: string }[]).map(({ executionId }) => executionId)
      if (ids.length > 0) await sender.ask('RUN_STATUS', { executionIds: ids })
      const { epoch } = server.bus.head()
      const late = await server.connect(`?types=*&since=${epoch}:0`)
      await late.next('caughtUp')
      return [...sender.texts, ...watcher.texts, ...late.texts, JSON.stringify(server.logs)].join('\n')
    }
    return { ...server, sender, watcher, given, shown }
  }

  const node = (tool: string, params: object, id = 'a'): object => ({ id, type: 'tool_call', tool, params })

  it('reaches the tool of a workflow, and nobody else', async () => {
    const { sender, given, shown } = await watched()
    sender.send('EXECUTE_WORKFLOW', {
      nodes: [
        node('login', { user: 'ann', password: SECRET }, 'in'),
        node('connect', { hosts: [{ name: '${in}', key: SECRET }] }, 'on'),
        node('whisper', { anything: SECRET }, 'off'),
      ],
      edges: [{ source: 'in', target: 'on' }],
    })
    await sender.next('workflowComplete')
    expect(given).to.have.deep.members([
      { user: 'ann', password: SECRET },
      { hosts: [{ name: 'in', key: SECRET }] },
      { anything: SECRET },
    ])
    const all = await shown()
    expect(all).to.not.contain(SECRET)
    expect(all).to.contain('"user":"ann","password":"[sensitive]"')
    expect(all).to.contain('"hosts":[{"name":"${in}","key":"[sensitive]"}]')
  })

  for (const [what, command, calls] of [
    ['a positional argument', `CALL login ann ${SECRET}`, 1],
    ['a named one', `CALL login --password '${SECRET}' ann`, 1],
    ['one of a script', `CALL login ann ${SECRET}\n# ${SECRET}\nCALL login --password=${SECRET} --user bob`, 2],
    ['one within blocks', `IF 1 == 1\nPARALLEL\nCALL login ann ${SECRET}\nEND_PARALLEL\nENDIF`, 1],
    ['one in a branch that is not taken', `IF 1 == 2\nCALL login a b\nELSE\nCALL login ann ${SECRET}\nENDIF`, 1],
    ["an agent's tool", `AGENT ann\nCALL enter ann ${SECRET}`, 1],
    ['a flag', 'CALL login ann --password', 0],
    ['more arguments than there are', `CALL login ann my ${SECRET}`, 0],
    ['a name given twice', `CALL login ann ${SECRET} --password x`, 0],
    ['a misspelled name', `CALL login ann x --pasword ${SECRET}`, 0],
    ['a text that is no script', `CALL login ann ${SECRET} 'x`, 0],
    ['a secret that is no word', `CALL login ann --${SECRET}!`, 0],
    ['an agent that is known, in a text that is no script', `AGENT ann\nCALL enter ${SECRET} "`, 0],
    ['one that was counted as another', `CALL login --user ann ${SECRET}`, 0],
    ['an option of its own', `CALL login ann x --${SECRET} 1`, 0],
    ['a comment', `CALL login ann #${SECRET}`, 0],
    ['a comment beside harmless steps', `CALL echo 1\n# CALL login ann ${SECRET}`, 0],
    ['what looks like a reference', `CALL login ann 'a\${${SECRET}}b'`, 0],
    ['what looks like a part of a result', `$a = CALL echo 1\nCALL login ann \${a.${SECRET}}`, 0],
    ['one of a union that fits no member', `CALL either b ${SECRET}`, 0],
    ['JSON that does not fit', `CALL connect '[{"name":"x","keys":"${SECRET}"}]'`, 0],
    ['JSON with a reference', `$a = CALL echo 1\nCALL connect '[{"name":"\${a}","key":"${SECRET}"}]'`, 0],
    ['a mistake in another line', `CALL nothing\nCALL login ann ${SECRET}`, 0],
  ] as const) {
    it(`is hidden in a command: ${what}`, async () => {
      const { sender, given, shown } = await watched()
      sender.send('DSL_COMMAND', { command: command as string })
      const result = await sender.next('dslResult')
      expect(result.payload['success'] === true && given.length > 0, JSON.stringify(result)).to.equal(calls > 0)
      expect(given).to.have.length(calls)
      for (const params of given) expect(params).to.have.property('password', SECRET)
      expect(await shown()).to.not.contain(SECRET)
    })
  }

  for (const [content, echo] of [
    [`CALL login ann ${SECRET}`, 'CALL login ann [sensitive]'],
    [`please login ann ${SECRET}`, '[sensitive]'],
    [`LOGIN ann ${SECRET}`, '[sensitive]'],
    ['hello', 'hello'],
  ] as const) {
    it(`is hidden in what is said of a chat message: "${echo}"`, async () => {
      const { sender, shown } = await watched()
      sender.send('CHAT_MESSAGE', { content })
      expect((await sender.next('chatMessage')).payload['content']).to.equal(`Processing: ${echo}`)
      await sender.next('chatMessage')
      expect(await shown()).to.not.contain(SECRET)
    })
  }

  it('is hidden within JSON that a word says, and reaches the tool', async () => {
    const { sender, given, shown } = await watched()
    sender.send('DSL_COMMAND', { command: `CALL connect '[{"name":"x","key":"${SECRET}"}]'` })
    const result = await sender.next('dslResult')
    expect(result.payload).to.include({ success: true, command: 'CALL connect [sensitive]' })
    expect(given).to.deep.equal([{ hosts: [{ name: 'x', key: SECRET }] }])
    expect(await shown()).to.not.contain(SECRET)
  })

  it('is hidden in a text where a list should be, also with a reference in it', async () => {
    const { sender, shown } = await watched()
    const hosts = `[{"name":"\${a}","key":"${SECRET}"}]`
    const nodes = [node('echo', { text: 'x' }), node('connect', { hosts }, 'b')]
    sender.send('EXECUTE_WORKFLOW', { nodes, edges: [{ source: 'a', target: 'b' }] })
    await sender.next('workflowError')
    await sender.ask('EXECUTE_WORKFLOW', { nodes: [node('connect', { hosts: SECRET })] })
    expect(await shown()).to.not.contain(SECRET)
  })

  it('is hidden in what is said of params that do not fit', async () => {
    const { sender, given, shown } = await watched()
    for (const params of [{ user: 1, password: SECRET }, { user: 'ann', pasword: SECRET }, { password: [SECRET] }]) {
      const error = await sender.ask('EXECUTE_WORKFLOW', { nodes: [node('login', params)] })
      expect(error.payload['code']).to.equal('INVALID_WORKFLOW')
    }
    expect(given).to.deep.equal([])
    expect(await shown()).to.not.contain(SECRET)
  })

  it('leaves the place of a mistake to a text that is hidden, and to other texts all', async () => {
    const { sender } = await watched()
    sender.send('DSL_COMMAND', { command: `CALL login ann 'x` })
    const hidden = await sender.next('dslResult')
    expect(hidden.payload['command']).to.equal('[sensitive]')
    expect(hidden.payload['error'])
      .to.include({ code: 'DSL_SYNTAX', line: 1, column: 16 })
      .and.not.have.property('caret')
    sender.send('DSL_COMMAND', { command: `CALL echo 'x` })
    const open = await sender.next('dslResult')
    expect(open.payload['command']).to.equal(`CALL echo 'x`)
    expect(open.payload['error']).to.have.property('caret')
  })

  describe('an order', () => {
    const graph = (password: string) => ({
      nodes: [{ id: 'a', type: 'tool_call' as const, tool: 'login', params: { user: 'ann', password } }],
      edges: [],
    })

    function engineAlone() {
      const { scheduler, advance } = createTestTime()
      const { tools, given } = vault()
      const bus = createEventBus({ scheduler })
      const engine = createWorkflowEngine({ bus, tools: createToolRegistry(tools), scheduler })
      const ends: unknown[] = []
      bus.on('dsl.command_completed', ({ data }) => void ends.push(data.error?.message))
      bus.on('workflow.failed', ({ data }) => void ends.push(data.error))
      const withId = (id: string | undefined) => (id === undefined ? {} : { id })
      return {
        engine,
        given,
        ends,
        advance,
        order: (id: string | undefined, command: string, executionId = 'e') =>
          bus.publish({ type: 'dsl.command_received', data: { command, executionId }, ...withId(id) }),
        orderGraph: (id: string | undefined, asked: ReturnType<typeof graph>, executionId = 'e') =>
          bus.publish({ type: 'workflow.requested', data: { workflowId: 'w', executionId, ...asked }, ...withId(id) }),
      }
    }
    const lost = 'what is sensitive in this order is not here: it stays in the process where the order was given'

    it('gets back what was hidden of it, and of no other of its execution id', async () => {
      const { engine, given, orderGraph, order } = engineAlone()
      const [mine, yours] = [engine.concealGraph?.(graph(SECRET)), engine.concealGraph?.(graph('other'))]
      yours?.forget()
      await orderGraph(mine?.id, mine?.shown as ReturnType<typeof graph>)
      const command = engine.concealCommand?.(`CALL login ann ${SECRET}`)
      expect(command?.shown).to.equal('CALL login ann [sensitive]')
      await order(command?.id, command?.shown ?? '', 'f')
      expect(given).to.deep.equal([
        { user: 'ann', password: SECRET },
        { user: 'ann', password: SECRET },
      ])
    })

    it('of which what was hidden is not here fails: no tool gets what stands for a secret', async () => {
      const { engine, given, ends, order, orderGraph, advance } = engineAlone()
      const taken = engine.concealCommand?.(`CALL login ann ${SECRET}`)
      taken?.forget()
      await order(taken?.id, taken?.shown ?? '')
      await order(undefined, '[sensitive]', 'f')
      await orderGraph(undefined, graph('[sensitive]'), 'g')
      const whole = {
        nodes: [{ id: 'a', type: 'tool_call', tool: 'whisper', params: { x: SECRET } }],
        edges: [],
      } as const
      await orderGraph(undefined, engine.concealGraph?.(whole)?.shown as never, 'h')
      const late = engine.concealCommand?.(`CALL login ann ${SECRET}`)
      await advance(60_001)
      engine.concealCommand?.('CALL login bob x')
      await order(late?.id, late?.shown ?? '', 'i')
      expect(ends).to.deep.equal([lost, lost, lost, lost, lost])
      expect(given).to.deep.equal([])
    })

    it('that would be too large once its secrets are hidden cannot run', () => {
      const { engine } = engineAlone()
      const validate = (count: number): unknown => {
        const params = { keys: Array.from({ length: count }, () => '') }
        const nodes = [{ id: 'a', type: 'tool_call' as const, tool: 'keys', params }]
        return engine.validate({ workflowId: 'w', executionId: 'e', graph: { nodes, edges: [] } })
      }
      expect(validate(10_000)).to.have.property('_tag', 'Right')
      expect(validate(20_000)).to.have.nested.property('left[0].expected', 'a graph of at most 256000 bytes')
    })

    it('that only says so in other places runs', async () => {
      const { given, order, orderGraph } = engineAlone()
      await order(undefined, "CALL login '[sensitive] me' x")
      await orderGraph(undefined, graph('not [sensitive]'), 'f')
      expect(given).to.deep.equal([
        { user: '[sensitive] me', password: 'x' },
        { user: 'ann', password: 'not [sensitive]' },
      ])
    })
  })
})
