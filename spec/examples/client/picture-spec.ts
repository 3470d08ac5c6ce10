import { expect } from 'chai'
import { type Line, pictureOf } from '../../../examples/client/picture.ts'
import { newRun, type RunView } from '../../../examples/client/run-view.ts'
import { accepted, answer, event, start, status, task, viewOf } from './frames.ts'

const texts = (lines: readonly Line[]): readonly string[] => lines.map(({ text }) => text)

describe('the picture of a run', () => {
  it('has one line per node, in columns', () => {
    const view = viewOf(
      'workflow',
      accepted,
      start('write', 'copy', 'list', 'send', 'ask', 'last'),
      task('write', 'completed', 100),
      task('copy', 'progress', 69.9, 'two thirds'),
      status('list', 'failed', { error: 'gone' }),
      status('send', 'retrying', { attempt: 2, error: 'busy' }),
      status('ask', 'skipped'),
    )
    const { board, news, outcome } = pictureOf(view)
    expect(texts(board)).to.deep.equal([
      '[##########] 100 %  write  write_file  completed',
      '[######····]  69 %  copy   copy_file   running: two thirds',
      '[··········]   0 %  list   list_file   failed: gone',
      '[··········]   0 %  send   send_file   retrying (attempt 2): busy',
      '[··········]   0 %  ask    ask_file    skipped',
      '[··········]   0 %  last   last_file   pending',
    ])
    expect(board.map(({ tone }) => tone)).to.deep.equal(['good', 'busy', 'bad', 'odd', 'quiet', 'quiet'])
    expect([...news, ...outcome]).to.deep.equal([])
  })

  it('keeps a bar within its ends, whatever a server calls progress', () => {
    const bar = (progress: number): string =>
      texts(pictureOf(viewOf('workflow', accepted, start('a'), task('a', 'progress', progress))).board)[0]?.slice(
        0,
        18,
      ) ?? ''
    expect([-5, 9.99, 10, 99.9, 100, 1e9].map(bar)).to.deep.equal([
      '[··········]   0 %',
      '[··········]   9 %',
      '[#·········]  10 %',
      '[#########·]  99 %',
      '[##########] 100 %',
      '[##########] 100 %',
    ])
  })

  it('keeps its columns where names are wide', () => {
    const nodes = [
      { id: '世界', tool: 'x' },
      { id: 'a', tool: 'y' },
    ]
    expect(texts(pictureOf(viewOf('workflow', accepted, event('workflowStart', { nodes }))).board)).to.deep.equal([
      '[··········]   0 %  世界  x  pending',
      '[··········]   0 %  a     y  pending',
    ])
  })

  it('ends with the results', () => {
    const results = { write: { bytesWritten: 2 }, ab: 'plain text', c: undefined }
    const complete = event('workflowComplete', { message: '2 of 2 nodes completed', results, duration: 7 })
    const { outcome } = pictureOf(viewOf('workflow', accepted, complete))
    expect(texts(outcome)).to.deep.equal([
      '2 of 2 nodes completed in 7 ms',
      '  write  {"bytesWritten":2}',
      '  ab     plain text',
      '  c      null',
    ])
    expect(outcome[0]?.tone).to.equal('good')
  })

  it('shows the place of a syntax error, also where the line has tabs', () => {
    const error = { code: 'DSL_SYNTAX', message: 'unclosed quote', caret: "\tCALL x 'a\n\t       ^" }
    const { outcome } = pictureOf(viewOf('dsl', accepted, event('dslResult', { success: false, error })))
    expect(texts(outcome)).to.deep.equal(['failed: unclosed quote (DSL_SYNTAX)', "   CALL x 'a", '          ^'])
    expect(outcome[0]?.tone).to.equal('bad')
  })

  it('says who answers a chat, and sets the other lines of the answer in', () => {
    const said = answer('chatMessage', { content: 'I can:\n- read\r\n- write', sender: 'assistant', type: 'text' })
    expect(texts(pictureOf(viewOf('chat', said)).outcome)).to.deep.equal([
      'assistant: I can:',
      '  - read\\u000d',
      '  - write',
    ])
  })

  it('makes everything a server says printable, and one line each', () => {
    const evil = 'x\u001b[2J\n\u202e\u0007'
    const view: RunView = {
      ...newRun('chat', evil),
      nodes: [{ id: evil, tool: evil, status: evil, progress: 1, attempt: 2, remark: evil }],
      news: [evil],
      outcome: {
        isSuccess: false,
        headline: evil,
        caret: evil,
        details: [
          [evil, evil],
          [evil, { [evil]: evil }],
        ],
      },
    }
    const { news, board, outcome } = pictureOf(view)
    const lines = texts([...news, ...board, ...outcome])
    expect(lines).to.have.lengthOf(1 + 1 + 2 + 2 + 2)
    for (const line of lines) expect(line).to.not.match(/[\p{Cc}\u202e]/u)
  })
})
