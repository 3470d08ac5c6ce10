import { expect } from 'chai'
import * as fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { defineTool } from '../../lib/tools/define-tool.ts'
import { withDefault } from '../../lib/tools/params.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import { sensitive, withoutSensitive } from '../../lib/tools/sensitive.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import { toolContext } from '../support/tool-context.ts'

const HIDDEN = '[sensitive]'
const SECRET = 'a-secret-that-nobody-else-writes'

describe('sensitive', () => {
  it('decodes, checks and encodes as the codec does', () => {
    const codec = t.type({ at: t.string, deep: t.array(t.number) })
    const marked = sensitive(codec)
    expect(marked.name).to.equal(codec.name)
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ at: fc.string(), deep: fc.array(fc.float()) })), (value) => {
        expect(marked.is(value)).to.equal(codec.is(value))
        expect(isRight(marked.decode(value))).to.equal(isRight(codec.decode(value)))
      }),
    )
    const value = { at: 'x', deep: [1] }
    expect(marked.encode(value)).to.deep.equal(value)
  })

  it('works with a codec whose validation needs its this', () => {
    class Upper extends t.Type<string> {
      readonly prefix = 'up:'
      constructor() {
        super('Upper', t.string.is, (value, context) => this.checked(value, context), t.identity)
      }
      checked(value: unknown, context: t.Context): t.Validation<string> {
        return typeof value === 'string' ? t.success(this.prefix + value) : t.failure(value, context)
      }
    }
    expect(sensitive(new Upper()).decode('x')).to.deep.equal({ _tag: 'Right', right: 'up:x' })
  })
})

describe('withoutSensitive', () => {
  const secret = sensitive(t.string)
  const cases: readonly (readonly [string, t.Mixed, unknown, unknown])[] = [
    ['a value', secret, 'x', HIDDEN],
    ['a field', t.type({ a: secret, b: t.string }), { a: 'x', b: 'y' }, { a: HIDDEN, b: 'y' }],
    ['a field that may be absent', t.partial({ a: secret }), { a: 'x' }, { a: HIDDEN }],
    ['not what is absent', t.partial({ a: secret }), { b: 1 }, { b: 1 }],
    ['not what is undefined', t.partial({ a: secret }), { a: undefined }, { a: undefined }],
    ['what is null', t.type({ a: secret }), { a: null }, { a: HIDDEN }],
    ['items', t.array(secret), ['x', 'y'], [HIDDEN, HIDDEN]],
    ['fields of items', t.readonlyArray(t.type({ a: secret })), [{ a: 'x' }], [{ a: HIDDEN }]],
    ['values of a record', t.record(t.string, secret), { x: 'y' }, { x: HIDDEN }],
    ['one place of a tuple', t.tuple([t.string, secret]), ['x', 'y', 'z'], ['x', HIDDEN, 'z']],
    ['of a union what any member marks', t.union([t.number, secret]), 7, HIDDEN],
    [
      'fields of any member of a union',
      t.union([t.type({ a: secret }), t.type({ b: secret })]),
      { a: 1, b: 2, c: 3 },
      { a: HIDDEN, b: HIDDEN, c: 3 },
    ],
    [
      'fields of any part of an intersection',
      t.intersection([t.type({ a: t.string }), t.partial({ a: secret, b: secret })]),
      { a: 'x', b: 'y' },
      { a: HIDDEN, b: HIDDEN },
    ],
    ['through exact', t.exact(t.type({ a: secret })), { a: 'x' }, { a: HIDDEN }],
    ['through strict', t.strict({ a: secret }), { a: 'x' }, { a: HIDDEN }],
    ['through readonly', t.readonly(t.type({ a: secret })), { a: 'x' }, { a: HIDDEN }],
    [
      'through a brand',
      new t.RefinementType('B', secret.is, secret.validate, secret.encode, secret, () => true),
      'x',
      HIDDEN,
    ],
    ['through a default', t.type({ a: withDefault(secret, 'x') }), { a: 'y' }, { a: HIDDEN }],
    ['a default', t.type({ a: sensitive(withDefault(t.string, 'x')) }), { a: 'y' }, { a: HIDDEN }],
    ['an object as a whole', t.type({ a: sensitive(t.type({ b: t.string })) }), { a: { b: 'x' } }, { a: HIDDEN }],
    ['what does not fit', t.type({ a: sensitive(t.number) }), { a: { b: ['7'] } }, { a: HIDDEN }],
    ['nothing where the shape is another', t.type({ a: secret }), ['x'], ['x']],
    ['nothing of a codec of somebody', new t.Type('own', t.string.is, t.string.validate, t.identity), 'x', 'x'],
  ]
  for (const [name, codec, value, expected] of cases) {
    it(`hides ${name}`, () => {
      expect(withoutSensitive(codec, value)).to.deep.equal(expected)
    })
  }

  interface Tree {
    readonly key: string
    readonly children: Tree[]
  }
  const Tree: t.Type<Tree> = t.recursion('Tree', () => t.type({ key: secret, children: t.array(Tree) }))

  it('hides in a codec that refers to itself, however deep', () => {
    const tree = { key: 'x', children: [{ key: 'y', children: [] }] }
    expect(withoutSensitive(Tree, tree)).to.deep.equal({ key: HIDDEN, children: [{ key: HIDDEN, children: [] }] })
    expect(
      withoutSensitive(
        t.recursion<string>('S', () => sensitive(t.string)),
        'x',
      ),
    ).to.equal(HIDDEN)
    let deep: unknown = { key: SECRET, children: [] }
    for (let depth = 0; depth < 5_000; depth++) deep = { key: SECRET, children: [deep] }
    expect(JSON.stringify(withoutSensitive(Tree, deep))).not.to.include(SECRET)
  })

  it('ends where a value contains itself', () => {
    const children: unknown[] = []
    const tree = { key: SECRET, children }
    children.push(tree)
    expect(JSON.stringify(withoutSensitive(Tree, tree))).not.to.include(SECRET)
  })

  it('gives back the value itself where nothing is marked, and changes nothing in place', () => {
    const value = Object.freeze({ a: Object.freeze(['x']) })
    expect(withoutSensitive(t.type({ a: t.array(t.string) }), value)).to.equal(value)
    expect(withoutSensitive(t.type({ a: t.array(secret) }), value)).to.deep.equal({ a: [HIDDEN] })
    expect(value).to.deep.equal({ a: ['x'] })
  })

  it('reaches no prototype', () => {
    const value: unknown = JSON.parse('{"__proto__":"x","constructor":"y","b":"z"}')
    const hidden = withoutSensitive(t.intersection([t.record(t.string, t.string), t.type({ b: secret })]), value)
    expect(Object.getPrototypeOf(hidden)).to.equal(Object.prototype)
    expect(JSON.stringify(hidden)).to.equal('{"__proto__":"x","constructor":"y","b":"[sensitive]"}')
  })

  // A codec together with a value for it that has the secret in every marked place and nowhere else.
  interface Marked {
    readonly codec: t.Mixed
    readonly value: unknown
  }
  const { tree } = fc.letrec<{ tree: Marked }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant<Marked>({ codec: sensitive(t.string), value: SECRET }),
      fc.string().map((value): Marked => ({ codec: t.string, value })),
      fc.record({ a: tie('tree'), b: tie('tree') }).map(({ a, b }): Marked => {
        return { codec: t.type({ a: a.codec, b: b.codec }), value: { a: a.value, b: b.value } }
      }),
      fc
        .record({ a: tie('tree') })
        .map(({ a }): Marked => ({ codec: t.partial({ a: a.codec }), value: { a: a.value } })),
      tie('tree').map(({ codec, value }): Marked => ({ codec: t.array(codec), value: [value, value] })),
      tie('tree').map(({ codec, value }): Marked => ({ codec: t.record(t.string, codec), value: { k: value } })),
      tie('tree').map(({ codec, value }): Marked => ({ codec: t.union([t.number, codec, t.null]), value })),
      tie('tree').map(({ codec, value }): Marked => ({ codec: sensitive(codec), value })),
      fc.tuple(tie('tree'), tie('tree')).map(([one, other]): Marked => {
        const codec = t.intersection([t.type({ a: one.codec }), t.partial({ b: other.codec })])
        return { codec, value: { a: one.value, b: other.value } }
      }),
    ),
  }))

  it('leaves no secret, whatever is nested in what; twice is as once', () => {
    fc.assert(
      fc.property(tree, ({ codec, value }) => {
        const hidden = withoutSensitive(codec, value)
        expect(JSON.stringify(hidden)).not.to.include(SECRET)
        expect(withoutSensitive(codec, hidden)).to.deep.equal(hidden)
        expect(withoutSensitive(codec, codec.encode(value))).to.deep.equal(hidden)
      }),
    )
  })

  it('survives any value', () => {
    fc.assert(
      fc.property(tree, fc.jsonValue(), ({ codec }, value) => {
        expect(() => withoutSensitive(codec, value)).not.to.throw()
      }),
    )
  })
})

