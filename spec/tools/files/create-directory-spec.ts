import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { createFixture, removeFixtures } from './workspace-fixture.ts'

describe('create_directory', () => {
  afterEach(removeFixtures)

  it('makes what is missing, and says whether it did', async () => {
    const { call, root } = await createFixture()
    expect(await call('create_directory', { directory: 'a/b/' })).to.deep.equal({ path: 'a/b', created: true })
    expect(await call('create_directory', { directory: 'a/b' })).to.deep.equal({ path: 'a/b', created: false })
    expect(await call('create_directory', { directory: 'a/c' })).to.deep.equal({ path: 'a/c', created: true })
    expect(await call('create_directory', { directory: '.' })).to.deep.equal({ path: '.', created: false })
    expect(await readdir(join(root, 'a'))).to.deep.equal(['b', 'c'])
  })

  it('is made once by many at once', async () => {
    const { call } = await createFixture()
    const results = await Promise.all(Array.from({ length: 10 }, () => call('create_directory', { directory: 'x/y' })))
    expect(results.filter((result) => Reflect.get(result as object, 'created') === true)).to.have.length(1)
  })
})
