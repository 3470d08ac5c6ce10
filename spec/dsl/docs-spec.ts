import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { parseDsl } from '../../lib/dsl/parse.ts'

const page = readFileSync(new URL('../../docs/dsl.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(?<language>[^\n]*)\n(?<text>[^]*?)\n```$/gm)].map(({ groups }) => ({
  language: groups?.['language'] ?? '',
  text: groups?.['text'] ?? '',
}))

describe('docs/dsl.md', () => {
  const valid = blocks.filter(({ language }) => language === 'dsl')
  const invalid = blocks.flatMap(({ language, text }, index) =>
    language === 'dsl invalid' ? [{ text, told: blocks[index + 1] }] : [],
  )

  it('has examples of both kinds', () => {
    expect(valid).to.have.length.above(3)
    expect(invalid).to.have.length.above(3)
  })

  for (const { text } of valid) {
    it(`may say ${JSON.stringify(text)}`, () => {
      expect(parseDsl(text)._tag).to.equal('Right')
    })
  }

  for (const { text, told } of invalid) {
    it(`tells what is wrong with ${JSON.stringify(text)}`, () => {
      const parsed = parseDsl(text)
      if (parsed._tag === 'Right') throw new Error('it is a script')
      const { line, column, message, caret } = parsed.left
      expect(told).to.deep.equal({ language: 'text', text: `${line}:${column} ${message}\n${caret}` })
    })
  }
})
