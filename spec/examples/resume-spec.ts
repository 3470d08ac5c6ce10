import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createProxy, type Proxy } from '../../chaos/proxy.ts'
import { main as resume } from '../../examples/resume.ts'
import { main as serve, type RunningServer } from '../../examples/server.ts'
import { eventually, inTime } from '../support/waiting.ts'

describe('examples/resume.ts', () => {
  let workspace = ''
  let server: RunningServer
  let proxy: Proxy
  let out = ''
  const stdout = {
    write: (text: string): boolean => {
      out += text
      return true
    },
  }

  const start = async (): Promise<void> => {
    server = await serve({ PORT: '0', PRAXIS_WORKSPACE: workspace, LOG_LEVEL: 'silent' })
    proxy.leadTo(Number(new URL(server.url).port))
  }

  beforeEach(async () => {
    out = ''
    workspace = await mkdtemp(join(tmpdir(), 'praxis-resume-'))
    proxy = await createProxy()
    await start()
  })
  afterEach(async () => {
    await proxy.close()
    await server.close()
    await rm(workspace, { recursive: true, force: true })
  })

  const run = (seconds: number, signal?: AbortSignal): Promise<number> =>
    resume({
      argv: [`ws://127.0.0.1:${proxy.port}/ws/events`, String(seconds)],
      env: {},
      stdout,
      ...(signal === undefined ? {} : { signal }),
    })

  it('goes on where it was when its link is cut, and shows each node once', async () => {
    const ended = run(1)
    await eventually(() => expect(out).to.contain('wait running'))
    for (const link of proxy.links()) link.cut('rst')
    expect(await inTime(ended, () => out)).to.equal(0)
    const states = out.split('\n').flatMap((line) => /^- (\w+)/.exec(line)?.[1] ?? [])
    expect(states).to.deep.equal(['connecting', 'live', 'waiting', 'connecting', 'recovering', 'live', 'closed'])
    const nodes = out.split('\n').filter((line) => / (running|completed)$/.test(line))
    expect(nodes).to.deep.equal(
      ['write', 'wait', 'read'].flatMap((node) => [`  ${node} running`, `  ${node} completed`]),
    )
  })

  it('says that the run is lost when the server was made anew', async () => {
    const ended = run(60)
    await eventually(() => expect(out).to.contain('wait running'))
    const old = server
    for (const link of proxy.links()) link.cut('rst')
    await start()
    expect(await inTime(ended, () => out)).to.equal(1)
    expect(out).to.contain('run_lost')
    await old.close()
  })

  it('cancels at Ctrl-C', async () => {
    const controller = new AbortController()
    const ended = run(60, controller.signal)
    await eventually(() => expect(out).to.contain('wait running'))
    controller.abort()
    expect(await inTime(ended, () => out)).to.equal(1)
    expect(out).to.contain('run_cancelled')
  })
})
