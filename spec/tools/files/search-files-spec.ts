import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { createFixture, type Fixture, removeFixtures } from './workspace-fixture.ts'

const FILES: Readonly<Record<string, string | Uint8Array>> = {
  'README.md': '# Needle\nno more\n',
  'src/needle.ts': 'const a = 1\n',
  'src/deep/other.ts': 'one\r\na needle here\r\nand a needle there\r\n',
  'src/needle.bin': Buffer.from('needle\0'),
  'src/latin1.txt': Buffer.from('needle é', 'latin1'),
}

async function withFiles(limits?: Parameters<typeof createFixture>[0]): Promise<Fixture> {
  const fixture = await createFixture(limits)
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(fixture.root, path)), { recursive: true })
    await writeFile(join(fixture.root, path), content)
  }
  return fixture
}

const inOther = [
  { path: 'src/deep/other.ts', line: 2, text: 'a needle here' },
  { path: 'src/deep/other.ts', line: 3, text: 'and a needle there' },
]

describe('search_files', () => {
  afterEach(removeFixtures)

  it('finds names that hold it, in any case, and lines that hold it as it is', async () => {
    const { call } = await withFiles()
    expect(await call('search_files', { pattern: 'needle' })).to.deep.equal({
      matches: [...inOther, { path: 'src/needle.bin' }, { path: 'src/needle.ts' }],
    })
    expect(await call('search_files', { pattern: 'Needle' })).to.deep.equal({
      matches: [
        { path: 'README.md', line: 1, text: '# Needle' },
        { path: 'src/needle.bin' },
        { path: 'src/needle.ts' },
      ],
    })
    expect(await call('search_files', { pattern: 'readme' })).to.deep.equal({ matches: [{ path: 'README.md' }] })
    expect(await call('search_files', { pattern: 'nowhere' })).to.deep.equal({ matches: [] })
  })

  it('finds names by a glob, and lines that hold the very pattern', async () => {
    const { call, root } = await withFiles()
    const matches = [{ path: 'src/deep/other.ts' }, { path: 'src/needle.ts' }]
    expect(await call('search_files', { pattern: '*.ts' })).to.deep.equal({ matches })
    expect(await call('search_files', { pattern: 'src/**/*.ts' })).to.deep.equal({ matches })
    await writeFile(join(root, 'list'), 'src/*.ts and *.ts')
    expect(await call('search_files', { pattern: '*.ts' })).to.deep.equal({
      matches: [{ path: 'list', line: 1, text: 'src/*.ts and *.ts' }, ...matches],
    })
  })

  it('searches the directory, and below it if asked', async () => {
    const { call } = await withFiles()
    expect(await call('search_files', { pattern: 'needle', directory: 'src/deep' })).to.deep.equal({ matches: inOther })
    expect(await call('search_files', { pattern: 'needle', directory: 'src', recursive: 'false' })).to.deep.equal({
      matches: [{ path: 'src/needle.bin' }, { path: 'src/needle.ts' }],
    })
  })

  it('does not look into files that are too large, but at their names', async () => {
    const { call } = await withFiles({ maxFileBytes: 20 })
    expect(await call('search_files', { pattern: 'other' })).to.deep.equal({ matches: [{ path: 'src/deep/other.ts' }] })
    expect(await call('search_files', { pattern: 'here' })).to.deep.equal({ matches: [] })
  })

  it('finds as many as it may, and says that there are more', async () => {
    const { call } = await withFiles({ maxEntries: 2 })
    expect(await call('search_files', { pattern: 'needle' })).to.have.property('truncated', true)
    expect(await call('search_files', { pattern: 'needle' }))
      .to.have.property('matches')
      .with.length(2)
    expect(await call('search_files', { pattern: 'a needle' })).to.deep.equal({ matches: inOther })
  })
})
