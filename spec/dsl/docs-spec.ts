import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { fileTools } from '../../lib/tools/files/file-tools.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { prepareScript } from '../../lib/workflow/prepare-script.ts'

const page = readFileSync(new URL('../../docs/dsl.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```(?<language>[^\n]*)\n(?<text>[^]*?)\n```$/gm)].map(({ groups }) => ({
  language: groups?.['language'] ?? '',
  text: groups?.['text'] ?? '',
}))

describe('docs/dsl.md', () => {
  const valid = blocks.filter(({ language }) => language === 'dsl')
  const refused = blocks.flatMap(({ language, text }, index) =>
    language === 'dsl refused' ? [{ text, told: blocks[index + 1] }] : [],
  )
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

  it('has examples that the file tools can run', () => {
    const root = mkdtempSync(join(tmpdir(), 'praxis-dsl-'))
    try {
      const tools = createToolRegistry(fileTools({ root }))
      for (const { text } of valid) {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Left') throw new Error(parsed.left.message)
        const planned = prepareScript(parsed.right, tools)
        if (planned._tag === 'Left') throw new Error(`${planned.left.message} in ${text}`)
      }
      for (const { text, told } of refused) {
        const parsed = parseDsl(text)
        if (parsed._tag === 'Left') throw new Error(parsed.left.message)
        const planned = prepareScript(parsed.right, tools)
        if (planned._tag === 'Right') throw new Error(`nothing is wrong with ${text}`)
        const { line, column, code, message } = planned.left
        expect(told).to.deep.equal({ language: 'text', text: `${line}:${column} ${code} ${message}` })
      }
      expect(refused).to.have.length.above(1)
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  for (const { text, told } of invalid) {
    it(`tells what is wrong with ${JSON.stringify(text)}`, () => {
      const parsed = parseDsl(text)
      if (parsed._tag === 'Right') throw new Error('it is a script')
      const { line, column, message, caret } = parsed.left
      expect(told).to.deep.equal({ language: 'text', text: `${line}:${column} ${message}\n${caret}` })
    })
  }
})
