import { expect } from 'chai'
import * as fc from 'fast-check'
import { type Either, isLeft, isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { OptionError } from '../../lib/base/options.ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { createToolRegistry, type PreparedCall, type ToolProblem } from '../../lib/tools/registry.ts'
import type { Tool } from '../../lib/tools/tool.ts'
import { toolContext } from '../support/tool-context.ts'

const context = toolContext()

const add = defineTool({
  name: 'add',
  description: 'Adds.',
  params: t.type({ left: t.number, right: t.number }),
  run: ({ left, right }) => left + right,
})

const nothing = defineTool({ name: 'nothing', description: 'Takes nothing.', params: t.type({}), run: () => 'ok' })
const open = defineTool({
  name: 'open',
  description: 'Takes anything.',
  params: t.record(t.string, t.string),
  run: (params) => params,
})

const registry = createToolRegistry([add, nothing, open])

function problem(result: Either<ToolProblem, PreparedCall>): ToolProblem {
  if (isLeft(result)) return result.left
  throw new Error('it was prepared')
}

function prepared(result: Either<ToolProblem, PreparedCall>): PreparedCall {
  if (isRight(result)) return result.right
  throw new Error(JSON.stringify(result.left))
}

describe('createToolRegistry', () => {
  it('finds tools by name and lists them in order', () => {
    expect(registry.get('add')).to.equal(add)
    expect(registry.list()).to.deep.equal([add, nothing, open])
    expect(createToolRegistry(new Set<Tool>()).list()).to.deep.equal([])
  })

  it('finds nothing by the names of an object', () => {
    for (const name of ['__proto__', 'constructor', 'toString', '']) {
      expect(registry.get(name)).to.equal(undefined)
      expect(problem(registry.prepare(name, {}))._tag).to.equal('UnknownTool')
    }
  })

  it('throws at once when two tools share a name, and names it', () => {
    expect(() => createToolRegistry([add, nothing, { ...open, name: 'add' }])).to.throw(OptionError, '"add"')
  })

  it('throws at once for what is no tool', () => {
    expect(() => createToolRegistry(JSON.parse('[{"name":"x"}]') as Tool[])).to.throw(OptionError, 'defineTool')
  })
})

describe('ToolRegistry.prepare', () => {
  it('decodes the params and runs the tool with them', async () => {
    const call = prepared(registry.prepare('add', { left: 1, right: 2 }))
    expect(call.tool).to.equal(add)
    expect(call.params).to.deep.equal({ left: 1, right: 2 })
    expect(await call.run(context)).to.equal(3)
  })

  it('makes a rejection of the throw of a tool that defineTool did not make', async () => {
    const rude: Tool = {
      ...nothing,
      run: () => {
        throw new Error('now')
      },
    }
    const call = prepared(createToolRegistry([rude]).prepare('nothing', {}))
    const error = await call.run(context).catch((reason: unknown) => reason)
    expect(error).to.be.an('error').with.property('message', 'now')
  })

  it('lists the tools there are for one there is not', () => {
    expect(problem(registry.prepare('ad', {}))).to.deep.equal({
      _tag: 'UnknownTool',
      name: 'ad',
      known: ['add', 'nothing', 'open'],
    })
  })

  it('tells what does not decode', () => {
    expect(problem(registry.prepare('add', { left: '1' }))).to.deep.equal({
      _tag: 'InvalidParams',
      tool: 'add',
      details: [
        { path: 'left', expected: 'number', actual: '"1"' },
        { path: 'right', expected: 'number', actual: 'nothing' },
      ],
    })
  })

  it('takes absent params for none, and null for a mistake', () => {
    expect(prepared(registry.prepare('nothing', undefined)).params).to.deep.equal({})
    for (const params of [null, [], 'x', 7]) {
      expect(problem(registry.prepare('nothing', params))._tag).to.equal('InvalidParams')
    }
  })

  it('refuses a param the tool does not know', () => {
    expect(problem(registry.prepare('add', { left: 1, right: 2, rigth: 3 }))).to.deep.equal({
      _tag: 'InvalidParams',
      tool: 'add',
      details: [{ path: 'rigth', expected: 'no param of this name (known: left, right)', actual: '3' }],
    })
  })

  it('refuses __proto__ and its like as params', () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString']) {
      const params: unknown = JSON.parse(`{"left":1,"right":2,"${key}":{"admin":true}}`)
      expect(problem(registry.prepare('add', params))).to.have.nested.property('details[0].path', key)
    }
    expect(Reflect.get({}, 'admin')).to.equal(undefined)
  })

  it('lets a codec that does not tell its names decide alone', () => {
    expect(prepared(registry.prepare('open', { any: 'thing' })).params).to.deep.equal({ any: 'thing' })
    expect(problem(registry.prepare('open', { any: 7 }))._tag).to.equal('InvalidParams')
  })

  it('tells of at most 20 things', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`k${index}`, index]))
    expect(problem(registry.prepare('add', many)))
      .to.have.property('details')
      .with.length(20)
  })

  it('escapes the names it is given', () => {
    expect(problem(registry.prepare('nothing', { 'a\nb': 1 }))).to.have.nested.property('details[0].path', 'a\\u000ab')
  })

  it('takes the throw of a codec for a refusal', () => {
    const params = new t.Type<unknown>(
      'moody',
      t.unknown.is,
      () => {
        throw new Error('secret')
      },
      t.identity,
    )
    const moody = defineTool({ name: 'moody', description: 'Throws.', params, run: () => 1 })
    expect(problem(createToolRegistry([moody]).prepare('moody', {}))).to.deep.equal({
      _tag: 'InvalidParams',
      tool: 'moody',
      details: [{ path: '', expected: 'moody', actual: 'an object' }],
    })
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('add', 'nothing', 'open'), fc.string()), fc.anything(), (name, params) => {
        registry.prepare(name, params)
      }),
    )
  })
})
