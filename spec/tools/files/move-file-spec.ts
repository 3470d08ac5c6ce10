import { readdir } from 'node:fs/promises'
import { expect } from 'chai'
import { codeOf, removeFixtures, withTwoFiles } from './workspace-fixture.ts'

describe('move_file', () => {
  afterEach(removeFixtures)

  it('moves a file, and makes the folders it goes to', async () => {
    const { call, contents } = await withTwoFiles()
    const result = await call('move_file', { source: './a', destination: 'x//y/a' })
    expect(result).to.deep.equal({ source: 'a', destination: 'x/y/a' })
    expect(await contents()).to.deep.equal({ b: 'content b', 'x/y/a': 'content a' })
  })

  it('takes the place of a file, and of itself', async () => {
    const { call, contents } = await withTwoFiles()
    await call('move_file', { source: 'a', destination: 'b' })
    await call('move_file', { source: 'b', destination: 'b' })
    expect(await contents()).to.deep.equal({ b: 'content a' })
  })

  it('makes no folder for a file that is not there', async () => {
    const { call, root } = await withTwoFiles()
    expect(await codeOf(call('move_file', { source: 'none', destination: 'x/y' }))).to.equal('NOT_FOUND')
    expect(await readdir(root)).to.deep.equal(['a', 'b'])
  })
})
