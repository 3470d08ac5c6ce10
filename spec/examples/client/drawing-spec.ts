import { expect } from 'chai'
import * as fc from 'fast-check'
import { append, type Drawn, nothingDrawn, redraw, type Screen } from '../../../examples/client/drawing.ts'
import type { Line, Picture, Tone } from '../../../examples/client/picture.ts'
import { createTerminal } from '../terminal.ts'

const line = (text: string, tone: Tone = 'plain'): Line => ({ text, tone })

function picture(
  board: readonly string[],
  more: { news?: readonly string[]; outcome?: readonly string[] } = {},
): Picture {
  const lines = (texts: readonly string[] = []): readonly Line[] => texts.map((text) => line(text))
  return { board: lines(board), news: lines(more.news), outcome: lines(more.outcome) }
}

const screen: Screen = { columns: 20, rows: 10, hasColours: false }

/** What a person sees after some pictures. */
function seen(pictures: readonly Picture[], { columns, rows, hasColours }: Screen = screen): readonly string[] {
  const terminal = createTerminal(columns, rows)
  let drawn: Drawn = nothingDrawn
  for (const next of pictures) {
    drawn = redraw(drawn, next, { columns, rows, hasColours })
    terminal.write(drawn.text)
  }
  expect(terminal.faults).to.deep.equal([])
  return terminal.rows()
}

describe('drawing line after line', () => {
  const appended = (...pictures: readonly Picture[]): readonly string[] => {
    let drawn: Drawn = nothingDrawn
    return pictures.map((next) => {
      drawn = append(drawn, next)
      return drawn.text
    })
  }

  it('writes what is new or has changed', () => {
    expect(
      appended(
        picture(['a 0', 'b 0']),
        picture(['a 1', 'b 0'], { news: ['n'] }),
        picture(['a 1', 'b 0']),
        picture(['a 1', 'b 1', 'c 0'], { outcome: ['done', '  r'] }),
      ),
    ).to.deep.equal(['a 0\nb 0\n', 'n\na 1\n', '', 'b 1\nc 0\ndone\n  r\n'])
  })

  it('writes no control sequence, and cuts nothing', () => {
    const long = 'x'.repeat(500)
    expect(appended({ ...picture([]), board: [line(long, 'bad')] })).to.deep.equal([`${long}\n`])
  })
})

describe('drawing in place', () => {
  it('draws a board over the one before', () => {
    expect(seen([picture(['a 0', 'b 0'])])).to.deep.equal(['a 0', 'b 0', ''])
    expect(seen([picture(['a 0', 'b 0']), picture(['a 10', 'b 0']), picture(['a', 'b 1'])])).to.deep.equal([
      'a',
      'b 1',
      '',
    ])
  })

  it('lets news push the board down, and writes the outcome below it', () => {
    expect(
      seen([
        picture(['a 0'], { news: ['one'] }),
        picture(['a 1'], { news: ['two'] }),
        picture(['a 2'], { outcome: ['done', '  r'] }),
      ]),
    ).to.deep.equal(['one', 'two', 'a 2', 'done', '  r', ''])
  })

  it('writes nothing where nothing changed', () => {
    const first = redraw(nothingDrawn, picture(['a']), screen)
    expect(redraw(first, picture(['a']), screen)).to.deep.equal({ board: ['a'], text: '' })
  })

  it('is golden: up over what is there, clear, and again', () => {
    const first = redraw(nothingDrawn, picture(['a 0', 'b 0']), screen)
    expect(first.text).to.equal('\r\u001b[Ja 0\nb 0\n')
    expect(redraw(first, picture(['a 1', 'b 0']), screen).text).to.equal('\u001b[2A\r\u001b[Ja 1\nb 0\n')
  })

  it('starts at the margin, also after a ^C', () => {
    const terminal = createTerminal(20, 10)
    const first = redraw(nothingDrawn, picture(['a 0']), screen)
    terminal.write(first.text)
    terminal.write('^C')
    terminal.write(redraw(first, picture(['a 1']), screen).text)
    expect(terminal.rows()).to.deep.equal(['a 1', ''])
  })

  it('cuts a line before the edge: at the edge terminals disagree', () => {
    expect(seen([picture(['x'.repeat(20), 'b']), picture(['y'.repeat(19), 'b'])])).to.deep.equal([
      'y'.repeat(19),
      'b',
      '',
    ])
    expect(seen([picture(['x'.repeat(20)])])).to.deep.equal([`${'x'.repeat(18)}…`, ''])
  })

  it('finds the beginning again after the window became narrower', () => {
    const wide = redraw(nothingDrawn, picture(['x'.repeat(19), 'b']), screen)
    const narrow = redraw(wide, picture(['c', 'd']), { ...screen, columns: 8 })
    expect(narrow.text).to.equal('\u001b[4A\r\u001b[Jc\nd\n')
  })

  it('keeps to the screen: of a board that is too high, the lines where something happens', () => {
    const tones = ['good', 'busy', 'quiet', 'bad', 'quiet', 'quiet'] as const
    const board = tones.map((tone, index) => line(`${index} ${tone}`, tone))
    const high = { ...picture([]), board }
    expect(seen([high, high], { ...screen, rows: 5 })).to.deep.equal(['0 good', '1 busy', '3 bad', '… and 3 more', ''])
    const changed = { ...high, board: board.map(({ text, tone }) => line(`${text}!`, tone)) }
    expect(seen([high, changed], { ...screen, rows: 5 })).to.deep.equal([
      '0 good!',
      '1 busy!',
      '3 bad!',
      '… and 3 more',
      '',
    ])
    const end = { ...high, outcome: [line('done')] }
    expect(seen([high, end], { ...screen, rows: 5 })).to.deep.equal([...board.map(({ text }) => text), 'done', ''])
  })

  it('has colours where they are wanted, and only there', () => {
    const bad = { ...picture(['a']), board: [line('a', 'bad'), line('b')] }
    expect(redraw(nothingDrawn, bad, { ...screen, hasColours: true }).text).to.equal(
      '\r\u001b[J\u001b[31ma\u001b[0m\nb\n',
    )
    expect(redraw(nothingDrawn, bad, screen).text).to.equal('\r\u001b[Ja\nb\n')
  })

  it('shows, after any pictures, all news and the last board and no trace of those before', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '#'), maxLength: 30 })
    const board = fc.array(text, { maxLength: 6 })
    const steps = fc.array(fc.record({ board, news: fc.array(text, { maxLength: 2 }) }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(
        steps,
        fc.array(text, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 2, max: 12 }),
        (all, end, rows) => {
          const small = { columns: 12, rows, hasColours: false }
          const pictures = all.map((step) => picture(step.board, { news: step.news }))
          const last = picture(all.at(-1)?.board ?? [], { outcome: end })
          const wrapped = (part: string): readonly string[] =>
            part === '' ? [''] : (part.match(/.{1,12}/g) ?? []).map((row) => row.trimEnd())
          const cut = (part: string): string => (part.length > 11 ? `${part.slice(0, 10)}…` : part).trimEnd()
          const expected = [
            ...all.flatMap(({ news }) => news).flatMap(wrapped),
            ...last.board.map((shown) => cut(shown.text)),
            ...end.flatMap(wrapped),
            '',
          ]
          expect(seen([...pictures, last], small)).to.deep.equal(expected)
        },
      ),
    )
  })
})
