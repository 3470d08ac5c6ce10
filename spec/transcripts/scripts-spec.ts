import { expect } from 'chai'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Frame } from '../support/frames.ts'
import { useServers } from '../support/server.ts'

/** What a client is told of a script's nodes: which ended how, and which never began. */
function statusesIn(frames: readonly Frame[]): Readonly<Record<string, unknown>> {
  const updates = frames.filter(({ type }) => type === 'nodeStatusUpdate')
  return Object.fromEntries(updates.map(({ payload }) => [String(payload['nodeId']), payload['status']]))
}

function stagesIn(frames: readonly Frame[]): readonly string[] {
  return frames.filter(({ type }) => type === 'dslProgress').map(({ payload }) => String(payload['stage']))
}

describe('a script over a socket', () => {
  const { serve } = useServers()

  async function run(...lines: readonly string[]) {
    const server = await serve()
    const client = await server.connect()
    client.send('DSL_COMMAND', { command: lines.join('\n') }, 'c1')
    const frames = await client.until('dslResult')
    const last = frames.at(-1)?.payload ?? {}
    const { result, success, error } = last
    const fileText = (name: string): Promise<string> => readFile(join(server.root, name), 'utf8')
    return { frames, result, success, error, fileText, settle: () => client.settle() }
  }

  it('gives the result of a step to another, whole and within a text', async () => {
    const { frames, success, result, fileText, settle } = await run(
      "$page = CALL write_file a.txt 'hello'",
      '$read = CALL read_file a.txt',
      "CALL write_file b.txt 'a.txt says: ${read.content}, $${as} it is'",
      'CALL echo ${read}',
    )
    expect(success).to.equal(true)
    expect(await fileText('b.txt')).to.equal('a.txt says: hello, ${as} it is')
    expect(result).to.have.all.keys('page', 'read', 'step3', 'step4')
    expect(result).to.have.deep.nested.property('step4.text', (result as Record<string, unknown>)['read'])
    expect(frames[0]?.type).to.equal('accepted')
    expect(frames.filter(({ type }) => type === 'dslResult')).to.have.length(1)
    expect(stagesIn(frames)).to.deep.equal([
      ...['parsing', 'validating', 'executing'],
      ...Array.from({ length: 4 }, () => ['started', 'completed']).flat(),
    ])
    expect(await settle()).to.deep.equal([])
  })

  for (const [condition, branch] of [
    ["${a.text} == 'yes'", 'then'],
    ['$a.text != yes', 'else'],
    ["!($a.text == 'no') && ($a.text < 'z' || $missing)", undefined],
    ["($a.text == 'no' || $a.text >= 'yes') && !$a.nothing", 'then'],
  ] as const) {
    it(`takes a branch by what a step gave: IF ${condition}`, async () => {
      const { frames, success, error } = await run(
        '$a = call echo yes',
        `if ${condition}`,
        'TASK so',
        'CALL echo 1',
        'else',
        'TASK otherwise',
        'CALL echo 2',
        'end_if',
      )
      if (branch === undefined) {
        expect(error).to.include({ code: 'DSL_SYNTAX', line: 2 })
        return
      }
      expect(success).to.equal(true)
      expect(statusesIn(frames)).to.deep.equal({
        a: 'completed',
        so: branch === 'then' ? 'completed' : 'skipped',
        otherwise: branch === 'then' ? 'skipped' : 'completed',
      })
    })
  }

  for (const [asked, given] of [
    ['1', 'one'],
    ['2', 'two'],
    ['3', 'three'],
  ]) {
    it(`knows a result by the name that each branch gives it: the ${given} of three`, async () => {
      const { success, result, fileText } = await run(
        `$a = CALL echo ${asked}`,
        'IF $a.text == 1',
        '  $word = CALL echo one',
        'ELSE',
        '  IF $a.text == 2',
        '    $word = CALL echo two',
        '  ELSE',
        '    $word = CALL echo three',
        '    CALL write_file own.txt ${word.text}',
        '  ENDIF',
        'ENDIF',
        "IF $word.text == 'three'",
        '  CALL echo ${word.text}',
        'ENDIF',
        'CALL write_file out.txt "it is ${word.text}"',
      )
      expect(success).to.equal(true)
      expect(await fileText('out.txt')).to.equal(`it is ${given}`)
      expect(result).to.have.deep.property('word', { text: given })
      if (given === 'three') expect(await fileText('own.txt')).to.equal('three')
      const names = given === 'three' ? ['a', 'word', 'step5', 'step6', 'step7'] : ['a', 'word', 'step7']
      expect(result).to.have.all.keys(names)
    })
  }

  it('fails a call whose reference leads to nothing, and says which', async () => {
    const { success, error, frames } = await run('$a = CALL echo x', 'CALL echo ${a.nothing}', 'CALL echo never')
    expect(success).to.equal(false)
    expect(error).to.have.property('code', 'TOOL_FAILED')
    expect(error).to.have.property('message').that.contains('${a.nothing}')
    expect(statusesIn(frames)).to.deep.equal({ a: 'completed', step2: 'failed', step3: 'skipped' })
  })

  for (const [what, lines, place] of [
    ['a name that nobody gave', ['CALL echo ${b.text}'], [1, 11]],
    ['a step beside it', ['PARALLEL', '$a = CALL echo x', 'CALL echo ${a.text}', 'END_PARALLEL'], [3, 11]],
    ['a later step', ['CALL echo ${a}', '$a = CALL echo x'], [1, 11]],
    ['the other branch', ['IF 1', '$a = CALL echo x', 'ELSE', 'CALL echo ${a}', 'ENDIF'], [4, 11]],
  ] as const) {
    it(`refuses a reference to ${what}, with its place, before anything runs`, async () => {
      const { success, error, frames } = await run('CALL write_file a.txt x', ...lines)
      expect(success).to.equal(false)
      expect(error).to.include({ code: 'INVALID_ARGUMENTS', line: place[0] + 1, column: place[1] })
      expect(error)
        .to.have.property('caret')
        .that.matches(/\n {10}\^$/)
      expect(frames.map(({ type }) => type)).to.deep.equal(['accepted', 'dslProgress', 'dslProgress', 'dslResult'])
    })
  }
})
