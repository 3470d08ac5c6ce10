import { once } from 'node:events'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect } from 'chai'
import { makeRoot } from '../../../lib/tools/files/make-root.ts'
import type { Race } from './root-maker.ts'
import { createFixture } from './workspace-fixture.ts'

// a worker does not inherit what reads TypeScript
const BOOT = `
  import('tsx/esm/api').then(({ register }) => {
    register()
    return import(${JSON.stringify(new URL('root-maker.ts', import.meta.url).href)})
  })
`

describe('makeRoot', () => {
  it('makes what is missing and gives the real path, also of what is there', async () => {
    const { root, outside } = await createFixture()
    await symlink(root, join(outside, 'link'))
    for (let round = 0; round < 2; round += 1) {
      expect(makeRoot(join(outside, 'link', 'a', 'b'))).to.equal(join(root, 'a', 'b'))
    }
  })

  it('throws where a file is in the way, or the system lets nobody make a folder', async () => {
    const { root } = await createFixture()
    await writeFile(join(root, 'file'), '')
    for (const path of [join(root, 'file'), join(root, 'file', 'below'), '/proc/praxis/a']) {
      expect(() => makeRoot(path), path).to.throw(/EEXIST|ENOTDIR|ENOENT|EACCES/)
    }
  })

  it('makes what others make at the same moment', async () => {
    const { root } = await createFixture()
    const race: Race = { folder: root, count: 300, racers: 2, counts: new Int32Array(new SharedArrayBuffer(8)) }
    await Promise.all(
      Array.from({ length: race.racers }, async () => {
        await once(new Worker(BOOT, { eval: true, workerData: race }), 'exit')
      }),
    )
    expect([...race.counts]).to.deep.equal([race.count * race.racers, 0])
  })
})
