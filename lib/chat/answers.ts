import { printable } from '../base/printable.ts'
import { ABILITIES, exampleOf, type KnownTool } from './abilities.ts'
import type { ToolSummary } from './planner.ts'

const MAX_QUOTED = 80
const MAX_TOOLS = 50

/** What can be said to the planner, as far as there are tools for it. */
export function describeAbilities(tools: readonly ToolSummary[]): string {
  const names = new Set(tools.map(({ name }) => name))
  const known = ABILITIES.filter(({ tool }) => names.has(tool))
  const others = tools.filter(({ name }) => !ABILITIES.some(({ tool }) => tool === name)).map(({ name }) => name)
  const lines = known.map(({ does, example }) => `- ${does}: ${example}`)
  if (others.length > 0) lines.push(`- call a tool directly, as in CALL tool 'argument': ${list(others)}`)
  return lines.length === 0 ? 'There is no tool here that I could use.' : ['I can:', ...lines].join('\n')
}

/** A clause that begins like a call of `tool`, or of nothing known. `clause` is named where it is only a part of the message. */
export function partNotUnderstood(
  clause: string | undefined,
  tool: KnownTool | undefined,
  tools: readonly ToolSummary[],
): string {
  const what = clause === undefined ? 'that' : `"${printable(clause, MAX_QUOTED)}", so I did nothing`
  if (tool === undefined) return `I did not understand ${what}. ${describeAbilities(tools)}`
  const hint = 'Names with blanks and texts are best put in quotes.'
  return `I did not understand ${what}. ${hint} For example: ${exampleOf(tool)}`
}

export function noTool(tool: KnownTool, tools: readonly ToolSummary[]): string {
  return `I understand, but there is no tool "${tool}" here for it. ${describeAbilities(tools)}`
}

export const OPEN_CONTENT =
  'I cannot tell where the text to write ends. Please put it in quotes, or say it last, after "with the content:".'

export const UNCLOSED_QUOTE =
  'A quotation mark is opened there and never closed, so I cannot tell what it holds. Please close it.'

export const UNPAIRED_QUOTES =
  'The quotation marks there do not pair, so I cannot tell what is text and what is to be done. Please use others around it.'

export const TOO_LONG =
  'That is too long for me to understand. Please put the text to write in quotes, or say it last, after "with the content:".'

export const NOT_IN_WORKSPACE =
  'I reach only what is in the workspace, and there is no home folder "~" in it. Please name the file as it is called from there.'

export const LEFT = 'All right, I leave it.'

export const OR_LEAVE = 'Say "never mind" to leave it.'

export const NO_ANSWER = 'That does not tell me.'

export const TEXT_IN_QUOTES = 'If that is the text itself, please put it in quotes.'

export const NOTHING_OPEN = 'All right. There is nothing to leave: I asked nothing.'

export const WELCOME = 'You are welcome.'

export const GOODBYE = 'Goodbye.'

export const NOTHING_SAID = 'What can I do for you?'

function list(names: readonly string[]): string {
  const more = names.length - MAX_TOOLS
  const shown = names
    .slice(0, MAX_TOOLS)
    .map((name) => printable(name, MAX_QUOTED))
    .join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}
