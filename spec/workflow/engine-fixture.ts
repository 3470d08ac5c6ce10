import { createEventBus, type EventBus } from '../../lib/bus/event-bus.ts'
import type { BuiltInEvents, NoCustomEvents, Origin } from '../../lib/event/catalogue.ts'
import type { EventIn } from '../../lib/event/definition.ts'
import type { Graph } from '../../lib/event/graph.ts'
import { createScriptedTool, type ScriptedCall } from '../../lib/testing/scripted-tool.ts'
import { createTestTime, type TestTime } from '../../lib/testing/test-time.ts'
import { createToolRegistry } from '../../lib/tools/registry.ts'
import type { Tool } from '../../lib/tools/tool.ts'
import { createWorkflowEngine, type WorkflowEngine, type WorkflowEngineOptions } from '../../lib/workflow/engine.ts'
import type { KnownRun } from '../../lib/workflow/executor.ts'
import { toolNode } from './graphs.ts'
import { labelOf } from './labels.ts'
import { createRecordingLogger, type LogLine } from '../support/recording-logger.ts'

export type AnyEvent = EventIn<BuiltInEvents>

export interface OrderOptions {
  readonly executionId?: string
  readonly workflowId?: string
  readonly owner?: string
  readonly origin?: Origin
}

/** An engine on a real bus, whose one tool `echo` (and whatever is given) does what a spec tells it to, in virtual time. */
export interface Bench {
  readonly bus: EventBus
  readonly engine: WorkflowEngine
  readonly time: TestTime
  /** The calls of `echo`, oldest first. */
  readonly calls: readonly ScriptedCall[]
  readonly events: readonly AnyEvent[]
  readonly lines: readonly LogLine[]
  /** What was published about a run, its order and other orders left out. */
  readonly labels: (executionId?: string) => readonly string[]
  readonly order: (graph: Graph, options?: OrderOptions) => void
  readonly command: (text: string, options?: { executionId?: string; lane?: string; origin?: 'dsl' | 'chat' }) => void
  readonly cancel: (target: { executionId?: string; workflowId?: string; reason?: string }) => void
  readonly run: (executionId: string) => KnownRun | undefined
  /** Ends every call of `echo` that has not been ended, and those that follow, until none is left. */
  readonly finish: () => Promise<void>
}

const orderTypes = new Set<string>([
  'workflow.requested',
  'dsl.command_received',
  'workflow.cancel_requested',
  'workflow.input_provided',
])

export function createBench(
  options: Partial<WorkflowEngineOptions<NoCustomEvents>> & { readonly more?: readonly Tool[] } = {},
): Bench {
  const { more = [], ...engineOptions } = options
  const time = createTestTime()
  const bus = createEventBus({ scheduler: time.scheduler })
  const echo = createScriptedTool({ name: 'echo', positional: ['text'] })
  const { logger, lines } = createRecordingLogger()
  const events: AnyEvent[] = []
  bus.events$.subscribe((event) => events.push(event))
  const engine = createWorkflowEngine({
    bus,
    tools: createToolRegistry([echo.tool, ...more]),
    scheduler: time.scheduler,
    random: () => 0,
    logger,
    ...engineOptions,
  })
  return {
    bus,
    engine,
    time,
    calls: echo.calls,
    events,
    lines,
    labels: (executionId = 'e') =>
      events
        .filter((event) => event.correlationId === executionId && !orderTypes.has(event.type))
        .map((event) => labelOf(event)),
    order: ({ nodes, edges }, { executionId = 'e', workflowId = 'w', owner, origin } = {}) => {
      void bus.publish({
        type: 'workflow.requested',
        data: {
          workflowId,
          executionId,
          nodes: [...nodes],
          edges: [...edges],
          ...(origin === undefined ? {} : { origin }),
        },
        ...(owner === undefined ? {} : { owner }),
      })
    },
    command: (text, { executionId = 'e', ...rest } = {}) => {
      void bus.publish({ type: 'dsl.command_received', data: { command: text, executionId, ...rest } })
    },
    cancel: (target) => {
      void bus.publish({ type: 'workflow.cancel_requested', data: target })
    },
    run: (executionId) => engine.runs({ executionId })[0],
    finish: async () => {
      for (let ended = 0; ended < echo.calls.length; ended++) {
        echo.calls[ended]?.succeed(`result ${ended + 1}`)
        await time.advance(0)
      }
    },
  }
}

export const oneNode: Graph = { nodes: [toolNode('a')], edges: [] }
