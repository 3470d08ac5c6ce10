import { tmpdir } from 'node:os'
import { expect } from 'chai'
import * as t from 'io-ts'
import { basicTools } from '../../lib/tools/basic/basic-tools.ts'
import { fileTools } from '../../lib/tools/files/file-tools.ts'
import { httpTools } from '../../lib/tools/http/http-tools.ts'
import type { JsonSchema } from '../../lib/tools/json-schema.ts'
import { withDefault } from '../../lib/tools/params.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { sensitive } from '../../lib/tools/sensitive.ts'
import { toolSchema } from '../../lib/tools/tool-schema.ts'
import { isValid } from '../support/json-schema.ts'

const registry = createToolRegistry([
  ...basicTools(),
  ...fileTools({ root: tmpdir() }),
  ...httpTools({ allowedHosts: ['example.com'] }),
])

/** The schema of a param with `codec`. */
function schemaOf(codec: t.Mixed): unknown {
  return (toolSchema({ name: 'x', description: 'X.', params: t.type({ value: codec }) })['properties'] as JsonSchema)[
    'value'
  ]
}

function paramsSchema(params: t.Mixed): JsonSchema {
  const { $schema, title, description, ...rest } = toolSchema({ name: 'x', description: 'X.', params })
  expect([$schema, title, description]).to.deep.equal(['https://json-schema.org/draft/2020-12/schema', 'x', 'X.'])
  return rest
}