describe('a tool with sensitive params and results', () => {
  const login = defineTool({
    name: 'login',
    description: 'Logs in.',
    params: t.type({ user: t.string, pin: sensitive(withDefault(t.number, 0)) }),
    results: t.type({ token: sensitive(t.string) }),
    run: ({ user, pin }) => ({ token: `${user}${pin}` }),
  })

  it('gets and gives what is marked as it is', async () => {
    const prepared = createToolRegistry([login]).prepare('login', { user: 'ada', pin: 7 })
    if (prepared._tag === 'Left') throw new Error('not prepared')
    expect(await prepared.right.run(toolContext())).to.deep.equal({ token: 'ada7' })
  })

  it('does not tell what is marked when it does not decode', () => {
    const prepared = createToolRegistry([login]).prepare('login', { user: 1, pin: SECRET })
    expect(JSON.stringify(prepared)).not.to.include(SECRET)
    expect(prepared)
      .to.have.nested.property('left.details')
      .deep.equal([
        { path: 'user', expected: 'string', actual: '1' },
        { path: 'pin', expected: 'number', actual: HIDDEN },
      ])
  })

  it('does not tell it either when the codec throws', () => {
    const broken = new t.Type<number>(
      'broken',
      t.number.is,
      () => {
        throw new Error('no')
      },
      t.identity,
    )
    const tool = defineTool({ name: 'x', description: 'X.', params: sensitive(broken), run: () => null })
    const prepared = createToolRegistry([tool]).prepare('x', SECRET)
    expect(JSON.stringify(prepared)).not.to.include(SECRET)
  })

  it('fails when its result is not what it says: what is elsewhere could not be hidden', async () => {
    const odd = defineTool({
      ...login,
      params: t.type({}),
      results: t.type({ token: sensitive(t.string) }),
      run: () => 7 as never,
    })
    const error: unknown = await odd.run({} as never, toolContext()).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ToolError).and.to.include({ code: 'INVALID_RESULT', permanent: true })
  })
})
