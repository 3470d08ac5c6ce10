import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect } from 'chai'
import { isLeft } from 'fp-ts/lib/Either.js'
import { OptionError } from '../../../lib/base/options.ts'
import { fileTools } from '../../../lib/tools/files/file-tools.ts'
import { temporaryName } from '../../../lib/tools/files/temporary-name.ts'
import { createToolRegistry } from '../../../lib/tools/registry.ts'
import { toolContext } from '../../support/tool-context.ts'
import {
  abortedAtLook,
  codeOf,
  createFixture,
  descriptorCount,
  failureOf,
  removeFixtures,
  waysToOpen,
} from './workspace-fixture.ts'

const context = toolContext()

describe('fileTools', () => {
  afterEach(removeFixtures)

  it('makes the tools, in order, with their positional names', async () => {
    const { root } = await createFixture()
    const tools = fileTools({ root })
    expect(tools.map(({ name, positional, idempotent }) => [name, positional.join(' '), idempotent])).to.deep.equal([
      ['write_file', 'filename content encoding', true],
      ['read_file', 'filename encoding', true],
      ['list_files', 'directory pattern recursive', true],
      ['list_directory', 'directory', true],
      ['create_directory', 'directory', true],
      ['delete_file', 'filename', false],
      ['move_file', 'source destination', false],
      ['copy_file', 'source destination', true],
      ['search_files', 'pattern directory recursive', true],
    ])
    for (const { description } of tools) expect(description).to.match(/^[A-Z].{20,}\.$/)
  })

  it('takes no param that a tool does not know', async () => {
    const { root } = await createFixture()
    const tools = fileTools({ root })
    const registry = createToolRegistry(tools)
    for (const { name, positional } of tools) {
      const params = Object.fromEntries(positional.filter((key) => !/^(?:enc|rec)/.test(key)).map((key) => [key, 'x']))
      expect(isLeft(registry.prepare(name, params)), name).to.equal(false)
      const more = registry.prepare(name, { ...params, mode: '777' })
      expect(isLeft(more) && more.left).to.have.nested.property('details[0].path', 'mode')
      const nul = registry.prepare(name, { ...params, [positional[0] ?? '']: 'a\0b' })
      expect(isLeft(nul) && nul.left).to.have.nested.property('details[0].path', positional[0])
    }
  })

  it('makes the root at once, and again when it was removed', async () => {
    const { root } = await createFixture()
    const deep = join(root, 'a/b')
    const registry = createToolRegistry(fileTools({ root: deep }))
    expect(existsSync(deep)).to.equal(true)
    await rm(deep, { recursive: true })
    const listed = registry.prepare('list_directory', {})
    expect(await (isLeft(listed) ? undefined : listed.right.run(context))).to.deep.equal({
      directory: '.',
      entries: [],
    })
  })

  it('takes a root that is relative, or reached by a link', async () => {
    const { root, outside } = await createFixture()
    await symlink(root, join(outside, 'link'))
    for (const given of [relative(process.cwd(), root), join(outside, 'link')]) {
      const written = createToolRegistry(fileTools({ root: given })).prepare('write_file', {
        filename: 'a',
        content: given,
      })
      await (isLeft(written) ? undefined : written.right.run(context))
      expect(await readFile(join(root, 'a'), 'utf8')).to.equal(given)
    }
  })

  it('names the option that is wrong', async () => {
    const { root } = await createFixture()
    await writeFile(join(root, 'file'), '')
    const offence = (options: object): unknown => {
      try {
        return fileTools(options as { root: string })
      } catch (error) {
        return error instanceof OptionError && error.option
      }
    }
    expect(offence({})).to.equal('root')
    expect(offence({ root: '' })).to.equal('root')
    expect(offence({ root: 'a\0b' })).to.equal('root')
    expect(offence({ root: join(root, 'file') })).to.equal('root')
    expect(offence({ root, maxBytes: 1 })).to.equal('maxBytes')
    for (const name of ['maxFileBytes', 'maxTotalBytes', 'maxFiles', 'maxReadBytes', 'maxEntries']) {
      for (const value of [0, -1, 1.5, Number.NaN, '1']) expect(offence({ root, [name]: value })).to.equal(name)
      expect(offence({ root, [name]: undefined })).to.be.an('array')
    }
  })
})