describe('toolSchema', () => {
  const samples: Readonly<Record<string, readonly [good: readonly object[], bad: readonly object[]]>> = {
    echo: [[{}, { value: null }, { value: { a: [1] } }], [{ text: 'x' }]],
    wait: [[{ seconds: 0.5 }], [{}, { seconds: -1 }, { seconds: 3_601 }, { seconds: 1, more: 1 }]],
    calculate: [[{ expression: '1 + 1' }], [{}, { expression: '' }, { expression: 'x'.repeat(1_001) }]],
    json_query: [
      [
        { value: { a: 1 }, path: 'a' },
        { value: null, path: 'a' },
      ],
      [{ path: 'a' }, { value: 1 }],
    ],
    write_file: [
      [
        { filename: 'a', content: '' },
        { filename: 'a', content: 'b', encoding: 'base64' },
      ],
      [{ filename: 'a' }, { filename: 'a', content: 'b', encoding: 'latin1' }],
    ],
    read_file: [[{ filename: 'a' }], [{}, { filename: '' }, { filename: 'x'.repeat(1_025) }]],
    list_files: [
      [{}, { directory: 'a', pattern: '*', recursive: true, asText: true }],
      [{ recursive: 1 }, { asText: 'maybe' }, { pattern: 'x'.repeat(257) }],
    ],
    list_directory: [[{}, { directory: 'a', asText: false }], [{ directory: 7 }]],
    create_directory: [[{ directory: 'a' }], [{}]],
    delete_file: [[{ filename: 'a' }], [{}]],
    move_file: [[{ source: 'a', destination: 'b' }], [{ source: 'a' }]],
    copy_file: [[{ source: 'a', destination: 'b' }], [{ destination: 'a' }]],
    search_files: [
      [{ pattern: 'x' }, { pattern: 'x', directory: 'a', recursive: false }],
      [{}, { pattern: '' }],
    ],
    http_get: [[{ url: 'https://example.com' }], [{}, { url: '' }, { url: 'x'.repeat(2_049) }]],
  }

  it('has samples of every built-in tool', () => {
    expect(registry.list().map(({ name }) => name)).to.have.members(Object.keys(samples))
  })

  for (const [name, [good, bad]] of Object.entries(samples)) {
    it(`of ${name} takes what the tool takes, and refuses what it refuses`, () => {
      const tool = registry.get(name)
      if (tool === undefined) throw new Error(`no ${name}`)
      const schema = toolSchema(tool)
      for (const params of good) {
        expect(registry.prepare(name, params)._tag, JSON.stringify(params)).to.equal('Right')
        expect(isValid(schema, params), JSON.stringify(params)).to.equal(true)
      }
      for (const params of bad) {
        expect(registry.prepare(name, params)._tag, JSON.stringify(params)).to.equal('Left')
        expect(isValid(schema, params), JSON.stringify(params)).to.equal(false)
      }
    })
  }

  it('is JSON, names the draft and the tool, and takes no unknown param', () => {
    for (const tool of registry.list()) {
      const schema = toolSchema(tool)
      expect(JSON.parse(JSON.stringify(schema))).to.deep.equal(schema)
      expect(schema).to.include({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: tool.name,
        description: tool.description,
        type: 'object',
        additionalProperties: false,
      })
    }
  })

  const codecs: readonly (readonly [t.Mixed, unknown])[] = [
    [t.string, { type: 'string' }],
    [t.number, { type: 'number' }],
    [t.Int, { type: 'integer' }],
    [t.boolean, { type: 'boolean' }],
    [t.null, { type: 'null' }],
    [t.unknown, {}],
    [t.literal('a'), { const: 'a' }],
    [t.keyof({ a: null, b: null }), { enum: ['a', 'b'] }],
    [t.union([t.literal('a'), t.literal(1)]), { enum: ['a', 1] }],
    [t.union([t.string, t.null]), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    [t.union([t.string, t.undefined]), { type: 'string' }],
    [t.array(t.string), { type: 'array', items: { type: 'string' } }],
    [t.readonlyArray(t.string), { type: 'array', items: { type: 'string' } }],
    [t.UnknownArray, { type: 'array' }],
    [t.record(t.string, t.number), { type: 'object', additionalProperties: { type: 'number' } }],
    [t.UnknownRecord, { type: 'object' }],
    [
      t.tuple([t.string, t.number]),
      { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], items: false, minItems: 2 },
    ],
    [t.partial({ a: t.string }), { type: 'object', properties: { a: { type: 'string' } } }],
    [t.strict({ a: t.string }), { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }],
    [
      t.intersection([t.type({ a: t.string }), t.partial({ b: t.number, a: t.literal('x') })]),
      {
        type: 'object',
        properties: { a: { allOf: [{ type: 'string' }, { const: 'x' }] }, b: { type: 'number' } },
        required: ['a'],
      },
    ],
    [
      t.intersection([t.type({ a: t.string }), t.record(t.string, t.string)]),
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
          { type: 'object', additionalProperties: { type: 'string' } },
        ],
      },
    ],
    [
      new t.RefinementType('a short text', t.string.is, t.string.validate, t.identity, t.string, () => true),
      { type: 'string', description: 'a short text' },
    ],
    [withDefault(t.string, 'x'), { type: 'string', default: 'x' }],
    [sensitive(t.string), { type: 'string', writeOnly: true }],
    [sensitive(withDefault(t.string, 'secret')), { type: 'string', writeOnly: true }],
    [withDefault(sensitive(t.string), 'secret'), { type: 'string', writeOnly: true }],
    [sensitive(t.literal('secret')), { writeOnly: true }],
    [
      sensitive(t.type({ default: t.literal('secret'), list: t.array(t.keyof({ secret: null })) })),
      {
        type: 'object',
        properties: { default: {}, list: { type: 'array', items: {} } },
        required: ['default', 'list'],
        writeOnly: true,
      },
    ],
    [
      new t.Type('a date of somebody', t.string.is, t.string.validate, t.identity),
      { description: 'a date of somebody' },
    ],
    [t.recursion('Tree', () => t.type({ a: t.string })), { description: 'Tree' }],
    [Object.assign(t.array(t.string), { jsonSchema: { type: 'array', maxItems: 3 } }), { type: 'array', maxItems: 3 }],
  ]
  for (const [codec, expected] of codecs) {
    it(`of ${codec.name} is ${JSON.stringify(expected).slice(0, 80)}`, () => {
      expect(schemaOf(codec)).to.deep.equal(expected)
    })
  }

  it('requires what a codec does not take as absent', () => {
    const params = t.type({
      a: t.string,
      b: withDefault(t.string, ''),
      c: t.union([t.string, t.undefined]),
      d: t.unknown,
    })
    expect(paramsSchema(params)).to.deep.include({ required: ['a'], additionalProperties: false })
  })

  it('leaves open what a codec does not tell', () => {
    expect(paramsSchema(t.record(t.string, t.string))).to.deep.equal({
      type: 'object',
      additionalProperties: { type: 'string' },
    })
    expect(paramsSchema(t.unknown)).to.deep.equal({ type: 'object' })
    expect(paramsSchema(sensitive(t.type({ a: t.string })))).to.deep.equal({
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      writeOnly: true,
      additionalProperties: false,
    })
  })
})
