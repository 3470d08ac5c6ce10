import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { useBrowser } from '../support/chromium.ts'
import { inTime } from '../support/waiting.ts'

const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)))

interface Started {
  readonly url: string
  readonly port: string
  readonly kill: () => Promise<void>
}

describe('the page of the example server', () => {
  const browser = useBrowser()
  const children: ChildProcess[] = []
  let workspace = ''
  let page: Page
  const errors: string[] = []

  const start = async (port = '0'): Promise<Started> => {
    const env = { PATH: process.env['PATH'] ?? '', PORT: port, PRAXIS_WORKSPACE: workspace, LOG_LEVEL: 'silent' }
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/server.ts'], { cwd: ROOT, env })
    children.push(child)
    let output = ''
    const listening = new Promise<string>((found) => {
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8')
        const url = /listening on (http:\S+)/.exec(output)?.[1]
        if (url !== undefined) found(url)
      })
    })
    const url = await inTime(listening, 'the server', 15_000)
    const kill = async (): Promise<void> => {
      const gone = once(child, 'close')
      child.kill('SIGKILL')
      await gone
    }
    return { url, port: new URL(url).port, kill }
  }
  /** Waits until the page says so: it is what a user sees that counts. */
  const sees = async (selector: string): Promise<void> => {
    await page.waitForSelector(selector, { timeout: 15_000, state: 'attached' })
  }

  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'praxis-page-'))
    errors.length = 0
    page = await browser().newPage()
    page.on('pageerror', (error) => errors.push(String(error)))
  })
  afterEach(async () => {
    await page.close()
    for (const child of children.splice(0)) child.kill('SIGKILL')
    await rm(workspace, { recursive: true, force: true })
    expect(errors).to.deep.equal([])
  })

  it('runs a workflow and shows its nodes as they go', async () => {
    const { url } = await start()
    await page.goto(url)
    await sees('#link[data-state=live]')
    await page.click('#run')
    await sees('[data-node=plan][data-status=running]')
    await sees('[data-node=left][data-status=running] progress')
    await sees('[data-node=left][data-status=completed]')
    await sees('#summary[data-status=completed]')
    expect(await page.textContent('#results')).to.contain('browser.txt')
    expect(await page.isEnabled('#run')).to.equal(true)
  })

  it('cancels it', async () => {
    const { url } = await start()
    await page.goto(url)
    await page.click('#run')
    await sees('[data-node=plan][data-status=running]')
    await page.click('#cancel')
    await sees('#summary[data-status=run_cancelled]')
    expect(await page.isEnabled('#run')).to.equal(true)
  })

  it('survives the death of its server: comes back by itself, settles what is lost, and runs again', async () => {
    const first = await start()
    await page.goto(first.url)
    await page.click('#run')
    await sees('[data-node=left][data-status=running]')
    await first.kill()
    await sees('#link[data-state=waiting]')
    expect(await page.getAttribute('#summary', 'data-status')).to.equal('running')
    const second = await start(first.port)
    await sees('#link[data-state=live]')
    await sees('#summary[data-status=run_lost]')
    await page.click('#run')
    await sees('#summary[data-status=completed]')
    await second.kill()
  })
}).timeout(60_000)
