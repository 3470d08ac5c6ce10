import { concat, defer, type Observable, of, tap } from 'rxjs'
import type { Script } from '../dsl/ast.ts'
import { parseDsl } from '../dsl/parse.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph } from '../event/graph.ts'
import type { DslErrorCode } from '../protocol/codes.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { createPlan } from './plan.ts'
import { escapeReferences } from './references.ts'
import type { RunEvent, RunIdentity } from './run-event.ts'
import { createRun, type RunDeps } from './run.ts'
import { planScript } from './script-plan.ts'
import { resultsOf, type Snapshot } from './snapshot.ts'

export interface CommandRunDeps extends Omit<RunDeps, 'rules'> {
  readonly tools: ToolRegistry
  readonly maxParallelNodes: number
}

/** A DSL command as the engine was ordered to run it. */
export interface CommandOrder {
  readonly command: string
  readonly executionId: string
  readonly origin: 'dsl' | 'chat'
}

/** What a command run says; `snapshot` is absent before there is a plan. */
export interface CommandStep {
  readonly event: RunEvent | undefined
  readonly snapshot: Snapshot | undefined
}

/**
 * A DSL command as a cold Observable of its events, which completes after exactly one `dsl.command_completed`, also for a text that
 * is no command. One step speaks as a task of its own; several steps run, and speak, as a workflow too (PROTOCOL section 6).
 */
export function createCommandRun(order: CommandOrder, deps: CommandRunDeps): Observable<CommandStep> {
  const { scheduler } = deps
  return defer(() => {
    const startedAtMs = scheduler.now()
    const end = (snapshot: Snapshot | undefined, script: Script | undefined, error?: DslError): CommandStep => ({
      event: completed(order, scheduler.now() - startedAtMs, snapshot, script, error),
      snapshot,
    })
    const parsing = of({ event: stage(order, 'parsing', 'reading the command'), snapshot: undefined })
    const script = parseDsl(order.command)
    if (script._tag === 'Left') {
      const { message, line, column, caret } = script.left
      return concat(
        parsing,
        defer(() => of(end(undefined, undefined, { code: 'DSL_SYNTAX', message, line, column, caret }))),
      )
    }
    const prepared = prepare(script.right, deps.tools)
    if ('error' in prepared) {
      return concat(
        parsing,
        defer(() => of(end(undefined, script.right, prepared.error))),
      )
    }
    let last: Snapshot | undefined
    const identity = identityOf(order, script.right)
    const rules = { identity, graph: prepared.graph, maxParallelNodes: deps.maxParallelNodes }
    const running = createRun(prepared.plan, { ...deps, rules }).pipe(
      tap(({ snapshot }) => {
        last = snapshot
      }),
    )
    const executing = identity.isCommand
      ? []
      : [{ event: stage(order, 'executing', stepsOf(script.right)), snapshot: undefined }]
    return concat(
      parsing,
      of(...executing),
      running,
      defer(() => of(end(last, script.right))),
    )
  })
}

function prepare(script: Script, tools: ToolRegistry) {
  const graph = planScript(script, tools)
  if (graph._tag === 'Left') return { error: graph.left }
  // The texts of a command are what they are, whatever they hold.
  const written = escapeReferences(graph.right) as Graph
  const plan = createPlan(written, tools)
  if (plan._tag === 'Right') return { plan: plan.right, graph: written }
  const [first] = plan.left
  const code: DslErrorCode = 'INVALID_ARGUMENTS'
  return {
    error: {
      code,
      message: first === undefined ? 'the command cannot run' : `expected ${first.expected}, got ${first.actual}`,
    },
  }
}

function identityOf({ executionId, origin }: CommandOrder, script: Script): RunIdentity {
  const isCommand = script.steps.length === 1
  // Inside a workflow run tasks are progress of the workflow; who asked shows in "chat" only.
  return {
    executionId,
    workflowId: executionId,
    origin: isCommand || origin === 'chat' ? origin : 'workflow',
    isCommand,
  }
}

function stage({ executionId, origin }: CommandOrder, name: 'parsing' | 'executing', message: string): RunEvent {
  return { type: 'dsl.command_progress', data: { stage: name, message, executionId, origin } }
}

function stepsOf({ steps }: Script): string {
  return `running ${steps.length} steps`
}

function completed(
  { command, executionId, origin }: CommandOrder,
  elapsedMs: number,
  snapshot: Snapshot | undefined,
  script: Script | undefined,
  fault?: DslError,
): RunEvent {
  const error = fault ?? failureOf(snapshot)
  const steps = script?.steps ?? []
  const [only] = steps.length === 1 ? steps : []
  return {
    type: 'dsl.command_completed',
    data: {
      success: error === undefined,
      command,
      executionId,
      origin,
      result: error === undefined && snapshot !== undefined ? resultOf(snapshot) : null,
      processTime: Math.max(0, Math.round(elapsedMs)),
      ...(error === undefined ? {} : { error }),
      ...(only === undefined ? {} : { tool: only.tool }),
    },
  }
}

/** Of one step its result, of several a record by step. */
function resultOf(snapshot: Snapshot): unknown {
  const results = resultsOf(snapshot)
  const [only] = snapshot.nodes.size === 1 ? Object.values(results) : []
  return snapshot.nodes.size === 1 ? only : results
}

function failureOf(snapshot: Snapshot | undefined): DslError | undefined {
  if (snapshot === undefined || snapshot.status === 'completed') return undefined
  if (snapshot.status === 'cancelled') return { code: 'CANCELLED', message: 'the command was cancelled' }
  return { code: 'TOOL_FAILED', message: snapshot.failure?.error ?? 'the command timed out' }
}
