import { readFile } from 'node:fs/promises'
import { of } from 'rxjs'
import { PassThrough } from 'node:stream'
import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { sensitive } from '../../lib/tools/sensitive.ts'
import { ToolError } from '../../lib/tools/tool.ts'
import { plainResult, toolFailure } from '../../lib/workflow/tool-result.ts'

const MAX_BYTES = 200 * 1_024

function plain(result: unknown): unknown {
  const either = plainResult(result)
  if (either._tag === 'Right') return either.right
  throw new Error(either.left)
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

describe('plainResult', () => {
  it('is what JSON keeps of a result', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(plain(value))).to.equal(JSON.stringify(value))
      }),
    )
    expect(plain({ at: new Date(0), gone: undefined, list: [undefined, Number.NaN] })).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
      list: [null, null],
    })
  })

  it('is null for none', () => {
    expect(plain(undefined)).to.equal(null)
    expect(plain(null)).to.equal(null)
  })

  it('is a copy: a tool that changes its result later changes nothing', () => {
    const result = { list: [1] }
    const kept = plain(result)
    result.list.push(2)
    expect(kept).to.deep.equal({ list: [1] })
  })

  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  const hostile = {
    toJSON: () => {
      throw new Error('/secret/path')
    },
  }
  const refused: Readonly<Record<string, unknown>> = {
    'a BigInt': 1n,
    'a BigInt deep inside': { list: [{ value: 1n }] },
    'a circle': circular,
    'a function': () => 1,
    'a symbol': Symbol('s'),
    'what throws when it is asked': hostile,
  }
  for (const [name, value] of Object.entries(refused)) {
    it(`refuses ${name}, in words that tell nothing of it`, () => {
      expect(plainResult(value)).to.deep.equal({ _tag: 'Left', left: 'the result of the tool cannot be JSON' })
    })
  }

  it('keeps 200 KiB whole and cuts what is longer, with a notice', () => {
    const whole = 'x'.repeat(MAX_BYTES - 2)
    expect(plain(whole)).to.equal(whole)
    const cut = plain(`${whole}x`)
    expect(cut).to.match(/^x+… \[truncated: 204799 bytes in all\]$/)
    expect(bytesOf(cut)).to.be.at.most(MAX_BYTES)
  })

  it('cuts a record to a preview, with a notice', () => {
    const result = plain({ list: Array.from({ length: 30_000 }, (_, index) => `line ${index}`) })
    expect(result).to.include({ truncated: true })
    expect(result).to.have.property('notice').that.includes('longer than 204800 bytes')
    expect(result)
      .to.have.property('preview')
      .that.matches(/^\{"list":\["line 0",/)
    expect(bytesOf(result)).to.be.at.most(MAX_BYTES)
  })

  it('keeps within its bound what takes more bytes than characters', () => {
    const cut = plain({ text: '\u{1f600}'.repeat(90_000) })
    expect(cut).to.include({ truncated: true })
    expect(bytesOf(cut)).to.be.at.most(MAX_BYTES)
    expect(bytesOf(plain('\u{1f600}'.repeat(90_000)))).to.be.at.most(MAX_BYTES)
  })

  const huge: Readonly<Record<string, () => unknown>> = {
    'a text of 50 MB': () => 'x'.repeat(50_000_000),
    'a text of 50 MB deep inside': () => ({ pages: [{ text: 'x'.repeat(50_000_000) }] }),
    '50 MB of bytes': () => Buffer.alloc(50_000_000),
    'bytes deep inside': () => ({ file: new Uint8Array(50_000_000) }),
    'a list of five million numbers': () => Array.from({ length: 5_000_000 }, (_, index) => index),
    'a list of holes': () => Object.assign([], { length: 4_000_000_000 }),
    'a list that is one of many lists': () => {
      const lists = Array.from({ length: 1_000 }, () => 'x'.repeat(1_000))
      return Array.from({ length: 1_000 }, () => lists)
    },
  }
  for (const [name, make] of Object.entries(huge)) {
    it(`cuts ${name} at the cost of its bound`, () => {
      const value = make()
      const startedAt = process.cpuUsage()
      const result = plain(value)
      const { user, system } = process.cpuUsage(startedAt)
      expect(bytesOf(result)).to.be.at.most(MAX_BYTES)
      // to write all of it would take several times as long on any machine
      expect((user + system) / 1_000).to.be.lessThan(500)
    })
  }

  it('makes of instances what JSON makes of them, refuses those of which it would hold nothing, and stays up', () => {
    class Point {
      readonly x = 1
      get y(): number {
        return 2
      }
    }
    expect(plain(new Point())).to.deep.equal({ x: 1 })
    const chunks = (async function* () {
      yield await Promise.resolve(1)
    })()
    const pages = {
      pageSize: 10,
      async *[Symbol.asyncIterator]() {
        yield await Promise.resolve(1)
      },
    }
    const streams = [new PassThrough(), { body: new PassThrough() }, chunks, pages]
    for (const lost of [{ later: Promise.resolve(1) }, new Map([[1, 2]]), of(1, 2), new Error('x'), ...streams]) {
      expect(plainResult(lost)).to.deep.equal({ _tag: 'Left', left: 'the result of the tool cannot be JSON' })
    }
  })

  it('refuses what is nested too deep, also where that has no end', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) deep = [deep]
    const refusal = { _tag: 'Left', left: 'the result of the tool is nested deeper than 100' }
    expect(plainResult(deep)).to.deep.equal(refusal)
    const endless = (): object => ({ toJSON: () => ({ next: endless() }) })
    expect(plainResult(endless())).to.deep.equal(refusal)
  })

  it('hides what is marked, also where the result is cut', () => {
    const results = t.type({ token: sensitive(t.string), text: t.string })
    expect(plainResult({ token: 's3cret', text: 'x' }, results)).to.deep.equal({
      _tag: 'Right',
      right: { token: '[sensitive]', text: 'x' },
    })
    const cut = plainResult({ token: 's3cret', text: 'x'.repeat(MAX_BYTES) }, results)
    expect(cut).to.have.nested.property('right.truncated', true)
    expect(JSON.stringify(cut)).not.to.include('s3cret')
    const grown = plainResult(
      Array.from({ length: 40_000 }, () => 's3'),
      t.array(sensitive(t.string)),
    )
    expect(JSON.stringify(grown)).not.to.include('s3')
    expect(bytesOf(grown)).to.be.at.most(MAX_BYTES + 100)
    expect(plainResult('s3cret'.repeat(MAX_BYTES), sensitive(t.string))).to.deep.equal({
      _tag: 'Right',
      right: '[sensitive]',
    })
  })

  it('hides nothing in what makes its own JSON: it refuses it', () => {
    class Token {
      readonly #value = 's3cret'
      get value(): string {
        return this.#value
      }
      toJSON(): object {
        return { other: this.#value }
      }
    }
    const results = t.type({ value: sensitive(t.string) })
    const own = { value: 's3cret', toJSON: () => ({ value: 's3cret' }) }
    for (const [result, codec] of [
      [new Token(), results],
      [own, results],
      [{ at: new Token() }, t.type({ at: results })],
      [[own], t.array(t.union([t.number, results]))],
    ] as const) {
      expect(plainResult(result, codec)).to.deep.equal({
        _tag: 'Left',
        left: 'a part of the result of the tool makes its own JSON, in which nothing could be hidden',
      })
    }
    const at = new Date(0)
    const dated = t.type({
      at: new t.Type('date', (value): value is Date => value instanceof Date, t.success, t.identity),
      key: sensitive(t.string),
    })
    expect(plainResult({ at, key: 'k' }, dated)).to.have.deep.property('right', {
      at: '1970-01-01T00:00:00.000Z',
      key: '[sensitive]',
    })
  })

  it('costs its bound, whatever the codec', () => {
    const large = Array.from({ length: 3_000_000 }, (_, index) => index)
    for (const results of [
      t.array(t.number),
      t.array(sensitive(t.number)),
      t.type({ list: t.array(sensitive(t.number)) }),
    ]) {
      const startedAt = process.cpuUsage()
      const result = plainResult(results.is(large) ? large : { list: large }, results)
      const { user, system } = process.cpuUsage(startedAt)
      expect(result).to.have.nested.property('right.truncated', true)
      expect((user + system) / 1_000).to.be.lessThan(500)
    }
  })
})

