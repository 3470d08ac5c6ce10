import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { type Client, connectClient } from '../support/client.ts'
import { httpRequest, openRaw, upgradeRequest } from '../support/http.ts'
import { inTime } from '../support/waiting.ts'

const SCRIPT = fileURLToPath(new URL('../../examples/server.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

describe('the example server as a process', function () {
  this.slow(5_000)
  let workspace = ''
  const children: ChildProcessWithoutNullStreams[] = []
  const clients: Client[] = []

  beforeEach(async () => {
    workspace = join(await mkdtemp(join(tmpdir(), 'praxis-process-')), 'made', 'by-the-server')
  })
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate()
    for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
    await rm(join(workspace, '..', '..'), { recursive: true, force: true })
  })

  const start = (
    environment: Record<string, string>,
    [command, ...args]: readonly [string, ...string[]] = [process.execPath, '--import', 'tsx', SCRIPT],
  ) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', PORT: '0', PRAXIS_WORKSPACE: workspace, ...environment },
    })
    children.push(child)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')))
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')))
    const ended = once(child, 'close').then((): Exit => ({ code: child.exitCode, signal: child.signalCode }))
    const listening = async (): Promise<string> => {
      for (;;) {
        const found = /listening on (http:\/\/\S+:\d+)/.exec(output)
        if (found?.[1] !== undefined) return found[1]
        await inTime(Promise.race([once(child.stdout, 'data'), ended]), () => `a line; ${output}${errors}`, 15_000)
        if (child.exitCode !== null) throw new Error(`it ended: ${output}${errors}`)
      }
    }
    return { child, ended, listening, output: () => output, errors: () => errors }
  }
  const connect = async (url: string): Promise<Client> => {
    const client = await connectClient(`${url.replace('http', 'ws')}/ws/events`)
    clients.push(client)
    return client
  }

  const expectDraining = async (signal: 'SIGTERM' | 'SIGINT'): Promise<void> => {
    const { child, ended, listening, output, errors } = start({ LOG_LEVEL: 'silent' })
    const url = await listening()
    const { hostname, port } = new URL(url)
    expect(hostname).to.equal('127.0.0.1')
    expect(output().match(/listening on/g)).to.have.length(1)
    const client = await connect(url)
    client.send('DSL_COMMAND', { command: "CALL write_file a.txt 'from a process'" })
    expect((await client.next('dslResult')).payload).to.include({ success: true })
    expect(await readFile(join(workspace, 'a.txt'), 'utf8')).to.equal('from a process')
    expect(await httpRequest(`${url}/health`)).to.include({ status: 200 })
    expect(await httpRequest(`${url}/elsewhere`)).to.include({ status: 404 })
    const stalled = await openRaw(Number(port))
    stalled.socket.write(upgradeRequest(Number(port), '/ws/events'))
    await stalled.until('Connected to Praxis Agent')
    stalled.socket.pause()

    const closed = client.closed()
    child.kill(signal)
    expect((await closed).code).to.equal(1001)
    expect(client.messages.at(-1)?.payload).to.include.keys('retryAfterMs')
    const exit = await inTime(ended, () => `an end; ${output()}${errors()}`, 9_000)
    expect(exit, output() + errors()).to.deep.equal({ code: 0, signal: null })
    stalled.socket.destroy()
  }

  it('serves, drains at SIGTERM and SIGINT, also with a client connected and one stalled, and ends by itself with 0', async () => {
    await Promise.all([expectDraining('SIGTERM'), expectDraining('SIGINT')])
  })

  it('with no client ends at once', async () => {
    const { child, ended, listening } = start({ LOG_LEVEL: 'silent' })
    await listening()
    const startMs = performance.now()
    child.kill('SIGTERM')
    expect(await inTime(ended, 'an end')).to.deep.equal({ code: 0, signal: null })
    expect(performance.now() - startMs).to.be.below(2_000)
  })

  it('started by npm ends with it: a process manager knows npm only', async () => {
    const { child, listening, output } = start({}, ['npm', 'start'])
    const client = await connect(await listening())
    const closed = client.closed()
    child.kill('SIGTERM')
    expect((await closed).code).to.equal(1001)
    await inTime(once(child.stdout, 'close'), () => `the end of the server: ${output()}`)
  })

  it('that cannot have its port says so and ends at once, with 1', async () => {
    const { port } = new URL(await start({}).listening())
    const { ended, errors } = start({ PORT: port })
    expect(await inTime(ended, 'an end', 15_000)).to.deep.equal({ code: 1, signal: null })
    expect(errors()).to.contain('EADDRINUSE')
  })

  it('with a bad variable says which in one line and ends with 2', async () => {
    const bad = {
      PORT: 'eighty',
      PRAXIS_MAX_CONNECTIONS: '0',
      PRAXIS_HEARTBEAT_MS: '-5',
      PRAXIS_NATS_URL: 'nats://x',
      HOST: '999.1.1.1',
      LOG_LEVEL: 'loud',
    }
    // One after the other: six processes at once take six times as long on a small machine.
    for (const [name, value] of Object.entries(bad)) {
      const { ended, output, errors } = start({ [name]: value })
      expect(await inTime(ended, 'an end', 15_000), name).to.deep.equal({ code: 2, signal: null })
      const lines = (output() + errors()).trim().split('\n')
      expect(lines).to.have.length(1)
      expect(lines[0]).to.contain(name)
    }
    await stat(workspace).then(
      () => expect.fail('the workspace was made'),
      () => undefined,
    )
  }).timeout(90_000)
})
