import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

// Without the last ones it asks hosts of its maker at every start.
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser on `PATH`; undefined where there is none. */
function findChromium(): string | undefined {
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim()
    } catch {
      // the next one
    }
  }
  return undefined
}

/**
 * A browser for the tests of one `describe`. Where there is none they are pending, and the reason is printed; with `REQUIRE_SERVERS=1`
 * they fail.
 */
export function useBrowser(): () => BrowserContext {
  let context: BrowserContext | undefined
  let folder = ''
  before(async function (this: Mocha.Context) {
    const executablePath = findChromium()
    if (executablePath === undefined) {
      if (process.env['REQUIRE_SERVERS'] === '1') throw new Error('there is no chromium on PATH')
      process.stdout.write('      pending: there is no chromium on PATH\n')
      return this.skip()
    }
    folder = await mkdtemp(join(tmpdir(), 'praxis-browser-'))
    context = await chromium.launchPersistentContext(folder, { executablePath, headless: true, args: ARGUMENTS })
    return undefined
  })
  after(async () => {
    await context?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })
  return () => {
    if (context === undefined) throw new Error('the browser is not there')
    return context
  }
}
