import type { Line, Picture, Tone } from './picture.ts'
import { cut, widthOf } from './width.ts'

/** What is on the terminal, and how it came there. */
export interface Drawn {
  /** The lines of the board that are there now. */
  readonly board: readonly string[]
  /** What to write. */
  readonly text: string
}

export const nothingDrawn: Drawn = { board: [], text: '' }

export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly hasColours: boolean
}

/** For a file, a pipe, a log: what is new or has changed, line after line. */
export function append(drawn: Drawn, { news, board, outcome }: Picture): Drawn {
  const changed = board.filter(({ text }, index) => text !== drawn.board[index])
  const lines = [...news, ...changed, ...outcome]
  return { board: board.map(({ text }) => text), text: lines.map(({ text }) => `${text}\n`).join('') }
}

/** For a terminal: goes back to where the board begins and draws over it; news push it down. */
export function redraw(drawn: Drawn, { news, board, outcome }: Picture, screen: Screen): Drawn {
  const isLast = outcome.length > 0
  // What has scrolled away cannot be drawn over: until the end, a board is no higher than the screen.
  const shown = (isLast ? board : fit(board, screen.rows - 1)).map(({ text, tone }) => ({
    text: cut(text, screen.columns - 1),
    tone,
  }))
  const texts = shown.map(({ text }) => text)
  if (news.length === 0 && !isLast && isSame(texts, drawn.board)) return { ...drawn, text: '' }
  // A line that was drawn before the window became narrower takes several rows now.
  const height = drawn.board.reduce((rows, text) => rows + Math.max(1, Math.ceil(widthOf(text) / screen.columns)), 0)
  const lines = [...news, ...shown, ...outcome].map((line) => `${paint(line, screen)}\n`)
  return { board: texts, text: `${height === 0 ? '' : up(height)}\r${CLEAR_BELOW}${lines.join('')}` }
}

const CLEAR_BELOW = '\u001b[J'

function up(rows: number): string {
  return `\u001b[${rows}A`
}

const colours: Readonly<Record<Tone, string>> = { plain: '0', quiet: '2', busy: '36', good: '32', bad: '31', odd: '33' }

function paint({ text, tone }: Line, { hasColours }: Screen): string {
  return hasColours && tone !== 'plain' ? `\u001b[${colours[tone]}m${text}\u001b[0m` : text
}

/** Of a board that is too high, the lines where something happens; of the others as many as there is room for. */
function fit(board: readonly Line[], rows: number): readonly Line[] {
  if (board.length <= rows) return board
  const isIdle = ({ tone }: Line): boolean => tone === 'quiet' || tone === 'good'
  const byInterest = [...board.filter((line) => !isIdle(line)), ...board.filter(isIdle)]
  const chosen = new Set(byInterest.slice(0, Math.max(0, rows - 1)))
  return [
    ...board.filter((line) => chosen.has(line)),
    { text: `… and ${board.length - chosen.size} more`, tone: 'quiet' },
  ]
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index])
}
