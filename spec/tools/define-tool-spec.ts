import { expect } from 'chai'
import * as t from 'io-ts'
import { OptionError } from '../../lib/base/options.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import type { Tool, ToolDefinition } from '../../lib/tools/tool.ts'
import { toolContext } from '../support/tool-context.ts'

const params = t.type({ text: t.string, count: t.number })
const run = (): string => 'done'
const definition: ToolDefinition<typeof params> = { name: 'shout', description: 'Shouts.', params, run }

const context = toolContext()

function offence(change: object): OptionError {
  try {
    defineTool({ ...definition, ...change })
  } catch (error) {
    if (error instanceof OptionError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('defineTool', () => {
  it('makes a tool that is neither idempotent nor positional unless it says so', () => {
    const tool = defineTool(definition)
    expect(tool).to.include({ name: 'shout', description: 'Shouts.', params, idempotent: false })
    expect(tool.positional).to.deep.equal([])

    const other = defineTool({ ...definition, positional: ['text', 'count'], idempotent: true })
    expect(other.positional).to.deep.equal(['text', 'count'])
    expect(other.idempotent).to.equal(true)
  })

  it('takes no codec of params that have no names', () => {
    const named = t.record(t.string, t.unknown)
    for (const none of [
      t.string,
      t.array(named),
      t.literal('x'),
      t.refinement(t.number, () => true),
      t.tuple([named]),
    ]) {
      expect(offence({ params: none })).to.include({ option: 'params' })
      expect(offence({ params: none }).message).to.include('must be an io-ts codec of a record')
    }
    const own = new t.Type('own', t.UnknownRecord.is, t.success, t.identity)
    for (const some of [named, t.UnknownRecord, t.union([params, named]), t.exact(params), t.readonly(params), own]) {
      expect(defineTool({ ...definition, params: some as typeof params }).params).to.equal(some)
    }
  })

  it('keeps its own copy of the positional names', () => {
    const positional = ['text']
    const tool = defineTool({ ...definition, positional })
    positional.push('count')
    expect(tool.positional).to.deep.equal(['text'])
  })

  it('gives run the params and the context, and keeps `this`', async () => {
    const seen: unknown[] = []
    const tool: Tool = defineTool({
      ...definition,
      run(given, at) {
        seen.push(given.text, at, this.name)
        return given.count + 1
      },
    })
    expect(await tool.run({ text: 'a', count: 1 } as never, context)).to.equal(2)
    expect(seen).to.deep.equal(['a', context, 'shout'])
  })

  it('makes a rejection of a throw', async () => {
    const thrown = new Error('no')
    const tool = defineTool({
      ...definition,
      run: () => {
        throw thrown
      },
    })
    const result = tool.run({} as never, context)
    expect(await result.catch((error: unknown) => error)).to.equal(thrown)
  })

  for (const name of ['a', 'write_file', 'mcp.github-2', `x${'y'.repeat(63)}`]) {
    it(`takes the name ${name}`, () => {
      expect(defineTool({ ...definition, name }).name).to.equal(name)
    })
  }

  for (const name of ['', '1a', '_a', 'a b', 'a\n', 'ä', '__proto__', `x${'y'.repeat(64)}`, 7, undefined]) {
    it(`refuses the name ${JSON.stringify(name)}`, () => {
      expect(offence({ name }).option).to.equal('name')
    })
  }

  it('names what else is wrong', () => {
    expect(offence({ description: ' ' }).option).to.equal('description')
    expect(offence({ params: { text: 'string' } }).option).to.equal('params')
    expect(offence({ run: 'now' }).option).to.equal('run')
    expect(offence({ idempotent: 'yes' }).option).to.equal('idempotent')
    expect(offence({ positional: 'text' }).option).to.equal('positional')
    expect(offence({ positonal: [] }).message).to.include('"positonal"')
  })

  it('names the positional name that is no param, given twice, or no name', () => {
    expect(offence({ positional: ['text', 'txt'] }).message).to.include('"txt"')
    expect(offence({ positional: ['text', 'text'] }).message).to.include('once')
    expect(offence({ positional: ['a b'], params: t.record(t.string, t.string) }).message).to.include('"a b"')
    expect(offence({ positional: ['constructor'], params: t.record(t.string, t.string) }).message).to.include('constr')
    expect(offence({ positional: [1] }).option).to.equal('positional')
  })

  it('takes any positional name of a codec that does not tell its names', () => {
    const open = defineTool({
      name: 'open',
      description: 'Takes anything.',
      params: t.record(t.string, t.string),
      positional: ['anything'],
      run,
    })
    expect(open.positional).to.deep.equal(['anything'])
  })
})
