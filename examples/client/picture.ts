import { printable } from './printable.ts'
import type { NodeView, Outcome, RunView } from './run-view.ts'
import { pad, widthOf } from './width.ts'

/** How a line feels; a terminal with colours shows it. */
export type Tone = 'plain' | 'quiet' | 'busy' | 'good' | 'bad' | 'odd'

/** A line for the terminal: printable, without an end. */
export interface Line {
  readonly text: string
  readonly tone: Tone
}

/** What there is to see of a run. */
export interface Picture {
  /** Said once, above. */
  readonly news: readonly Line[]
  /** One line per node, the same from picture to picture but for what changed. */
  readonly board: readonly Line[]
  /** Said once, at the end. */
  readonly outcome: readonly Line[]
}

/** Pure. The only way from a server's words to the terminal: every line is made printable here. */
export function pictureOf({ kind, nodes, news, outcome }: RunView): Picture {
  const idWidth = widest(nodes.map(({ id }) => id))
  const toolWidth = widest(nodes.map(({ tool }) => tool))
  return {
    news: news.map((text) => line(`- ${text}`, 'quiet')),
    board: nodes.map((node) => nodeLine(node, idWidth, toolWidth)),
    outcome: outcome === undefined ? [] : outcomeLines(outcome, kind === 'chat' ? 'assistant: ' : ''),
  }
}

const BAR = 10

const tones: ReadonlyMap<string, Tone> = new Map([
  ['pending', 'quiet'],
  ['skipped', 'quiet'],
  ['running', 'busy'],
  ['completed', 'good'],
  ['failed', 'bad'],
])

/** `[######····]  60 %  copy  copy_file  running` */
function nodeLine({ id, tool, status, progress, attempt, remark }: NodeView, idWidth: number, toolWidth: number): Line {
  const percent = Math.min(100, Math.max(0, Math.floor(progress)))
  const filled = Math.floor((percent * BAR) / 100)
  const bar = `[${'#'.repeat(filled)}${'·'.repeat(BAR - filled)}] ${String(percent).padStart(3)} %`
  const again = attempt > 1 ? ` (attempt ${attempt})` : ''
  const why = remark === '' ? '' : `: ${remark}`
  const name = `${pad(printable(id), idWidth)}  ${pad(printable(tool), toolWidth)}`
  return line(`${bar}  ${name}  ${status}${again}${why}`, tones.get(status) ?? 'odd')
}

function outcomeLines({ isSuccess, headline, caret, details }: Outcome, speaker: string): readonly Line[] {
  const [first = '', ...more] = headline.split('\n')
  // A tab would move the caret from its place, so both lines lose theirs.
  const drawn = caret?.replaceAll('\t', ' ').split('\n') ?? []
  const aboutWidth = widest(details.map(([about]) => about))
  return [
    line(`${speaker}${first}`, isSuccess ? 'good' : 'bad'),
    ...[...more, ...drawn].map((text) => line(`  ${text}`)),
    ...details.map(([about, value]) => line(`  ${pad(printable(about), aboutWidth)}  ${written(value)}`)),
  ]
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => widthOf(printable(text))))
}

function line(text: string, tone: Tone = 'plain'): Line {
  return { text: printable(text), tone }
}