describe('toolFailure', () => {
  /** Without what is for the log. */
  const told = (error: unknown) => {
    const { fault: _, ...failure } = toolFailure(error)
    return failure
  }

  it('tells the words and the code of a ToolError, and whether another try could help', () => {
    expect(told(new ToolError('X', 'no such file: a.txt', { permanent: true }))).to.deep.equal({
      error: 'no such file: a.txt',
      code: 'X',
      isPermanent: true,
    })
    expect(told(new ToolError('X', 'busy', { permanent: false }))).to.deep.equal({
      error: 'busy',
      code: 'X',
      isPermanent: false,
    })
  })

  it('tells the words of any error of the author, which may be tried again', () => {
    expect(told(new TypeError('no such order'))).to.deep.equal({
      error: 'no such order',
      code: 'TOOL_FAILED',
      isPermanent: false,
    })
    expect(told(new Error(''))).to.deep.equal({
      error: 'the tool failed',
      code: 'TOOL_FAILED',
      isPermanent: false,
    })
  })

  it('reduces an error of the operating system to its code: its words hold paths', async () => {
    const path = '/a/secret/place/that/is/not/there'
    const error: unknown = await readFile(path).catch((reason: unknown) => reason)
    expect(String(error)).to.include(path)
    expect(told(error)).to.deep.equal({
      error: 'the tool failed: ENOENT',
      code: 'TOOL_FAILED',
      isPermanent: false,
    })
    const nameless = Object.assign(new Error(`open ${path}`), { syscall: 'open' })
    expect(told(nameless)).to.deep.equal({
      error: 'the tool failed: system error',
      code: 'TOOL_FAILED',
      isPermanent: false,
    })
  })

  it('tells nothing of what is thrown and no error', () => {
    for (const thrown of ['/secret', undefined, null, 7, { message: '/secret' }, () => '/secret']) {
      expect(told(thrown)).to.deep.equal({ error: 'the tool failed', code: 'TOOL_FAILED', isPermanent: false })
    }
  })

  it('tells nothing of an error whose message is no text, and survives it', () => {
    const odd = Object.assign(new Error('x'), { message: { path: '/secret' } })
    expect(told(odd)).to.deep.equal({ error: 'the tool failed', code: 'TOOL_FAILED', isPermanent: false })
    const gone = Object.assign(new ToolError('X', 'x', { permanent: true }), { message: undefined })
    expect(told(gone)).to.deep.equal({ error: 'the tool failed', code: 'X', isPermanent: true })
  })

  it('survives an error that throws when it is asked', () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'message', {
      get: () => {
        throw new Error('/secret')
      },
    })
    expect(told(hostile)).to.deep.equal({ error: 'the tool failed', code: 'TOOL_FAILED', isPermanent: false })
  })

  it('cuts endless words and writes control characters out', () => {
    expect(told(new Error('x'.repeat(10_000))).error).to.have.lengthOf(2_001)
    expect(told(new ToolError('X', 'a\nb', { permanent: true })).error).to.equal('a\\u000ab')
    expect(told(new ToolError(`A\nB${'x'.repeat(100)}`, 'x', { permanent: true })).code).to.match(/^A\\u000aBx{1,64}…$/)
    const nameless = Object.assign(new ToolError('X', 'x', { permanent: true }), { code: 7 })
    expect(told(nameless).code).to.equal('TOOL_FAILED')
  })

  it('tells whoever mends the tool what it did not foresee: in words, and nothing that hangs on it', () => {
    const bug = Object.assign(new TypeError('x is undefined'), { config: { password: 's3cret' } })
    const { fault } = toolFailure(bug)
    expect(fault).to.deep.equal({ name: 'TypeError', message: 'x is undefined', stack: bug.stack?.slice(0, 4_000) })
    const large = toolFailure(new Error('x'.repeat(1_000_000))).fault
    expect(JSON.stringify(large).length).to.be.below(10_000)
    expect(toolFailure(new ToolError('X', 'no', { permanent: true })).fault).to.equal(undefined)
    expect(toolFailure('no error').fault).to.deep.include({ message: 'it threw what is no error' })
  })

  it('survives what cannot even be asked what it is', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const hostile = new Proxy(new Error('x'), {
      getPrototypeOf: () => {
        throw new Error('/secret')
      },
    })
    for (const thrown of [proxy, hostile]) {
      expect(told(thrown)).to.deep.equal({ error: 'the tool failed', code: 'TOOL_FAILED', isPermanent: false })
    }
  })
})
