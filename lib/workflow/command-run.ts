import type { Either } from 'fp-ts/lib/Either.js'
import { concat, defer, EMPTY, mergeMap, type Observable, of, tap } from 'rxjs'
import type { Script } from '../dsl/ast.ts'
import { callsIn } from '../dsl/calls.ts'
import { drawCaret } from '../dsl/caret.ts'
import { createLocator } from '../dsl/location.ts'
import type { DslSyntaxError } from '../dsl/syntax-error.ts'
import type { DslError } from '../event/catalogue.ts'
import type { Graph } from '../event/graph.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { stageAfter, stageOf } from './command-stage.ts'
import { type PreparedScript, prepareScript } from './prepare-script.ts'
import type { RunEvent, RunIdentity } from './run-event.ts'
import { createRun, type RunDeps } from './run.ts'
import { resultsOf, type Snapshot } from './snapshot.ts'

export interface CommandRunDeps extends Omit<RunDeps, 'rules'> {
  readonly tools: ToolRegistry
  readonly maxParallelNodes: number
  /** A graph as everybody may see it. */
  readonly conceal: (graph: Graph) => Graph
}

/** A DSL command as the engine was ordered to run it. */
export interface CommandOrder {
  readonly command: string
  readonly script: Either<DslSyntaxError, Script>
  /** The command as everybody may read it: the same text, where nothing in it is sensitive. */
  readonly shown: string
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
 * is no command. One call speaks as a task of its own; a script of more runs, and speaks, as a workflow too (PROTOCOL section 6), and
 * tells of its stages and steps as a command besides.
 */
export function createCommandRun(order: CommandOrder, deps: CommandRunDeps): Observable<CommandStep> {
  const { scheduler } = deps
  return defer(() => {
    const startedAtMs = scheduler.now()
    const end = (how: Ending): CommandStep => ({
      event: completed(order, scheduler.now() - startedAtMs, how),
      snapshot: how.snapshot,
    })
    const say = (...events: readonly RunEvent[]): Observable<CommandStep> =>
      of(...events.map((event) => ({ event, snapshot: undefined })))
    const parsing = say(stageOf(order, 'parsing', 'reading the command'))
    const { script } = order
    if (script._tag === 'Left') {
      const fault = syntaxFault(script.left, order)
      return concat(
        parsing,
        defer(() => of(end({ error: fault }))),
      )
    }
    const identity = identityOf(order, script.right)
    const steps = identity.isCommand ? undefined : `${callsIn(script.right.steps).length} steps`
    const validating = steps === undefined ? EMPTY : say(stageOf(order, 'validating', `checking ${steps}`))
    const prepared = prepareScript(script.right, deps.tools)
    if (prepared._tag === 'Left') {
      return concat(
        parsing,
        validating,
        defer(() => of(end({ script: script.right, error: withCaret(prepared.left, order) }))),
      )
    }
    const { plan, graph, nameOf, placeOf } = prepared.right
    let last: Snapshot | undefined
    const rules = { identity, graph: deps.conceal(graph), maxParallelNodes: deps.maxParallelNodes }
    const running = createRun(plan, { rules, ...deps }).pipe(
      tap(({ snapshot }) => {
        last = snapshot
      }),
    )
    const ending = defer(() => {
      const failure = failureOf(last, steps === undefined ? undefined : placeOf)
      return of(end({ script: script.right, snapshot: last, nameOf, error: failure && withCaret(failure, order) }))
    })
    if (steps === undefined) return concat(parsing, running, ending)
    const executing = say(stageOf(order, 'executing', `running ${steps}`))
    return concat(parsing, validating, executing, running.pipe(mergeMap((step) => withStage(step, order))), ending)
  })
}

/** How a command ended. */
interface Ending {
  /** Absent where the text is none. */
  readonly script?: Script
  /** Absent where nothing ran. */
  readonly snapshot?: Snapshot | undefined
  /** Why it did not succeed. */
  readonly error?: DslError | undefined
  readonly nameOf?: PreparedScript['nameOf']
}

/** Whose workflow a command is: that of the name its `WORKFLOW` gives, else one of its own. */
export function workflowIdOf(script: CommandOrder['script'], executionId: string): string {
  return script._tag === 'Right' ? (script.right.name ?? executionId) : executionId
}

function identityOf({ executionId, origin }: CommandOrder, script: Script): RunIdentity {
  const isCommand = isOneCall(script)
  // Inside a workflow run tasks are progress of the workflow; who asked shows in "chat" only.
  return {
    executionId,
    workflowId: script.name ?? executionId,
    origin: isCommand || origin === 'chat' ? origin : 'workflow',
    isCommand,
  }
}

/** Whether `script` is a call and nothing else: no workflow of a name, no block, no further step. */
function isOneCall({ name, steps }: Script): boolean {
  const [first, ...more] = steps.filter(({ _tag }) => _tag !== 'Agent')
  return name === undefined && first?._tag === 'Call' && more.length === 0
}

/** `step`, and what the command says of it besides. */
function withStage(step: CommandStep, order: CommandOrder): readonly CommandStep[] {
  const stage = step.event === undefined ? undefined : stageAfter(step.event, order)
  return stage === undefined ? [step] : [step, { event: stage, snapshot: step.snapshot }]
}

/** Of a text that is hidden only the place is told: what was found there may be a part of a secret. */
function syntaxFault({ message, line, column, caret }: DslSyntaxError, { command, shown }: CommandOrder): DslError {
  if (command === shown) return { code: 'DSL_SYNTAX', message, line, column, caret }
  return {
    code: 'DSL_SYNTAX',
    message: 'the text is no script; it may hold something sensitive, so it is not shown',
    line,
    column,
  }
}

/** A mistake found after parsing, with the picture of its place, where that shows nothing sensitive. */
function withCaret(error: DslError, { command, shown }: CommandOrder): DslError {
  const { line, column } = error
  if (line === undefined || column === undefined || command !== shown) return error
  return { ...error, caret: drawCaret(createLocator(command).lineText(line), column) }
}

function completed(
  { shown, executionId, origin }: CommandOrder,
  elapsedMs: number,
  { snapshot, script, error, nameOf = (id) => id }: Ending,
): RunEvent {
  const only = script !== undefined && isOneCall(script) ? callsIn(script.steps)[0] : undefined
  return {
    type: 'dsl.command_completed',
    data: {
      success: error === undefined,
      command: shown,
      executionId,
      origin,
      result: snapshot === undefined ? null : resultOf(snapshot, only !== undefined, nameOf),
      processTime: Math.max(0, Math.round(elapsedMs)),
      ...(error === undefined ? {} : { error }),
      ...(only === undefined ? {} : { tool: only.tool }),
    },
  }
}

/** Of one call its result, of a script a record by step. */
function resultOf(snapshot: Snapshot, isOne: boolean, nameOf: PreparedScript['nameOf']): unknown {
  const results = Object.entries(resultsOf(snapshot))
  return isOne ? (results[0]?.[1] ?? null) : Object.fromEntries(results.map(([id, result]) => [nameOf(id), result]))
}

/** Why a run did not succeed; of a script also which call it was. */
function failureOf(snapshot: Snapshot | undefined, placeOf?: PreparedScript['placeOf']): DslError | undefined {
  if (snapshot === undefined || snapshot.status === 'completed') return undefined
  if (snapshot.status === 'cancelled')
    return { code: 'CANCELLED', message: snapshot.reason ?? 'the command was cancelled' }
  const { nodeId, error = 'the command timed out' } = snapshot.failure ?? {}
  const { line, column } = (nodeId === undefined ? undefined : placeOf?.(nodeId)) ?? {}
  const place = line === undefined || column === undefined ? {} : { line, column }
  return { code: 'TOOL_FAILED', message: error, ...place }
}
