import { existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { openAnchored, type OpenFolder } from '../../../lib/tools/files/folder.ts'
import { ToolError } from '../../../lib/tools/tool.ts'
import { codeOf, createFixture, type Fixture, removeFixtures, waysToOpen } from './workspace-fixture.ts'

/** Every way to give a path to a tool. */
const uses: readonly (readonly [string, (path: string) => object, 'reads' | 'writes'])[] = [
  ['read_file', (filename) => ({ filename }), 'reads'],
  ['list_files', (directory) => ({ directory, recursive: true }), 'reads'],
  ['list_directory', (directory) => ({ directory }), 'reads'],
  ['search_files', (directory) => ({ directory, pattern: 'SECRET' }), 'reads'],
  ['copy_file', (source) => ({ source, destination: 'taken.txt' }), 'reads'],
  ['write_file', (filename) => ({ filename, content: 'WRITTEN' }), 'writes'],
  ['create_directory', (directory) => ({ directory }), 'writes'],
  ['delete_file', (filename) => ({ filename }), 'writes'],
  ['move_file', (source) => ({ source, destination: 'taken.txt' }), 'writes'],
  ['move_file', (destination) => ({ source: 'mine.txt', destination }), 'writes'],
  ['copy_file', (destination) => ({ source: 'mine.txt', destination }), 'writes'],
]

const OUTSIDE = { 'secret.txt': 'SECRET' }

async function withSecret(open?: OpenFolder): Promise<Fixture> {
  const fixture = await createFixture({}, open)
  await writeFile(join(fixture.outside, 'secret.txt'), 'SECRET')
  await writeFile(join(fixture.root, 'mine.txt'), 'mine')
  return fixture
}

describe('file tools, where a path leads out (THREATS T13)', () => {
  afterEach(removeFixtures)

  for (const [way, open] of waysToOpen) {
    describe(`${way} folders`, () => {
      for (const [tool, params, kind] of uses) {
        const use = `${tool} ${Object.keys(params('')).join(', ')}`

        it(`${use}: refuses what reads as outside`, async () => {
          const { call, contents, outside, root } = await withSecret(open)
          for (const path of [
            join(outside, 'secret.txt'),
            join(root, 'mine.txt'),
            '../root-of-others/secret.txt',
            '..',
            'a/../../root-of-others/secret.txt',
            'C:/x',
            '..\\root-of-others\\secret.txt',
          ]) {
            expect(await codeOf(call(tool, params(path))), path).to.equal('PATH_FORBIDDEN')
          }
          expect(await contents(outside)).to.deep.equal(OUTSIDE)
          expect(await contents()).to.deep.equal({ 'mine.txt': 'mine' })
        })

        it(`${use}: refuses links that lead out, in any place of the path`, async () => {
          const { call, contents, outside, root } = await withSecret(open)
          await symlink(outside, join(root, 'folder'))
          await symlink('../root-of-others', join(root, 'relative'))
          await symlink('folder', join(root, 'chain'))
          await symlink(join(outside, 'secret.txt'), join(root, 'file'))
          await symlink(join(outside, 'none'), join(root, 'dangling'))
          const links = { folder: '->', relative: '->', chain: '->', file: '->', dangling: '->' }
          for (const path of [
            'folder/secret.txt',
            'folder/new.txt',
            'folder/new/deep.txt',
            'relative/secret.txt',
            'chain/secret.txt',
            'folder',
            'chain',
            'file',
            'dangling',
            'dangling/x',
          ]) {
            expect(await codeOf(call(tool, params(path))), path).to.equal('PATH_FORBIDDEN')
          }
          expect(await contents(outside)).to.deep.equal(OUTSIDE)
          expect(await contents()).to.deep.equal({ 'mine.txt': 'mine', ...links })
        })

        if (kind === 'writes') {
          it(`${use}: refuses links that stay inside too`, async () => {
            const { call, contents, root } = await withSecret(open)
            await mkdir(join(root, 'real'))
            await writeFile(join(root, 'real/a.txt'), 'a')
            await symlink('real', join(root, 'folder'))
            await symlink('real/a.txt', join(root, 'file'))
            await symlink('real/none.txt', join(root, 'dangling'))
            const before = await contents()
            for (const path of ['folder/a.txt', 'folder/new.txt', 'folder', 'file', 'dangling']) {
              expect(await codeOf(call(tool, params(path))), path).to.equal('PATH_FORBIDDEN')
            }
            expect(await contents()).to.deep.equal(before)
          })
        }
      }

      it('reads through links that stay inside', async () => {
        const { call, root } = await withSecret(open)
        await mkdir(join(root, 'real'))
        await writeFile(join(root, 'real/a.txt'), 'aaa')
        await symlink('real', join(root, 'folder'))
        await symlink('folder/a.txt', join(root, 'file'))
        expect(await call('read_file', { filename: 'file' })).to.include({ path: 'file', content: 'aaa' })
        expect(await call('read_file', { filename: 'folder/a.txt' })).to.include({ content: 'aaa' })
        expect(await call('copy_file', { source: 'file', destination: 'b' })).to.include({ bytes: 3 })
        const files = [{ path: 'folder/a.txt', bytes: 3 }]
        expect(await call('list_files', { directory: 'folder' })).to.deep.equal({ directory: 'folder', files })
        const text = { path: 'folder/a.txt', line: 1, text: 'aaa' }
        expect(await call('search_files', { directory: 'folder', pattern: 'aa' })).to.deep.equal({ matches: [text] })
      })

      it('lists links and follows none', async () => {
        const { call, outside, root } = await withSecret(open)
        await symlink(outside, join(root, 'folder'))
        await symlink('.', join(root, 'loop'))
        expect(await call('list_files', { recursive: true })).to.deep.equal({
          directory: '.',
          files: [{ path: 'mine.txt', bytes: 4 }],
        })
        expect(await call('search_files', { pattern: 'secret' })).to.deep.equal({ matches: [] })
        expect(await call('list_directory', {})).to.have.deep.property('entries', [
          { name: 'folder', type: 'link' },
          { name: 'loop', type: 'link' },
          { name: 'mine.txt', type: 'file', bytes: 4 },
        ])
      })
    })
  }
})

// Only folders that are held by their descriptor win this race: elsewhere it is the documented remainder.
if (process.platform === 'linux') {
  describe('file tools, where something is replaced by a link after it was checked', () => {
    afterEach(removeFixtures)

    /** Opens as usual; before or after the `count`th time, something happens. */
    function openWith(happening: () => void, count: number, when: 'before' | 'after'): OpenFolder {
      let openCount = 0
      return async (path, root) => {
        openCount += 1
        if (openCount === count && when === 'before') happening()
        const folder = await openAnchored(path, root)
        if (openCount === count && when === 'after') happening()
        return folder
      }
    }

    const swaps: readonly (readonly [string, (fixture: Fixture) => void])[] = [
      [
        'the folder',
        ({ root, outside }) => {
          renameSync(join(root, 'dir'), join(root, 'dir-before'))
          symlinkSync(outside, join(root, 'dir'))
        },
      ],
      [
        'the file',
        ({ root, outside }) => {
          rmSync(join(root, 'dir/secret.txt'))
          symlinkSync(join(outside, 'secret.txt'), join(root, 'dir/secret.txt'))
        },
      ],
    ]

    for (const [what, swap] of swaps) {
      for (const [tool, params] of uses) {
        it(`${tool} ${Object.keys(params('')).join(', ')}: ${what}, at any moment`, async () => {
          let swappedCount = 0
          for (const when of ['before', 'after'] as const) {
            for (let count = 1; ; count += 1) {
              let happening = (): void => undefined
              const fixture = await withSecret(openWith(() => happening(), count, when))
              await mkdir(join(fixture.root, 'dir'))
              writeFileSync(join(fixture.root, 'dir/secret.txt'), 'mine')
              let isSwapped = false
              happening = () => {
                isSwapped = true
                swap(fixture)
              }
              const path = tool.startsWith('list') || tool === 'search_files' ? 'dir' : 'dir/secret.txt'
              const result = await fixture.call(tool, params(path)).catch((error: unknown) => {
                expect(error).to.be.instanceOf(ToolError)
              })

              expect(await fixture.contents(fixture.outside)).to.deep.equal(OUTSIDE)
              expect(JSON.stringify(result ?? '')).not.to.include('SECRET')
              const taken = join(fixture.root, 'taken.txt')
              // a link that was moved is still a link: what it leads to stays where it is
              if (existsSync(taken) && tool === 'copy_file') expect(await readFile(taken, 'utf8')).to.equal('mine')
              if (!isSwapped) break
              swappedCount += 1
            }
          }
          expect(swappedCount).to.be.greaterThan(3)
        })
      }
    }
  })
}
