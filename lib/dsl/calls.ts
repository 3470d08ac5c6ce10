import type { CallStep, Step } from './ast.ts'

/** The calls within `steps`, as deep as they may be, in the order of the text. */
export function callsIn(steps: readonly Step[]): readonly CallStep[] {
  return steps.flatMap((step) => {
    if (step._tag === 'Call') return [step]
    if (step._tag === 'Agent') return []
    return callsIn(step._tag === 'If' ? [...step.steps, ...(step.otherwise ?? [])] : step.steps)
  })
}
