import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Script } from '../../lib/dsl/ast.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { basicTools } from '../../lib/tools/basic/basic-tools.ts'
import { fileTools } from '../../lib/tools/files/file-tools.ts'
import { httpTools } from '../../lib/tools/http/http-tools.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { planScript } from '../../lib/workflow/script-plan.ts'
import { planned, reply } from './plan.ts'
import { type Row, sentences } from './sentences.ts'

describe('what the rule planner understands', () => {
  for (const [group, rows] of Object.entries(sentences)) {
    describe(group, () => {
      for (const [sentence, ...steps] of rows) {
        it(JSON.stringify(sentence), () => {
          expect(planned(sentence)).to.deep.equal(steps)
        })
      }
    })
  }
})

describe('whatever the rule planner understands', () => {
  const rows = Object.values(sentences).flat()

  it('the tools take', () => {
    const root = mkdtempSync(join(tmpdir(), 'praxis-chat-'))
    try {
      const registry = createToolRegistry([...fileTools({ root }), ...basicTools(), ...httpTools({ allowedHosts: [] })])
      for (const [sentence] of rows) {
        const given = reply(sentence)
        const plan = planScript(scriptOf(given._tag === 'Command' ? given.command : ''), registry)
        expect(plan, sentence).to.have.property('_tag', 'Right')
      }
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  it('it also understands when it is asked politely', () => {
    for (const [sentence, ...steps] of rows) {
      expect(planned(`Hello! Could you please, ${sentence}`), sentence).to.deep.equal(steps)
    }
  })

  it('it does not do when it is told not to', () => {
    for (const [sentence] of rows) {
      for (const not of ["don't", 'do not', 'never', 'you must not', 'please don’t']) {
        expect(() => planned(`${not} ${sentence}`), `${not} ${sentence}`).to.throw('Answer')
      }
    }
  })

  it('it asks about before it changes a file, where it is asked whether it may', () => {
    const changing: ReadonlySet<unknown> = new Set(['write_file', 'delete_file', 'move_file', 'copy_file'])
    for (const [sentence, step] of rows) {
      if (!changing.has(step?.[0])) continue
      // "maybe, could you …" is a request
      if (/\b(?:can|could|would) (?:you|u)\b/i.test(sentence)) continue
      for (const asking of ['can I', 'may I please', 'maybe', 'Hello! Could we']) {
        expect(() => planned(`${asking} ${sentence}`), `${asking} ${sentence}`).to.throw('Answer')
      }
    }
  })

  // where a text without quotes goes on to the end, nothing is too much
  const closed = [
    'creating a file',
    'writing',
    'reading',
    'making folders',
    'deleting',
    'copying',
    'moving',
    'listing',
    'lists of things',
    'shell habits',
    'whether something is there',
    'emptying',
    'waiting',
    'calculating',
    'picking out of JSON',
    'fetching pages',
  ]
  it('it does not do when it is taken back', () => {
    for (const [sentence] of closed.flatMap((group): readonly Row[] => sentences[group] ?? [])) {
      for (const back of [
        ', no',
        ', sorry',
        ', oops',
        ', stop',
        ', cancel',
        ' and no',
        '. No, wait!',
        ', never mind',
      ]) {
        const said = `${sentence.replace(/[.?! ]+$/, '')}${back}`
        expect(() => planned(said), said).to.throw('Answer')
      }
    }
  })

  it('it does not do when more is said that it does not understand', () => {
    for (const [sentence] of closed.flatMap((group): readonly Row[] => sentences[group] ?? [])) {
      for (const more of ['without frobnicating it', 'but only the second half', 'except on Mondays']) {
        const said = `${sentence.replace(/[.?! ]+$/, '')} ${more}`
        expect(() => planned(said), said).to.throw('Answer')
      }
    }
  })
})

function scriptOf(text: string): Script {
  const parsed = parseDsl(text)
  if (parsed._tag === 'Left') throw new Error(parsed.left.message)
  return parsed.right
}
