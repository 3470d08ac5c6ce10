import type { BuiltInEvents } from '../event/catalogue.ts'
import type { EventIn } from '../event/definition.ts'
import type { BusEvent } from '../event/event.ts'

const terminalTypes = ['workflow.completed', 'workflow.failed', 'workflow.cancelled', 'dsl.command_completed'] as const

/** The last event of a run or command. */
export type TerminalEvent = EventIn<BuiltInEvents, (typeof terminalTypes)[number]>

/** Which of a run's last words count: a command's workflow ends before the command does. */
export type OutcomeKind = 'workflow' | 'command'

/** Who waits for the end of a run. Told after its last event has been offered to every connection. */
export interface Outcomes {
  /** Calls `onEnd` once, with the terminal event of `executionId`. */
  readonly expect: (executionId: string, kind: OutcomeKind, onEnd: (event: TerminalEvent) => void) => void
  /** Nobody waits any more: the run was never ordered. */
  readonly forget: (executionId: string) => void
  readonly settle: (event: BusEvent) => void
}

interface Expectation {
  readonly kind: OutcomeKind
  readonly onEnd: (event: TerminalEvent) => void
}

export function createOutcomes(): Outcomes {
  const expected = new Map<string, Expectation>()
  return {
    expect: (executionId, kind, onEnd) => {
      expected.set(executionId, { kind, onEnd })
    },
    forget: (executionId) => {
      expected.delete(executionId)
    },
    settle: (event) => {
      if (expected.size === 0 || !isTerminal(event)) return
      const executionId = event.data.executionId ?? ''
      const found = expected.get(executionId)
      if (found === undefined || found.kind !== kindOf(event)) return
      expected.delete(executionId)
      found.onEnd(event)
    },
  }
}

function isTerminal(event: BusEvent): event is TerminalEvent {
  return (terminalTypes as readonly string[]).includes(event.type)
}

function kindOf({ type }: TerminalEvent): OutcomeKind {
  return type === 'dsl.command_completed' ? 'command' : 'workflow'
}
