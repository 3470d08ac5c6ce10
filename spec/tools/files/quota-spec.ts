import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf, createFixture, type Fixture, removeFixtures } from './workspace-fixture.ts'

describe('the quota of the workspace', () => {
  afterEach(removeFixtures)

  /** How many of 50 writes at once succeed; the others must fail for want of room. */
  async function writeFifty({ call }: Fixture, filename: (index: number) => string, bytes: number): Promise<number> {
    const calls = Array.from({ length: 50 }, (_, index) =>
      call('write_file', { filename: filename(index), content: 'x'.repeat(bytes) }),
    )
    const results = await Promise.allSettled(calls)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).to.include({ code: 'QUOTA_EXCEEDED', permanent: true })
    }
    return results.filter((result) => result.status === 'fulfilled').length
  }

  it('holds for 50 writes at once', async () => {
    const fixture = await createFixture({ maxTotalBytes: 1_000 })
    expect(await writeFifty(fixture, (index) => `d${index % 3}/f${index}`, 90)).to.equal(11)
    expect(Object.values(await fixture.contents()).join('')).to.have.length(990)
    // what had no room left no folder either
    await fixture.call('write_file', { filename: 'rest', content: 'x'.repeat(10) })
    expect(await codeOf(fixture.call('write_file', { filename: 'new/x', content: 'x' }))).to.equal('QUOTA_EXCEEDED')
    expect(await readdir(fixture.root)).to.have.members(['d0', 'd1', 'd2', 'rest'])
  })

  it('counts a file that is replaced once, however often', async () => {
    const fixture = await createFixture({ maxTotalBytes: 1_000 })
    expect(await writeFifty(fixture, () => 'same', 900)).to.equal(50)
    expect(await writeFifty(fixture, () => 'other', 101)).to.equal(0)
    expect(await writeFifty(fixture, () => 'other', 100)).to.equal(50)
  })

  it('counts files and folders too, since empty ones take place as well', async () => {
    const fixture = await createFixture({ maxFiles: 10 })
    expect(await writeFifty(fixture, (index) => `f${index}`, 0)).to.equal(10)
    expect(await codeOf(fixture.call('create_directory', { directory: 'x' }))).to.equal('QUOTA_EXCEEDED')
    await fixture.call('delete_file', { filename: 'f0' })
    await fixture.call('delete_file', { filename: 'f1' })
    expect(await codeOf(fixture.call('create_directory', { directory: 'x/y/z' }))).to.equal('QUOTA_EXCEEDED')
    expect(await codeOf(fixture.call('write_file', { filename: 'x/y/z', content: '' }))).to.equal('QUOTA_EXCEEDED')
    await fixture.call('create_directory', { directory: 'x' })
    await fixture.call('write_file', { filename: 'x/y', content: '' })
    expect(await codeOf(fixture.call('write_file', { filename: 'z', content: '' }))).to.equal('QUOTA_EXCEEDED')
  })

  it('follows what every tool does', async () => {
    const { call, root } = await createFixture({ maxTotalBytes: 100 })
    await mkdir(join(root, 'before'))
    await writeFile(join(root, 'before/a'), 'x'.repeat(40))
    const fill = (bytes: number): Promise<unknown> =>
      call('write_file', { filename: 'fill', content: 'x'.repeat(bytes) })
    /** Whether exactly `bytes` are left beside what is there. */
    const expectRoom = async (bytes: number): Promise<void> => {
      expect(await codeOf(fill(bytes + 1))).to.equal('QUOTA_EXCEEDED')
      await fill(bytes)
    }
    await expectRoom(60)
    await fill(0)
    await call('copy_file', { source: 'before/a', destination: 'b' })
    await expectRoom(20)
    expect(await codeOf(call('copy_file', { source: 'b', destination: 'c' }))).to.equal('QUOTA_EXCEEDED')
    await fill(0)
    await call('move_file', { source: 'b', destination: 'before/a' })
    await expectRoom(60)
    await fill(0)
    await call('move_file', { source: 'before/a', destination: 'before/a' })
    await call('move_file', { source: 'before/a', destination: 'moved' })
    await expectRoom(60)
    await call('delete_file', { filename: 'moved' })
    await expectRoom(100)
    await fill(0)
    expect(await codeOf(call('write_file', { filename: 'fill/a', content: 'x' }))).to.equal('NOT_A_DIRECTORY')
    expect(await codeOf(call('write_file', { filename: 'b', content: '!!', encoding: 'base64' }))).to.equal(
      'INVALID_CONTENT',
    )
    await expectRoom(100)
  })

  it('gives back what a cancelled write had taken', async () => {
    const { call } = await createFixture({ maxTotalBytes: 100 })
    await call('write_file', { filename: 'a', content: '' })
    const { signal } = new AbortController()
    let lookCount = 0
    // looked at as not aborted until the bytes are being written
    Object.defineProperty(signal, 'aborted', { get: () => ++lookCount > 3 })
    expect(await codeOf(call('write_file', { filename: 'b', content: 'x'.repeat(100) }, signal))).to.equal('ABORTED')
    await call('write_file', { filename: 'b', content: 'x'.repeat(100) })
  })
})
