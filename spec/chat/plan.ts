import { ABILITIES } from '../../lib/chat/abilities.ts'
import type { PlannerReply, ToolSummary } from '../../lib/chat/planner.ts'
import { createRulePlanner } from '../../lib/chat/rule-planner.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { fillReferences } from '../../lib/dsl/reference.ts'
import { type Steps, stepsOf } from '../dsl/steps.ts'

/** All file tools. */
export const fileTools: readonly ToolSummary[] = ABILITIES.map(({ tool, does }) => ({ name: tool, description: does }))

const planner = createRulePlanner()

/** What the rule planner makes of `text`. */
export function reply(text: string, tools: readonly ToolSummary[] = fileTools): PlannerReply {
  const given = planner.plan({ text, tools }, new AbortController().signal)
  if (given instanceof Promise) throw new Error('the rules answer at once')
  return given
}

/** The steps that `text` is planned to, as the tools get them; throws what was answered instead. */
export function planned(text: string): Steps {
  const { _tag, ...rest } = reply(text)
  if (!('command' in rest)) throw new Error(`${_tag}: ${JSON.stringify(rest)}`)
  const filled = (value: unknown) => (typeof value === 'string' ? fillReferences(value, new Map()) : value)
  return stepsOf(parseDsl(rest.command)).map((step) =>
    step.map((word) =>
      typeof word === 'string'
        ? filled(word)
        : Object.fromEntries(Object.entries(word).map(([name, value]) => [name, filled(value)])),
    ),
  ) as Steps
}

/** What is answered to `text`; throws if something was planned. */
export function answered(text: string, tools: readonly ToolSummary[] = fileTools): string {
  const given = reply(text, tools)
  if (given._tag !== 'Answer') throw new Error(JSON.stringify(given))
  return given.content
}
