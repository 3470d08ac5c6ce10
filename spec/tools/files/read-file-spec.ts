import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { codeOf, createFixture, failureOf, removeFixtures } from './workspace-fixture.ts'

/** Node cannot; every POSIX system has it. */
const makePipe = 'mkfifo'

describe('read_file', () => {
  afterEach(removeFixtures)

  it('reads text, and bytes as base64', async () => {
    const { call, root } = await createFixture()
    await writeFile(join(root, 'a.txt'), 'aü\n')
    await writeFile(join(root, 'empty'), '')
    expect(await call('read_file', { filename: './a.txt' })).to.deep.equal({
      path: 'a.txt',
      content: 'aü\n',
      encoding: 'utf8',
      bytes: 4,
    })
    expect(await call('read_file', { filename: 'a.txt', encoding: 'base64' })).to.deep.equal({
      path: 'a.txt',
      content: 'YcO8Cg==',
      encoding: 'base64',
      bytes: 4,
    })
    expect(await call('read_file', { filename: 'empty' })).to.include({ content: '', bytes: 0 })
  })

  it('says that a file is no text rather than changing it', async () => {
    const { call, root } = await createFixture()
    await writeFile(join(root, 'a.bin'), Uint8Array.of(0x61, 0xff))
    expect(await failureOf(call('read_file', { filename: 'a.bin' }))).to.include({
      code: 'NOT_TEXT',
      message: '"a.bin" is not UTF-8 text; encoding "base64" reads any file',
    })
    expect(await call('read_file', { filename: 'a.bin', encoding: 'base64' })).to.include({ content: 'Yf8=' })
  })

  it('reads the beginning of a file that is longer, and says so', async () => {
    const { call, root } = await createFixture({ maxReadBytes: 10 })
    await writeFile(join(root, 'fits'), 'x'.repeat(10))
    await writeFile(join(root, 'long'), 'ü'.repeat(2_500_000))
    await writeFile(join(root, 'odd'), `a${'ü'.repeat(9)}`)
    expect(await call('read_file', { filename: 'fits' })).not.to.have.property('truncated')
    expect(await call('read_file', { filename: 'long' })).to.deep.equal({
      path: 'long',
      content: 'üüüüü',
      encoding: 'utf8',
      bytes: 5_000_000,
      truncated: true,
      notice: 'the first 10 of 5000000 bytes',
    })
    expect(await call('read_file', { filename: 'odd' })).to.include({ content: 'aüüüü', bytes: 19, truncated: true })
  })

  it('bounds what it returns, not what that stands for', async () => {
    const { call, root } = await createFixture({ maxReadBytes: 10 })
    await writeFile(join(root, 'a'), 'abcdefgh')
    expect(await call('read_file', { filename: 'a' })).to.include({ content: 'abcdefgh' })
    expect(await call('read_file', { filename: 'a', encoding: 'base64' })).to.include({
      content: 'YWJjZGVm',
      truncated: true,
      notice: 'the first 6 of 8 bytes',
    })
  })

  if (process.platform !== 'win32') {
    it('does not wait for what is no file', async () => {
      const { call, root } = await createFixture()
      execFileSync(makePipe, [join(root, 'pipe')])
      expect(await codeOf(call('read_file', { filename: 'pipe' }))).to.equal('NOT_A_FILE')
      expect(await codeOf(call('copy_file', { source: 'pipe', destination: 'a' }))).to.equal('NOT_A_FILE')
      for (const tool of ['delete_file', 'write_file']) {
        const params = tool === 'write_file' ? { filename: 'pipe', content: '' } : { filename: 'pipe' }
        expect(await codeOf(call(tool, params))).to.equal('NOT_A_FILE')
      }
      expect(await call('search_files', { pattern: 'p' })).to.deep.equal({ matches: [] })
      expect(await call('list_directory', {})).to.have.deep.property('entries', [{ name: 'pipe', type: 'other' }])
    })
  }
})
