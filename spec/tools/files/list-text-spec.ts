import { expect } from 'chai'
import { removeFixtures, withTwoFiles } from './workspace-fixture.ts'

describe('the text of a list', () => {
  afterEach(removeFixtures)

  it('has a line for each, where it is asked for', async () => {
    const { call } = await withTwoFiles()
    await call('write_file', { filename: 'docs/c', content: 'one\nthe content' })
    for (const [tool, params, text] of [
      ['list_files', { recursive: true }, 'a\nb\ndocs/c\n'],
      ['list_files', { pattern: 'z' }, ''],
      ['list_directory', {}, 'a\nb\ndocs/\n'],
      ['search_files', { pattern: 'content' }, 'a:1: content a\nb:1: content b\ndocs/c:2: the content\n'],
      ['search_files', { pattern: 'docs' }, ''],
      ['search_files', { pattern: 'c', directory: 'docs' }, 'docs/c\ndocs/c:2: the content\n'],
    ] as const) {
      expect(await call(tool, { ...params, asText: true }), tool).to.have.property('text', text)
      expect(await call(tool, params), tool).not.to.have.property('text')
    }
  })
})
