import { mkdir, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { openFolder } from '../../../lib/tools/files/folder.ts'
import { createSandbox, type Sandbox } from '../../../lib/tools/files/sandbox.ts'
import { temporaryName } from '../../../lib/tools/files/temporary-name.ts'
import { createUsage } from '../../../lib/tools/files/usage.ts'
import { abortedAtLook, codeOf, createFixture, removeFixtures } from './workspace-fixture.ts'

const { signal } = new AbortController()
const LIMITS = { bytes: 100, entries: 10 }

describe('createUsage', () => {
  afterEach(removeFixtures)

  async function setUp(): Promise<{ readonly root: string; readonly sandbox: Sandbox; openCount: () => number }> {
    const { root } = await createFixture()
    let openCount = 0
    const sandbox = createSandbox(root, (path, from) => {
      openCount += 1
      return openFolder(path, from)
    })
    return { root, sandbox, openCount: () => openCount }
  }

  it('counts what is there, once', async () => {
    const { root, sandbox, openCount } = await setUp()
    await mkdir(join(root, 'a/b'), { recursive: true })
    await writeFile(join(root, 'a/b/x'), 'x'.repeat(60))
    const usage = createUsage(sandbox, LIMITS)
    await usage.admit({ bytes: 40, entries: 7 }, 'y', signal)
    const after = openCount()
    await usage.admit({ bytes: 1, entries: 1 }, 'y', signal)
    expect(await codeOf(usage.admit({ bytes: 41, entries: 0 }, 'y', signal))).to.equal('QUOTA_EXCEEDED')
    expect(await codeOf(usage.admit({ bytes: 0, entries: 8 }, 'y', signal))).to.equal('QUOTA_EXCEEDED')
    expect(openCount()).to.equal(after)
  })

  it('keeps count of what it is told', async () => {
    const { sandbox } = await setUp()
    const usage = createUsage(sandbox, LIMITS)
    await usage.admit({ bytes: 100, entries: 10 }, 'a', signal)
    usage.add({ bytes: 100, entries: 10 })
    expect(await codeOf(usage.admit({ bytes: 1, entries: 0 }, 'b', signal))).to.equal('QUOTA_EXCEEDED')
    expect(await codeOf(usage.admit({ bytes: 0, entries: 1 }, 'b', signal))).to.equal('QUOTA_EXCEEDED')
    usage.add({ bytes: -1, entries: -1 })
    await usage.admit({ bytes: 1, entries: 1 }, 'b', signal)
  })

  it('lets shrink what is too large already', async () => {
    const { root, sandbox } = await setUp()
    await writeFile(join(root, 'a'), 'x'.repeat(500))
    await createUsage(sandbox, LIMITS).admit({ bytes: -100, entries: 0 }, 'a', signal)
  })

  it('counts again before it refuses, at most every 10 s', async () => {
    const { root, sandbox } = await setUp()
    await writeFile(join(root, 'a'), 'x'.repeat(100))
    let nowMs = 5_000
    const usage = createUsage(sandbox, LIMITS, () => nowMs)
    const admit = (): Promise<void> => usage.admit({ bytes: 1, entries: 1 }, 'b', signal)
    expect(await codeOf(admit())).to.equal('QUOTA_EXCEEDED')
    await rm(join(root, 'a'))
    nowMs += 9_999
    expect(await codeOf(admit())).to.equal('QUOTA_EXCEEDED')
    nowMs += 1
    await admit()
  })

  it('follows no link', async () => {
    const { root, sandbox } = await setUp()
    await symlink('.', join(root, 'loop'))
    await symlink('/', join(root, 'all'))
    await createUsage(sandbox, LIMITS).admit({ bytes: 100, entries: 8 }, 'a', signal)
  })

  it('counts files that are being written, and removes those a crash left', async () => {
    const { root, sandbox } = await setUp()
    const [fresh, left] = [temporaryName(), temporaryName()]
    await writeFile(join(root, fresh), 'x'.repeat(30))
    await writeFile(join(root, left), 'x'.repeat(30))
    const hoursAgo = Date.now() / 1_000 - 7_200
    await utimes(join(root, left), hoursAgo, hoursAgo)
    const usage = createUsage(sandbox, LIMITS)
    await usage.admit({ bytes: 70, entries: 1 }, 'a', signal)
    expect(await codeOf(usage.admit({ bytes: 71, entries: 1 }, 'a', signal))).to.equal('QUOTA_EXCEEDED')
    expect(await readdir(root)).to.deep.equal([fresh])
  })

  it('stops counting when the call is cancelled, and counts for the next one', async () => {
    const { sandbox } = await setUp()
    const usage = createUsage(sandbox, LIMITS)
    expect(await codeOf(usage.admit({ bytes: 1, entries: 1 }, 'a', abortedAtLook(1)))).to.equal('ABORTED')
    await usage.admit({ bytes: 1, entries: 1 }, 'a', signal)
  })

  it('runs one change after the other, also after one that failed', async () => {
    const { sandbox } = await setUp()
    const usage = createUsage(sandbox, LIMITS)
    const log: string[] = []
    const change = (name: string, work: () => Promise<unknown>) => async (): Promise<void> => {
      log.push(`${name} begins`)
      await work()
      log.push(`${name} ends`)
    }
    const results = await Promise.allSettled([
      usage.exclusively(change('first', () => readdir('.'))),
      usage.exclusively(change('second', () => Promise.reject(new Error('no')))),
      usage.exclusively(change('third', () => Promise.resolve())),
    ])
    expect(results.map((result) => result.status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled'])
    expect(log).to.deep.equal(['first begins', 'first ends', 'second begins', 'third begins', 'third ends'])
  })
})