for (const [way, open] of waysToOpen) {
  describe(`file tools, ${way} folders`, () => {
    afterEach(removeFixtures)

    /** One call of each tool that does what it should, in a workspace that holds `a.txt` and `dir/b.txt`. */
    const good: readonly (readonly [string, object])[] = [
      ['write_file', { filename: 'a.txt', content: 'new' }],
      ['write_file', { filename: 'deep/er/c.txt', content: 'new' }],
      ['read_file', { filename: 'a.txt' }],
      ['list_files', { recursive: true }],
      ['list_directory', {}],
      ['create_directory', { directory: 'x/y' }],
      ['delete_file', { filename: 'a.txt' }],
      ['move_file', { source: 'a.txt', destination: 'x/a.txt' }],
      ['copy_file', { source: 'a.txt', destination: 'dir/b.txt' }],
      ['search_files', { pattern: 'old' }],
    ]

    async function setUp(): ReturnType<typeof createFixture> {
      const fixture = await createFixture({}, open)
      await mkdir(join(fixture.root, 'dir'))
      await writeFile(join(fixture.root, 'a.txt'), 'old a')
      await writeFile(join(fixture.root, 'dir/b.txt'), 'old b')
      return fixture
    }

    for (const [tool, params] of good) {
      it(`${tool} ${Object.values(params).join(' ')}: stops wherever it is cancelled, and leaves nothing half done`, async () => {
        const descriptors = await descriptorCount()
        const { call, contents, root } = await setUp()
        // what is there is counted once: that is done, so that every round looks as often at the signal
        await call('write_file', { filename: 'dir/b.txt', content: 'old b' })
        const before = await contents()
        let look = 1
        for (; ; look += 1) {
          const result = call(tool, params, abortedAtLook(look))
          const isDone = await result.then(
            () => true,
            () => false,
          )
          if (isDone) break
          expect(await codeOf(result)).to.equal('ABORTED')
          expect(await contents()).to.deep.equal(before)
        }
        expect(look).to.be.greaterThan(1)
        expect((await readdir(root, { recursive: true })).filter((name) => name.includes('tmp'))).to.deep.equal([])
        expect(await descriptorCount()).to.equal(descriptors)
      })
    }

    it('fail in their own words, keep nothing open, and leave all as it was', async () => {
      const descriptors = await descriptorCount()
      const { call, contents } = await setUp()
      const before = await contents()
      for (const [tool, params, code] of [
        ['write_file', { filename: 'dir', content: '' }, 'IS_DIRECTORY'],
        ['write_file', { filename: '.', content: '' }, 'IS_DIRECTORY'],
        ['write_file', { filename: 'a.txt/b', content: '' }, 'NOT_A_DIRECTORY'],
        ['write_file', { filename: 'new/b', content: '!', encoding: 'base64' }, 'INVALID_CONTENT'],
        ['read_file', { filename: 'none' }, 'NOT_FOUND'],
        ['read_file', { filename: 'none/a' }, 'NOT_FOUND'],
        ['read_file', { filename: 'dir' }, 'IS_DIRECTORY'],
        ['read_file', { filename: '.' }, 'IS_DIRECTORY'],
        ['read_file', { filename: 'a.txt/b' }, 'NOT_A_DIRECTORY'],
        ['list_files', { directory: 'none' }, 'NOT_FOUND'],
        ['list_files', { directory: 'a.txt' }, 'NOT_A_DIRECTORY'],
        ['list_directory', { directory: 'none' }, 'NOT_FOUND'],
        ['list_directory', { directory: 'a.txt' }, 'NOT_A_DIRECTORY'],
        ['search_files', { pattern: 'x', directory: 'none' }, 'NOT_FOUND'],
        ['search_files', { pattern: 'x', directory: 'a.txt' }, 'NOT_A_DIRECTORY'],
        ['create_directory', { directory: 'a.txt' }, 'NOT_A_DIRECTORY'],
        ['create_directory', { directory: 'a.txt/b' }, 'NOT_A_DIRECTORY'],
        ['delete_file', { filename: 'none' }, 'NOT_FOUND'],
        ['delete_file', { filename: 'dir' }, 'IS_DIRECTORY'],
        ['delete_file', { filename: '.' }, 'IS_DIRECTORY'],
        ['move_file', { source: 'none', destination: 'b' }, 'NOT_FOUND'],
        ['move_file', { source: 'dir', destination: 'b' }, 'IS_DIRECTORY'],
        ['move_file', { source: 'a.txt', destination: 'a.txt/b' }, 'NOT_A_DIRECTORY'],
        ['copy_file', { source: 'none', destination: 'b' }, 'NOT_FOUND'],
        ['copy_file', { source: 'dir', destination: 'b' }, 'IS_DIRECTORY'],
        ['copy_file', { source: 'a.txt', destination: 'a.txt/b' }, 'NOT_A_DIRECTORY'],
      ] as const) {
        const error = await failureOf(call(tool, params))
        expect(error.code, `${tool} ${JSON.stringify(params)}`).to.equal(code)
        const given = Object.values(params).find((value) => error.message.startsWith(`"${value}" `))
        expect(given, error.message).to.be.a('string')
      }
      expect(await contents()).to.deep.equal(before)
      expect(await descriptorCount()).to.equal(descriptors)
    })

    it('neither show nor touch files that are being written', async () => {
      const { call, contents, root } = await setUp()
      const hidden = temporaryName()
      await writeFile(join(root, hidden), 'old half')
      expect(JSON.stringify(await call('list_files', { recursive: true }))).not.to.include('tmp')
      expect(JSON.stringify(await call('list_directory', {}))).not.to.include('tmp')
      expect(JSON.stringify(await call('search_files', { pattern: 'old' }))).not.to.include('tmp')
      expect(JSON.stringify(await call('search_files', { pattern: '*tmp*' }))).not.to.include('tmp')
      for (const [tool, params] of [
        ['read_file', { filename: hidden }],
        ['write_file', { filename: hidden, content: '' }],
        ['delete_file', { filename: hidden }],
        ['copy_file', { source: hidden, destination: 'x' }],
        ['move_file', { source: 'a.txt', destination: hidden }],
        ['create_directory', { directory: hidden }],
      ] as const) {
        expect(await codeOf(call(tool, params))).to.equal('PATH_FORBIDDEN')
      }
      expect(await contents()).to.have.property(hidden, 'old half')
    })

    it('take names in any script', async () => {
      const { call } = await createFixture({}, open)
      const filename = 'документы/naïve 日本語 😀.txt'
      await call('write_file', { filename, content: 'ütf' })
      expect(await call('read_file', { filename })).to.deep.equal({
        path: filename,
        content: 'ütf',
        encoding: 'utf8',
        bytes: 4,
      })
      expect(await call('list_files', { pattern: '**/*😀*' })).to.deep.equal({
        directory: '.',
        files: [{ path: filename, bytes: 4 }],
      })
      expect(await call('search_files', { pattern: '日本' })).to.deep.equal({ matches: [{ path: filename }] })
      await call('move_file', { source: filename, destination: 'é' })
      expect(await call('delete_file', { filename: 'é' })).to.deep.equal({ path: 'é', deleted: true })
    })
  })
}
