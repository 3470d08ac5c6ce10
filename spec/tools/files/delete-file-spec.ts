import { expect } from 'chai'
import { codeOf, removeFixtures, withTwoFiles } from './workspace-fixture.ts'

describe('delete_file', () => {
  afterEach(removeFixtures)

  it('deletes a file, once', async () => {
    const { call, contents } = await withTwoFiles()
    expect(await call('delete_file', { filename: './a' })).to.deep.equal({ path: 'a', deleted: true })
    expect(await contents()).to.deep.equal({ b: 'content b' })
    expect(await codeOf(call('delete_file', { filename: 'a' }))).to.equal('NOT_FOUND')
  })
})
