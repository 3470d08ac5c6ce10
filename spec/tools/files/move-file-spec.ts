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

  it('goes into a folder that is there, or that is written like one, under its own name', async () => {
    const { call, contents } = await withTwoFiles()
    await call('create_directory', { directory: 'there' })
    expect(await call('move_file', { source: 'a', destination: 'there' })).to.deep.equal({
      source: 'a',
      destination: 'there/a',
    })
    expect(await call('move_file', { source: 'b', destination: 'new/' })).to.deep.equal({
      source: 'b',
      destination: 'new/b',
    })
    expect(await call('move_file', { source: 'new/b', destination: '.' })).to.deep.equal({
      source: 'new/b',
      destination: 'b',
    })
    expect(await contents()).to.deep.equal({ b: 'content b', 'there/a': 'content a' })
    await call('create_directory', { directory: 'there/b' })
    expect(await codeOf(call('move_file', { source: 'b', destination: 'there' }))).to.equal('IS_DIRECTORY')
  })

  it('leaves a file that is there where it shall not overwrite', async () => {
    const { call, contents } = await withTwoFiles()
    expect(await codeOf(call('move_file', { source: 'a', destination: 'b', overwrite: false }))).to.equal(
      'ALREADY_EXISTS',
    )
    expect(await contents()).to.deep.equal({ a: 'content a', b: 'content b' })
    await call('move_file', { source: 'a', destination: 'a', overwrite: false })
    await call('move_file', { source: 'a', destination: 'c', overwrite: false })
    await call('create_directory', { directory: 'there' })
    await call('move_file', { source: 'b', destination: 'there', overwrite: false })
    expect(await contents()).to.deep.equal({ c: 'content a', 'there/b': 'content b' })
  })

  it('takes the place of a file, and says so, and of itself', async () => {
    const { call, contents } = await withTwoFiles()
    const moved = { source: 'a', destination: 'b', replaced: true }
    expect(await call('move_file', { source: 'a', destination: 'b' })).to.deep.equal(moved)
    const stayed = { source: 'b', destination: 'b' }
    expect(await call('move_file', stayed)).to.deep.equal(stayed)
    expect(await contents()).to.deep.equal({ b: 'content a' })
  })

  it('makes no folder for a file that is not there', async () => {
    const { call, root } = await withTwoFiles()
    expect(await codeOf(call('move_file', { source: 'none', destination: 'x/y' }))).to.equal('NOT_FOUND')
    expect(await readdir(root)).to.deep.equal(['a', 'b'])
  })
})
