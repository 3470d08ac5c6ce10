import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import * as fc from 'fast-check'
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
    expect(cut).to.match(/^x+… \[truncated: 204801 bytes in all\]$/)
    expect(bytesOf(cut)).to.be.at.most(MAX_BYTES)
  })

  it('cuts a record to a preview that says how much it was', () => {
    const result = plain({ list: Array.from({ length: 30_000 }, (_, index) => `line ${index}`) })
    expect(result).to.include({ truncated: true })
    expect(result).to.have.property('bytes').that.is.greaterThan(MAX_BYTES)
    expect(bytesOf(result)).to.be.at.most(MAX_BYTES)
  })
})

describe('toolFailure', () => {
  it('tells the words of a ToolError, and whether another try could help', () => {
    expect(toolFailure(new ToolError('X', 'no such file: a.txt', { permanent: true }))).to.deep.equal({
      error: 'no such file: a.txt',
      isPermanent: true,
    })
    expect(toolFailure(new ToolError('X', 'busy', { permanent: false }))).to.deep.equal({
      error: 'busy',
      isPermanent: false,
    })
  })

  it('tells the words of any error of the author, which may be tried again', () => {
    expect(toolFailure(new TypeError('no such order'))).to.deep.equal({ error: 'no such order', isPermanent: false })
    expect(toolFailure(new Error(''))).to.deep.equal({ error: 'the tool failed', isPermanent: false })
  })

  it('reduces an error of the operating system to its code: its words hold paths', async () => {
    const path = '/a/secret/place/that/is/not/there'
    const error: unknown = await readFile(path).catch((reason: unknown) => reason)
    expect(String(error)).to.include(path)
    expect(toolFailure(error)).to.deep.equal({ error: 'the tool failed: ENOENT', isPermanent: false })
    const nameless = Object.assign(new Error(`open ${path}`), { syscall: 'open' })
    expect(toolFailure(nameless)).to.deep.equal({ error: 'the tool failed: system error', isPermanent: false })
  })

  it('tells nothing of what is thrown and no error', () => {
    for (const thrown of ['/secret', undefined, null, 7, { message: '/secret' }, () => '/secret']) {
      expect(toolFailure(thrown)).to.deep.equal({ error: 'the tool failed', isPermanent: false })
    }
  })

  it('tells nothing of an error whose message is no text, and survives it', () => {
    const odd = Object.assign(new Error('x'), { message: { path: '/secret' } })
    expect(toolFailure(odd)).to.deep.equal({ error: 'the tool failed', isPermanent: false })
    const gone = Object.assign(new ToolError('X', 'x', { permanent: true }), { message: undefined })
    expect(toolFailure(gone)).to.deep.equal({ error: 'the tool failed', isPermanent: true })
  })

  it('cuts endless words and writes control characters out', () => {
    expect(toolFailure(new Error('x'.repeat(10_000))).error).to.have.lengthOf(2_001)
    expect(toolFailure(new ToolError('X', 'a\nb', { permanent: true })).error).to.equal('a\\u000ab')
  })
})
