import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { createFixture, type Fixture, removeFixtures } from './workspace-fixture.ts'

async function withFiles(limits?: Parameters<typeof createFixture>[0]): Promise<Fixture> {
  const fixture = await createFixture(limits)
  for (const path of ['b.txt', 'a.md', '.env', 'src/x.ts', 'src/deep/y.ts', 'src-old/z.ts']) {
    await mkdir(dirname(join(fixture.root, path)), { recursive: true })
    await writeFile(join(fixture.root, path), path)
  }
  await mkdir(join(fixture.root, 'empty'))
  return fixture
}

async function paths({ call }: Fixture, params: object): Promise<readonly string[]> {
  const result = (await call('list_files', params)) as { readonly files: readonly { readonly path: string }[] }
  return result.files.map((file) => file.path)
}

describe('list_files', () => {
  afterEach(removeFixtures)

  it('lists the files of the root, with their sizes', async () => {
    const { call } = await withFiles()
    expect(await call('list_files', {})).to.deep.equal({
      directory: '.',
      files: [
        { path: '.env', bytes: 4 },
        { path: 'a.md', bytes: 4 },
        { path: 'b.txt', bytes: 5 },
      ],
    })
    expect(await call('list_files', { directory: 'empty' })).to.deep.equal({ directory: 'empty', files: [] })
  })

  it('lists those below a directory, by paths that other tools take', async () => {
    const fixture = await withFiles()
    expect(await paths(fixture, { directory: './src/' })).to.deep.equal(['src/x.ts'])
    expect(await paths(fixture, { directory: 'src', recursive: true })).to.deep.equal(['src/deep/y.ts', 'src/x.ts'])
    expect(await paths(fixture, { recursive: 'true' })).to.deep.equal([
      '.env',
      'a.md',
      'b.txt',
      'src-old/z.ts',
      'src/deep/y.ts',
      'src/x.ts',
    ])
    expect(await paths(fixture, { recursive: 'false', pattern: '*.ts' })).to.deep.equal([])
  })

  it('lists those whose name matches', async () => {
    const fixture = await withFiles()
    expect(await paths(fixture, { pattern: '*.txt' })).to.deep.equal(['b.txt'])
    expect(await paths(fixture, { pattern: '?.md' })).to.deep.equal(['a.md'])
    expect(await paths(fixture, { pattern: '*.ts', recursive: true })).to.deep.equal([
      'src-old/z.ts',
      'src/deep/y.ts',
      'src/x.ts',
    ])
  })

  it('goes into folders for a pattern that speaks of them, which is of the path below the directory', async () => {
    const fixture = await withFiles()
    expect(await paths(fixture, { pattern: 'src/*.ts' })).to.deep.equal(['src/x.ts'])
    expect(await paths(fixture, { pattern: '**/*.ts', directory: 'src' })).to.deep.equal(['src/deep/y.ts', 'src/x.ts'])
    expect(await paths(fixture, { pattern: 'deep/*', directory: 'src' })).to.deep.equal(['src/deep/y.ts'])
    expect(await paths(fixture, { pattern: '**' })).to.have.length(6)
  })

  it('lists as many as it may, those of upper folders first, and says that there are more', async () => {
    const fixture = await withFiles({ maxEntries: 4 })
    expect(await fixture.call('list_files', { recursive: true })).to.have.property('truncated', true)
    expect(await paths(fixture, { recursive: true }))
      .to.include.members(['.env', 'a.md', 'b.txt'])
      .and.have.length(4)
    expect(await fixture.call('list_files', { recursive: true, pattern: '*.ts' })).not.to.have.property('truncated')
    expect(await fixture.call('list_files', { pattern: '*' })).not.to.have.property('truncated')
  })
})
