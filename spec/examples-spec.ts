import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { WebSocket } from 'ws'
import { main, type RunningServer } from '../examples/server.ts'
import { createEventBus, createGateway, createToolRegistry, createWorkflowEngine } from '../lib/index.ts'
import { createScriptedTool } from '../lib/testing/scripted-tool.ts'
import {
  doorOf,
  endChildren,
  runClient,
  startChild,
  startClient,
  whileListening,
  withFolder,
  withServer,
} from './examples/fixtures.ts'
import { createTerminal } from './examples/terminal.ts'

describe('the examples', () => {
  let workspace: string
  let server: RunningServer
  let url: string

  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'praxis-rx-examples-'))
    server = await main({ PORT: '0', HOST: '127.0.0.1', PRAXIS_WORKSPACE: workspace, LOG_LEVEL: 'silent' })
    url = doorOf(server.url)
  })

  afterEach(endChildren)

  after(async () => {
    await server.close()
    await rm(workspace, { recursive: true, force: true })
  })

  it('run the demonstration: every node from waiting to done, then the results', async () => {
    const { code, out, err } = await runClient(['workflow'], { PRAXIS_URL: url })
    expect({ code, err }).to.deep.equal({ code: 0, err: '' })
    const lines = out.split('\n')
    expect(lines.slice(0, 6)).to.deep.equal([
      '[··········]   0 %  write  write_file  pending',
      '[··········]   0 %  copy   copy_file   pending',
      '[··········]   0 %  read   read_file   pending',
      '[··········]   0 %  list   list_files  pending',
      '[··········]   0 %  write  write_file  running',
      '[##########] 100 %  write  write_file  completed',
    ])
    // The two sides of the diamond run at the same time, in an order of their own.
    expect(lines.slice(6, 10).sort()).to.deep.equal(
      [
        '[··········]   0 %  copy   copy_file   running',
        '[··········]   0 %  read   read_file   running',
        '[##########] 100 %  copy   copy_file   completed',
        '[##########] 100 %  read   read_file   completed',
      ].sort(),
    )
    expect(lines.slice(10, 12)).to.deep.equal([
      '[··········]   0 %  list   list_files  running',
      '[##########] 100 %  list   list_files  completed',
    ])
    expect(lines[12]).to.match(/^4 of 4 nodes completed in \d+ ms$/)
    expect(lines.slice(13, 16)).to.deep.equal([
      '  write  {"path":"demonstration/hello.txt","bytesWritten":23}',
      '  copy   {"source":"demonstration/hello.txt","destination":"demonstration/copy.txt","bytes":23}',
      '  read   {"path":"demonstration/hello.txt","content":"Hello from a workflow.\\n","encoding":"utf8","bytes":23}',
    ])
    expect(lines[16]).to.include('demonstration/copy.txt').and.to.include('demonstration/hello.txt')
    expect(lines.slice(17)).to.deep.equal([''])
    expect((await readdir(join(workspace, 'demonstration'))).sort()).to.deep.equal(['copy.txt', 'hello.txt'])
  })

  it('run a workflow from a file, and one that fails tells where and why', async () => {
    const file = join(workspace, 'fails.json')
    const node = (id: string, filename: string) => ({ id, type: 'tool_call', tool: 'read_file', params: { filename } })
    const edges = [{ source: 'first', target: 'second' }]
    await writeFile(file, JSON.stringify({ nodes: [node('first', 'none.txt'), node('second', 'x')], edges }))
    const { code, out } = await runClient(['workflow', file, '--url', url])
    expect(code).to.equal(1)
    expect(out.split('\n').slice(2)).to.deep.equal([
      '[··········]   0 %  first   read_file  running',
      '[··········]   0 %  first   read_file  failed: "none.txt" does not exist',
      '[··········]   0 %  second  read_file  skipped',
      'failed at first: "none.txt" does not exist',
      '',
    ])
  })

  it('refuse a workflow that cannot run, and say what is wrong with it', async () => {
    const file = join(workspace, 'bad.json')
    await writeFile(file, JSON.stringify({ nodes: [{ id: 'a', type: 'tool_call', tool: 'fly' }] }))
    const { code, out } = await runClient(['workflow', file, '--url', url])
    expect(code).to.equal(1)
    expect(out).to.match(
      /^refused: the workflow cannot run \(INVALID_WORKFLOW\)\n {2}nodes\[0\]\.tool {2}expected one of .*write_file, .*, got "fly"\n$/,
    )
  })

  it('run a command of one step and of several', async () => {
    const one = await runClient(['dsl', "CALL write_file dsl.txt 'from a command'", '--url', url])
    expect(one.code).to.equal(0)
    expect(withoutTimes(one.out)).to.equal(
      [
        '[··········]   0 %  step1  write_file  running',
        '[##########] 100 %  step1  write_file  completed',
        'completed in N ms',
        '  result  {"path":"dsl.txt","bytesWritten":14}',
        '',
      ].join('\n'),
    )
    expect(await readFile(join(workspace, 'dsl.txt'), 'utf8')).to.equal('from a command')
    const two = await runClient(['dsl', 'CALL copy_file dsl.txt copy.txt\nCALL read_file copy.txt', '--url', url])
    expect(two.code).to.equal(0)
    expect(two.out)
      .to.include('] 100 %  step2  read_file  completed\n')
      .and.match(/\n {2}result {2}\{"step1":.*"step2":.*from a command.*\}\n$/)
  })

  it('show the place of a syntax error', async () => {
    expect(await runClient(['dsl', "CALL write_file 'a", '--url', url])).to.deep.equal({
      code: 1,
      out: [
        "failed: unclosed quote: expected ' to end the text that starts at line 1, column 17 (DSL_SYNTAX)",
        "  CALL write_file 'a",
        '                  ^',
        '',
      ].join('\n'),
      err: '',
    })
  })

  it('chat, well and badly', async () => {
    const words = "Create a file called chat_test.txt with content 'Hello from chat'"
    expect(await runClient(['chat', words, '--url', url])).to.deep.equal({
      code: 0,
      out: [
        `- Processing: ${words}`,
        '[··········]   0 %  step1  write_file  running',
        '[##########] 100 %  step1  write_file  completed',
        'assistant: Wrote chat_test.txt (15 bytes).',
        '',
      ].join('\n'),
      err: '',
    })
    const bad = await runClient(['chat', 'read none.txt', '--url', url])
    expect(bad).to.include({ code: 1, err: '' })
    expect(bad.out).to.match(/\nassistant: That did not work: "none.txt" does not exist\n$/)
  })

  it('print the frames of a run, from the welcome to its last', async () => {
    const { code, out } = await runClient(['dsl', 'CALL list_files', '--json', '--url', url])
    expect(code).to.equal(0)
    const types = out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type)
    expect(types[0]).to.equal('chatMessage')
    expect(types).to.include.members(['subscribed', 'accepted', 'dslProgress'])
    expect(types.at(-1)).to.equal('dslResult')
  })

  it('do not see the runs of each other', async () => {
    const runs = await Promise.all(
      ['a', 'b', 'c'].map((name) => runClient(['dsl', `CALL write_file ${name}.txt ${name}`, '--url', url])),
    )
    for (const [index, name] of ['a', 'b', 'c'].entries()) {
      expect(runs[index]?.out.match(/^\[/gm)).to.have.lengthOf(2)
      expect(runs[index]?.out).to.include(`"path":"${name}.txt"`)
    }
  })

  it('say why a server takes nobody more', async () => {
    await withServer({ PRAXIS_WORKSPACE: workspace, PRAXIS_MAX_CONNECTIONS: '1' }, async (door) => {
      await once(new WebSocket(door), 'message')
      expect(await runClient(['chat', 'hi', '--url', door])).to.deep.equal({
        code: 3,
        out: '',
        err: `cannot connect to ${door}: all connections are taken (503 Service Unavailable)\n`,
      })
    })
  })

  it('say that there is no server', async () => {
    const nobody = createTcpServer()
    const address = await whileListening(nobody, async (found) => found)
    const { host } = new URL(address)
    expect(await runClient(['chat', 'hi', '--url', address])).to.deep.equal({
      code: 3,
      out: '',
      err: `cannot connect to ${address}: connect ECONNREFUSED ${host}\n`,
    })
  })

  for (const [kind, end] of [
    ['workflow', 'cancelled: cancelled from the terminal\n'],
    ['dsl', 'failed: cancelled from the terminal (CANCELLED)\n'],
  ] as const) {
    it(`cancel a ${kind} by a signal, and show how it ends`, async () => {
      const wait = createScriptedTool({ name: 'wait' })
      const bus = createEventBus()
      const engine = createWorkflowEngine({ bus, tools: createToolRegistry([wait.tool]) })
      const gateway = createGateway({ bus, engine })
      const file = join(workspace, 'waits.json')
      await writeFile(file, JSON.stringify({ nodes: [{ id: 'a', type: 'tool_call', tool: 'wait' }] }))

      const http = createServer()
      gateway.attach(http)
      await whileListening(http, async (address) => {
        const client = startClient([kind, kind === 'dsl' ? 'CALL wait' : file, '--url', `${address}/ws/events`])
        await client.out.until('running')
        client.interrupt()
        expect(await client.code).to.equal(1)
        expect(client.out.text()).to.match(/\n- cancelling; .*\n\[.*wait.*cancelled\n/)
        expect(client.out.text().endsWith(`\n${end}`)).to.equal(true, client.out.text())
      })
      expect(wait.calls[0]?.context.signal.aborted).to.equal(true)

      await gateway.close()
      engine.close()
      bus.close()
    })
  }

  it('do what their README shows', async () => {
    const readme = await readFile(new URL('../examples/README.md', import.meta.url), 'utf8')
    const shown = [...readme.matchAll(/^\$ npm run -s client -- (.+)\n([^`$]*)/gm)]
    expect(shown).to.have.lengthOf(6)
    await withFolder((folder) =>
      withServer({ PRAXIS_WORKSPACE: folder }, async (door) => {
        for (const [, words = '', picture = ''] of shown) {
          const argv = [...words.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word)
          const screen = { columns: 200, rows: 40 }
          const { code, out } = startClient([...argv, '--url', door], { NO_COLOR: '1' }, { ...screen, isTTY: true })
          await code
          const terminal = createTerminal(screen.columns, screen.rows)
          terminal.write(out.text())
          expect(withoutTimes(terminal.rows().join('\n').trim())).to.equal(withoutTimes(picture.trim()))
        }
      }),
    )
  })

  it('say which file of a script cannot be read', async () => {
    const { code, err } = await runClient(['dsl', '@no/such.dsl', '--url', url])
    expect({ code, err }).to.deep.equal({ code: 2, err: 'cannot read no/such.dsl: ENOENT\n' })
  })

  it('run as programs of their own, and end when they are told to', async () => {
    const env = { HOST: '127.0.0.1', PORT: '0', PRAXIS_WORKSPACE: join(workspace, 'child'), LOG_LEVEL: 'silent' }
    const child = startChild('examples/server.ts', [], env)
    await child.out.until('\n')
    const found = /^praxis-rx listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(child.out.text())
    expect(found, child.out.text()).to.not.equal(null)

    const client = startChild('examples/client.ts', ['chat', 'create a folder called reports'], {
      PRAXIS_URL: doorOf(found?.[1] ?? ''),
    })
    expect(await client.ended).to.equal(0)
    expect(client.out.text()).to.match(/\nassistant: .*reports.*\n$/)
    expect(client.err.text()).to.equal('')
    expect(await readdir(join(workspace, 'child'))).to.deep.equal(['reports'])

    child.process.kill('SIGTERM')
    expect(await child.ended).to.equal(0)
  })

  it('say in one line which variable of the server is wrong', async () => {
    const child = startChild('examples/server.ts', [], { PORT: 'many' })
    expect(await child.ended).to.equal(2)
    expect(child.out.text()).to.equal('')
    expect(child.err.text()).to.equal('PORT must be an integer from 0 to 65535, got "many"\n')
  })
})

function withoutTimes(text: string): string {
  return text.replace(/ in \d+ ms/g, ' in N ms')
}
