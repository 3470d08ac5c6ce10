import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf, createFixture, removeFixtures, withTwoFiles } from './workspace-fixture.ts'

describe('copy_file', () => {
  afterEach(removeFixtures)

  it('goes into a folder that is there, under its own name', async () => {
    const { call, contents } = await withTwoFiles()
    await call('create_directory', { directory: 'there' })
    const result = await call('copy_file', { source: 'a', destination: 'there' })
    expect(result).to.deep.equal({ source: 'a', destination: 'there/a', bytes: 9 })
    expect(await contents()).to.deep.equal({ a: 'content a', b: 'content b', 'there/a': 'content a' })
  })

  it('copies a file, with its permissions, and makes the folders it goes to', async () => {
    const { call, contents, root } = await withTwoFiles()
    await chmod(join(root, 'a'), 0o700)
    const result = await call('copy_file', { source: 'a', destination: './x/c' })
    expect(result).to.deep.equal({ source: 'a', destination: 'x/c', bytes: 9 })
    expect(await contents()).to.deep.equal({ a: 'content a', b: 'content b', 'x/c': 'content a' })
    expect((await stat(join(root, 'x/c'))).mode & 0o777).to.equal(0o700)
  })

  it('takes the place of a file, and says so, and of itself', async () => {
    const { call, contents } = await withTwoFiles()
    const copied = { source: 'a', destination: 'b', bytes: 9, replaced: true }
    expect(await call('copy_file', { source: 'a', destination: 'b' })).to.deep.equal(copied)
    const same = { source: 'b', destination: 'b' }
    expect(await call('copy_file', same)).to.deep.equal({ ...same, bytes: 9 })
    expect(await contents()).to.deep.equal({ a: 'content a', b: 'content a' })
  })

  it('leaves a file that is there where it shall not overwrite, but copies anew, and does so again', async () => {
    const { call, contents } = await withTwoFiles()
    expect(await codeOf(call('copy_file', { source: 'a', destination: 'b', overwrite: false }))).to.equal(
      'ALREADY_EXISTS',
    )
    const copy = { source: 'a', destination: 'c' }
    for (const _ of [1, 2]) {
      expect(await call('copy_file', { ...copy, overwrite: false })).to.deep.equal({ ...copy, bytes: 9 })
    }
    expect(await contents()).to.deep.equal({ a: 'content a', b: 'content b', c: 'content a' })
    await call('create_directory', { directory: 'there' })
    await call('copy_file', { source: 'a', destination: 'there', overwrite: false })
    expect(await contents()).to.include({ 'there/a': 'content a' })
  })

  it('copies 5 MB of any bytes', async () => {
    const { call, root } = await createFixture()
    const bytes = Buffer.alloc(
      5_000_000,
      Uint8Array.from({ length: 251 }, (_, index) => index + 5),
    )
    await writeFile(join(root, 'a'), bytes)
    expect(await call('copy_file', { source: 'a', destination: 'b' })).to.include({ bytes: 5_000_000 })
    const search = await call('list_files', { pattern: 'b' })
    expect(search).to.deep.equal({ directory: '.', files: [{ path: 'b', bytes: 5_000_000 }] })
    const copy = await readFile(join(root, 'b'))
    expect(copy.equals(bytes)).to.equal(true)
  })

  it('refuses what is too large', async () => {
    const { call, contents, root } = await withTwoFiles({ maxFileBytes: 9 })
    await mkdir(join(root, 'x'))
    await writeFile(join(root, 'x/large'), 'x'.repeat(10))
    expect(await codeOf(call('copy_file', { source: 'x/large', destination: 'a' }))).to.equal('TOO_LARGE')
    expect(await contents()).to.have.property('a', 'content a')
  })
})
