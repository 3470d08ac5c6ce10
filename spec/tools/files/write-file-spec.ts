import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import * as fc from 'fast-check'
import { propertyRuns } from '../../setup.ts'
import { codeOf, createFixture, failureOf, removeFixtures } from './workspace-fixture.ts'

const MIB = 1_048_576

describe('write_file', () => {
  afterEach(removeFixtures)

  it('writes a file, and makes the folders it is in', async () => {
    const { call, contents } = await createFixture()
    expect(await call('write_file', { filename: './a//b/c.txt', content: 'ü' })).to.deep.equal({
      path: 'a/b/c.txt',
      bytesWritten: 2,
    })
    await call('write_file', { filename: 'empty', content: '' })
    expect(await contents()).to.deep.equal({ 'a/b/c.txt': 'ü', empty: '' })
  })

  it('takes the place of a file that is there, says so, and keeps its permissions', async () => {
    const { call, contents, root } = await createFixture()
    await writeFile(join(root, 'run.sh'), 'a longer content than the new one')
    await chmod(join(root, 'run.sh'), 0o750)
    expect(await call('write_file', { filename: 'run.sh', content: 'new' })).to.deep.equal({
      path: 'run.sh',
      bytesWritten: 3,
      replaced: true,
    })
    expect(await contents()).to.deep.equal({ 'run.sh': 'new' })
    expect((await stat(join(root, 'run.sh'))).mode & 0o777).to.equal(0o750)
  })

  it('leaves a file that is there where it shall not overwrite, and says so', async () => {
    const { call, contents, root } = await createFixture()
    await writeFile(join(root, 'a'), 'old')
    for (const [content, overwrite] of [
      ['', false],
      ['new', false],
      ['longer', 'false'],
    ] as const) {
      const error = await failureOf(call('write_file', { filename: 'a', content, overwrite }))
      expect(error).to.include({ code: 'ALREADY_EXISTS', permanent: true })
      expect(error).to.have.property('message', '"a" is there already, and was left as it is')
    }
    expect(await contents()).to.deep.equal({ a: 'old' })
    await call('write_file', { filename: 'a', content: 'new', overwrite: true })
    expect(await contents()).to.deep.equal({ a: 'new' })
  })

  it('makes a file that is not there, and does so again, where it shall not overwrite', async () => {
    const { call, contents } = await createFixture()
    for (const content of ['', 'ü']) {
      const write = { filename: `b/${content}x`, content, overwrite: false }
      const result = { path: write.filename, bytesWritten: Buffer.byteLength(content) }
      expect(await call('write_file', write)).to.deep.equal(result)
      expect(await call('write_file', write)).to.deep.equal(result)
    }
    expect(await contents()).to.deep.equal({ 'b/x': '', 'b/üx': 'ü' })
  })

  it('writes 22 kB and 5 MB', async () => {
    const { call, root } = await createFixture()
    for (const size of [22_000, 5_000_000]) {
      const content = 'é'.repeat(size / 2)
      const result = await call('write_file', { filename: 'big', content })
      expect(result).to.include({ path: 'big', bytesWritten: size })
      expect((await readFile(join(root, 'big'), 'utf8')) === content).to.equal(true)
    }
  })

  it('writes bytes given as base64, and says when they are none', async () => {
    const { call, contents, root } = await createFixture()
    const write = (content: string): Promise<unknown> =>
      call('write_file', { filename: 'a/b.bin', content, encoding: 'base64' })
    expect(await codeOf(write('not base64'))).to.equal('INVALID_CONTENT')
    expect(await contents()).to.deep.equal({})
    expect(await readdir(root)).to.deep.equal([])
    expect(await write('AP8Q')).to.include({ bytesWritten: 3 })
    expect([...(await readFile(join(root, 'a/b.bin')))]).to.deep.equal([0, 255, 16])
  })

  it('is undone by read_file', async () => {
    const { call } = await createFixture()
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.uint8Array(), async (text, bytes) => {
        await call('write_file', { filename: 'a', content: text, encoding: 'utf-8' })
        expect(await call('read_file', { filename: 'a' })).to.include({ content: text, encoding: 'utf8' })
        const content = Buffer.from(bytes).toString('base64')
        await call('write_file', { filename: 'a', content, encoding: 'base64' })
        const read = await call('read_file', { filename: 'a', encoding: 'base64' })
        expect(read).to.include({ content, encoding: 'base64', bytes: bytes.length })
      }),
      { numRuns: Math.ceil(propertyRuns / 5) },
    )
  })

  it('refuses what is too large, and leaves what was there', async () => {
    const { call, contents, root } = await createFixture({ maxFileBytes: 10 })
    await writeFile(join(root, 'a'), 'old')
    const error = await failureOf(call('write_file', { filename: 'a', content: 'x'.repeat(11) }))
    expect(error).to.include({ code: 'TOO_LARGE', message: '"a" is too large: a file holds at most 10 bytes' })
    expect(await codeOf(call('write_file', { filename: 'b/c', content: 'é'.repeat(6) }))).to.equal('TOO_LARGE')
    await call('write_file', { filename: 'd', content: 'x'.repeat(10) })
    expect(await contents()).to.deep.equal({ a: 'old', d: 'x'.repeat(10) })
    expect(await readdir(root)).to.deep.equal(['a', 'd'])
  })

  it('shows readers the old content or the new, never half (P13)', async () => {
    const { call, root } = await createFixture({ maxReadBytes: 4 * MIB })
    const size = 2 * MIB + 7
    const [old, fresh] = ['o'.repeat(size), 'n'.repeat(size)]
    await call('write_file', { filename: 'a', content: old })
    const writing = new AbortController()
    const read = async (): Promise<number> => {
      let readCount = 0
      while (!writing.signal.aborted) {
        const result = await call('read_file', { filename: 'a' })
        const content: unknown = Reflect.get(result as object, 'content')
        expect(content === old || content === fresh, 'by read_file').to.equal(true)
        const bytes = await readFile(join(root, 'a'), 'utf8')
        expect(bytes === old || bytes === fresh, 'from the disk').to.equal(true)
        readCount += 1
      }
      return readCount
    }
    const readers = Promise.allSettled([read(), read()])
    for (let round = 0; round < 8; round += 1) {
      await call('write_file', { filename: 'a', content: round % 2 === 0 ? fresh : old })
    }
    writing.abort()
    for (const reader of await readers) {
      if (reader.status === 'rejected') throw reader.reason
      expect(reader.value).to.be.greaterThan(1)
    }
    expect(await readdir(root)).to.deep.equal(['a'])
  })

  it('ends with one of the contents that were written at once', async () => {
    const { call, contents } = await createFixture()
    const all = Array.from({ length: 20 }, (_, index) => String(index).repeat(3_000))
    await Promise.all(all.map((content) => call('write_file', { filename: 'deep/a', content })))
    expect(all).to.include((await contents())['deep/a'])
  })
})
