import { expect } from 'chai'
import * as fc from 'fast-check'
import { fileError } from '../../lib/tools/files/file-error.ts'
import { describeOutcome, type Outcome } from '../../lib/chat/outcome.ts'

const files = (count: number) => Array.from({ length: count }, (_, index) => ({ path: `f${index}`, bytes: 1 }))

describe('describeOutcome', () => {
  const told: readonly (readonly [tool: string, result: unknown, sentence: string])[] = [
    ['write_file', { path: 'a.txt', bytesWritten: 5 }, 'Wrote a.txt (5 bytes).'],
    ['write_file', { path: 'a.txt', bytesWritten: 1 }, 'Wrote a.txt (1 byte).'],
    ['write_file', { path: 'a.txt', bytesWritten: 5, replaced: true }, 'Replaced a.txt (5 bytes).'],
    ['write_file', { path: 'a.txt', bytesWritten: 0, replaced: true }, 'Emptied a.txt.'],
    ['write_file', { path: 'a.txt', bytesWritten: 0 }, 'Wrote a.txt (0 bytes).'],
    ['read_file', { path: 'a.txt', content: 'x\ny', encoding: 'utf8', bytes: 3 }, 'a.txt:\nx\ny'],
    ['read_file', { path: 'a.txt', content: '', encoding: 'utf8', bytes: 0 }, 'a.txt is empty.'],
    [
      'read_file',
      { path: 'a.txt', content: 'x', encoding: 'utf8', bytes: 9, truncated: true, notice: 'n' },
      'a.txt (the beginning of 9 bytes):\nx',
    ],
    ['read_file', { path: 'a.bin', content: 'AA==', encoding: 'base64', bytes: 1 }, 'a.bin (as base64):\nAA=='],
    ['list_files', { directory: '.', files: [] }, 'No files were found in the workspace.'],
    ['list_files', { directory: 'docs', files: [] }, 'No files were found in docs.'],
    ['list_files', { directory: '.', files: [{ path: 'a', bytes: 1 }] }, '1 file in the workspace:\n- a (1 byte)'],
    [
      'list_files',
      { directory: 'docs', files: files(2), truncated: true },
      'The first 2 files in docs:\n- f0 (1 byte)\n- f1 (1 byte)',
    ],
    ['list_directory', { directory: 'docs', entries: [] }, 'There is nothing in docs.'],
    [
      'list_directory',
      {
        directory: '.',
        entries: [
          { name: 'sub', type: 'directory' },
          { name: 'a.txt', type: 'file', bytes: 2 },
          { name: 'gone', type: 'file' },
          { name: 'l', type: 'link' },
        ],
      },
      '4 entries in the workspace:\n- sub/\n- a.txt (2 bytes)\n- gone\n- l (link)',
    ],
    ['create_directory', { path: 'docs', created: true }, 'Created the folder docs.'],
    ['create_directory', { path: 'docs', created: false }, 'The folder docs is there already.'],
    ['delete_file', { path: 'a', deleted: true }, 'Deleted a.'],
    ['delete_file', { path: 'a', deleted: false }, 'a was not deleted.'],
    ['move_file', { source: 'a', destination: 'b' }, 'Moved a to b.'],
    ['move_file', { source: 'a.txt', destination: 'b' }, 'Moved a.txt to b, a file of that name.'],
    ['move_file', { source: 'a.txt', destination: 'b/a.txt' }, 'Moved a.txt to b/a.txt.'],
    ['copy_file', { source: 'a.txt', destination: 'b', bytes: 2 }, 'Copied a.txt to b (2 bytes), a file of that name.'],
    [
      'move_file',
      { source: 'a', destination: 'x/b', replaced: true },
      'Moved a to x/b, in place of the b that was there.',
    ],
    ['copy_file', { source: 'a', destination: 'b', bytes: 2 }, 'Copied a to b (2 bytes).'],
    [
      'copy_file',
      { source: 'a', destination: 'b', bytes: 2, replaced: true },
      'Copied a to b (2 bytes), in place of the b that was there.',
    ],
    ['search_files', { matches: [] }, 'Nothing was found.'],
    [
      'search_files',
      { matches: [{ path: 'a' }, { path: 'b', line: 3, text: 'x\ty' }] },
      '2 matches:\n- a\n- b:3: x\\u0009y',
    ],
    ['search_files', { matches: [{ path: 'a', line: 1 }], truncated: true }, 'The first 1 match:\n- a:1'],
  ]
  for (const [tool, result, sentence] of told) {
    it(`${tool}: ${JSON.stringify(sentence)}`, () => {
      expect(describeOutcome({ success: true, tool, result })).to.equal(sentence)
    })

    it(`${tool}, by its result alone: ${JSON.stringify(sentence)}`, () => {
      expect(describeOutcome({ success: true, result })).to.equal(sentence)
    })
  }

  const basics: readonly (readonly [string, unknown, string])[] = [
    ['calculate', 14, 'The result is 14.'],
    ['calculate', 'x', 'Done: "x"'],
    ['echo', 'good morning', 'good morning'],
    ['echo', { a: 1 }, 'Done: {"a":1}'],
    ['echo', null, 'Done.'],
    ['echo', '', 'That is an empty text.'],
    ['wait', { seconds: 1 }, 'Waited 1 second.'],
    ['wait', { seconds: 0.5 }, 'Waited 0.5 seconds.'],
    ['json_query', null, 'The value is null'],
    ['json_query', ['Ada'], 'The value is ["Ada"]'],
    ['http_get', { status: 200, headers: {}, body: 'hello' }, 'Fetched (status 200):\nhello'],
    ['http_get', { status: 200, body: 'he', truncated: true }, 'Fetched (status 200, the beginning of it):\nhe'],
    ['http_get', { status: 204, body: '' }, 'Nothing is there (status 204).'],
  ]
  for (const [tool, result, sentence] of basics) {
    it(`${tool}: ${JSON.stringify(sentence)}`, () => {
      expect(describeOutcome({ success: true, tool, result })).to.equal(sentence)
    })
  }

  it('tells a failure with its message', () => {
    const failure = (error: Outcome['error']) => describeOutcome({ success: false, tool: 'read_file', error })
    expect(failure({ code: 'NOT_FOUND', message: '"a" does not exist' })).to.equal(
      'That did not work: "a" does not exist',
    )
    expect(failure({ code: 'NOT_FOUND', message: '' })).to.equal('That did not work: NOT_FOUND')
    expect(failure({ message: 'x\u0000' })).to.equal('That did not work: x\\u0000')
    const left = (name: string) => fileError('ALREADY_EXISTS', name).message
    expect(failure({ code: 'TOOL_FAILED', message: left('a b') })).to.equal(
      `That did not work: ${left('a b')}. To put something in its place, say: overwrite 'a b' with 'the new text'`,
    )
    expect(failure({ code: 'TOOL_FAILED', message: left('docs/a.txt') })).to.match(
      / say: overwrite docs\/a\.txt with 'the new text'$/,
    )
    for (const tool of ['copy_file', 'move_file']) {
      const error = { code: 'TOOL_FAILED', message: left('archive') }
      expect(describeOutcome({ success: false, tool, error })).to.equal(
        `That did not work: ${left('archive')}. It is a file: please say another name, or the name of a folder.`,
      )
    }
    expect(failure(undefined)).to.equal('That did not work.')
    expect(describeOutcome({ success: false, result: { path: 'a', deleted: true } })).to.equal('That did not work.')
  })

  it('tells the result of another tool as JSON, cut', () => {
    const of = (result: unknown) => describeOutcome({ success: true, tool: 'other', result })
    expect(of({ a: [1] })).to.equal('Done: {"a":[1]}')
    expect(of('x')).to.equal('Done: "x"')
    expect(of(0)).to.equal('Done: 0')
    expect(of(null)).to.equal('Done.')
    expect(of(undefined)).to.equal('Done.')
    expect(of({ path: 'a', deleted: true })).to.equal('Done: {"path":"a","deleted":true}')
    expect(of('x'.repeat(3_000))).to.equal(`Done: "${'x'.repeat(1_999)}…`)
    expect(of(`${'x'.repeat(1_998)}😀`)).to.equal(`Done: "${'x'.repeat(1_998)}…`)
  })

  it('tells a file tool with another result as JSON', () => {
    expect(describeOutcome({ success: true, tool: 'read_file', result: { path: 1 } })).to.equal('Done: {"path":1}')
  })

  it('tells several steps, a line or more each', () => {
    const result = {
      step1: { path: 'a', bytesWritten: 2 },
      step2: { path: 'a', content: 'x', encoding: 'utf8', bytes: 1 },
      step3: null,
      step4: { other: true },
    }
    expect(describeOutcome({ success: true, result })).to.equal(
      'Wrote a (2 bytes).\na:\nx\nDone.\nThe value is {"other":true}',
    )
    expect(describeOutcome({ success: true, result: {} })).to.equal('Done.')
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`n${index}`, null]))
    expect(describeOutcome({ success: true, result: many }).split('\n')).to.have.length(257)
  })

  it('tells what several steps of basic tools gave, without the names that nobody gave', () => {
    const result = {
      step1: { seconds: 1 },
      step2: 'done',
      result: 5,
      result2: '',
      step3: { status: 200, headers: {}, body: 'hello' },
      step4: { seconds: 1, other: true },
      total: 7,
      step5: [1],
    }
    expect(describeOutcome({ success: true, result }).split('\n')).to.deep.equal([
      'Waited 1 second.',
      'done',
      'The result is 5.',
      'That is an empty text.',
      'Fetched (status 200):',
      'hello',
      'The value is {"seconds":1,"other":true}',
      'total: 7',
      'The value is [1]',
    ])
  })

  it('tells a value without the file that was read for it', () => {
    const lookup = { path: 'd.json', content: '{"a":[1]}', encoding: 'utf8', bytes: 9 }
    const of = (result: unknown) => describeOutcome({ success: true, result })
    expect(of({ lookup, step2: [1] })).to.equal('The value is [1]')
    expect(of({ lookup, result: true, lookup2: lookup, step4: 'x' })).to.equal('The value is true\nx')
    expect(of({ lookup: { truncated: true, preview: '{"path":"d.json","content":"{' }, step2: 1 })).to.equal(
      'The result is 1.',
    )
    // of others' steps nobody knows that they are called so
    expect(of({ lookup: 5, step2: 1 })).to.equal('lookup: 5\nThe result is 1.')
    expect(of({ lookup })).to.equal('d.json:\n{"a":[1]}')
    const error = { code: 'NOT_FOUND', message: 'nothing is there' }
    expect(describeOutcome({ success: false, result: { lookup }, error })).to.equal(
      'The first step did not work: nothing is there\nWhat would have come after it was not done.',
    )
  })

  it('tells what was done before a failure, and that the rest was not', () => {
    const error = { code: 'NOT_FOUND', message: '"b" does not exist', line: 2 }
    expect(describeOutcome({ success: false, result: { step1: { path: 'a', deleted: true } }, error })).to.equal(
      'Deleted a.\nThe next step did not work: "b" does not exist\nWhat would have come after it was not done.',
    )
    expect(describeOutcome({ success: false, result: {}, error })).to.equal(
      'The first step did not work: "b" does not exist\nWhat would have come after it was not done.',
    )
    expect(describeOutcome({ success: false, result: undefined, error })).to.equal(
      'That did not work: "b" does not exist',
    )
    expect(describeOutcome({ success: false, tool: 'read_file', result: {}, error })).to.equal(
      'That did not work: "b" does not exist',
    )
    expect(describeOutcome({ success: false, result: { step1: null } })).to.equal(
      'Done.\nThe next step did not work.\nWhat would have come after it was not done.',
    )
  })

  it('shows the beginning of what was too large', () => {
    const beginning = (preview: string) => describeOutcome({ success: true, tool: 'read_file', result: cut(preview) })
    const cut = (preview: string) => ({ truncated: true, notice: 'n', preview })
    const title = 'a.txt (the beginning: all of it is too large to be shown):\n'
    for (const [written, shown] of [
      ['x\\ny', 'x\ny'],
      ['x\\', 'x'],
      ['x\\u00', 'x'],
      ['x\\\\u00', 'x\\u00'],
      ['x\\u0041","encoding":"utf', 'xA'],
    ] as const) {
      expect(beginning(`{"path":"a.txt","content":"${written}`)).to.equal(title + shown)
    }
    expect(beginning('{"files":[{"pa')).to.equal('The result is too large. It begins so:\n{"files":[{"pa')
    expect(beginning('')).to.equal('The result is too large to be shown.')
    const content = 'x'.repeat(200_000)
    const step1 = cut(`{"path":"a.txt","content":"${content}`)
    expect(describeOutcome({ success: true, result: { step1, step2: null } })).to.equal(`${title}${content}\nDone.`)
  })

  it('lists a bounded number of names', () => {
    const lines = describeOutcome({ success: true, result: { directory: '.', files: files(1_000) } }).split('\n')
    expect(lines).to.have.length(202)
    expect(lines[0]).to.equal('1000 files in the workspace:')
    expect(lines[201]).to.equal('- and 800 more')
    const isCut = { directory: '.', files: files(1_000), truncated: true }
    expect(describeOutcome({ success: true, result: isCut })).to.match(/^The first 1000 files [^]*\n- and more$/)
  })

  it('escapes names', () => {
    expect(describeOutcome({ success: true, result: { path: 'a\n\u202e', deleted: true } })).to.equal(
      'Deleted a\\u000a\\u202e.',
    )
  })

  it('never throws', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    const hostile = {
      get path(): string {
        throw new Error('no')
      },
    }
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    for (const result of [cyclic, hostile, revoked.proxy, 1n, { a: 1n }, Symbol('x'), () => 0, [undefined], NaN]) {
      for (const tool of [undefined, 'read_file', 'other']) {
        expect(describeOutcome({ success: true, tool, result }))
          .to.be.a('string')
          .that.is.not.equal('')
      }
    }
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true }), (value) => {
        expect(describeOutcome({ success: true, result: value })).to.be.a('string')
        expect(describeOutcome({ success: true, tool: 'read_file', result: value })).to.be.a('string')
        expect(describeOutcome(value as Outcome)).to.be.a('string')
        expect(describeOutcome({ success: false, error: value as NonNullable<Outcome['error']> })).to.be.a('string')
      }),
    )
  })
})
