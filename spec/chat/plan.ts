import { ABILITIES } from '../../lib/chat/abilities.ts'
import type { PlannerReply, ToolSummary } from '../../lib/chat/planner.ts'
import { createRulePlanner } from '../../lib/chat/rule-planner.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { type Steps, stepsOf } from '../dsl/steps.ts'

/** All tools that the rules know. */
export const knownTools: readonly ToolSummary[] = ABILITIES.map(({ tool, does }) => ({ name: tool, description: does }))

const planner = createRulePlanner()

/** What the rule planner makes of `text`. */
export function reply(text: string, tools: readonly ToolSummary[] = knownTools, pending?: unknown): PlannerReply {
  const given = planner.plan({ text, tools, pending }, new AbortController().signal)
  if (given instanceof Promise) throw new Error('the rules answer at once')
  return given
}

/** The steps that `text` is planned to, as the tools get them; throws what was answered or asked instead. */
export function planned(text: string): Steps {
  return stepsIn(reply(text))
}

/** The steps of a plan, as the tools get them; throws what was answered or asked instead. */
export function stepsIn(given: PlannerReply): Steps {
  if (given._tag !== 'Command') throw new Error(`Answer: ${JSON.stringify(given)}`)
  return stepsOf(parseDsl(given.command)).map((step) =>
    step.map((word) =>
      typeof word === 'string'
        ? filled(word)
        : Object.fromEntries(Object.entries(word).map(([name, value]) => [name, filled(value)])),
    ),
  ) as Steps
}

/** A text of a plan without the escapes that keep it from being a reference; those to results of other steps stay. */
function filled(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('$${', () => '${') : value
}

/** What is answered to `text`, or asked; throws if something was planned. */
export function answered(text: string, tools: readonly ToolSummary[] = knownTools): string {
  const given = reply(text, tools)
  if (given._tag !== 'Answer' && given._tag !== 'Question') throw new Error(JSON.stringify(given))
  return given.content
}
