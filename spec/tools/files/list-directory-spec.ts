import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { createFixture, removeFixtures } from './workspace-fixture.ts'

describe('list_directory', () => {
  afterEach(removeFixtures)

  it('says what there is, of what kind and size, sorted', async () => {
    const { call, root } = await createFixture()
    await mkdir(join(root, 'b/c'), { recursive: true })
    await writeFile(join(root, 'B.txt'), 'four')
    await symlink('nowhere', join(root, 'a'))
    expect(await call('list_directory', {})).to.deep.equal({
      directory: '.',
      entries: [
        { name: 'B.txt', type: 'file', bytes: 4 },
        { name: 'a', type: 'link' },
        { name: 'b', type: 'directory' },
      ],
    })
    expect(await call('list_directory', { directory: './b/' })).to.deep.equal({
      directory: 'b',
      entries: [{ name: 'c', type: 'directory' }],
    })
  })

  it('lists as many as it may, and says that there are more', async () => {
    const { call, root } = await createFixture({ maxEntries: 2 })
    for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), '')
    const entries = ['a', 'b'].map((name) => ({ name, type: 'file', bytes: 0 }))
    expect(await call('list_directory', {})).to.deep.equal({ directory: '.', entries, truncated: true })
    await call('delete_file', { filename: 'c' })
    expect(await call('list_directory', {})).to.deep.equal({ directory: '.', entries })
  })
})
