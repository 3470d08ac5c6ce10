import { type Either, left, right } from 'fp-ts/lib/Either.js'
import {
  catchError,
  defer,
  EMPTY,
  filter,
  first,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  Subscription,
  tap,
  timer,
} from 'rxjs'
import type { ErrorDetail } from '../base/codec-details.ts'
import { guardLogger, type Logger, silentLogger } from '../base/logger.ts'
import { aFunction, checkOptions, durationMs, objectWith, positiveInteger, requireOption } from '../base/options.ts'
import { printable } from '../base/printable.ts'
import { monotonicScheduler } from '../base/time.ts'
import { createBusWorkQueue } from '../bus/bus-work-queue.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { Order, WorkQueue } from '../bus/work-queue.ts'
import { parseDsl } from '../dsl/parse.ts'
import type { EventDefinitions } from '../event/definition.ts'
import { concatMapByKey } from '../operators/concat-map-by-key.ts'
import type { ToolRegistry } from '../tools/registry.ts'
import { toolSchema } from '../tools/tool-schema.ts'
import { createCallNode } from './call-node.ts'
import { type CommandOrder as CommandRunOrder, createCommandRun, workflowIdOf } from './command-run.ts'
import type { Executor, InputProblem, InputRequest, RunRequest } from './executor.ts'
import { valueProblems } from './form.ts'
import { createPlaces } from './places.ts'
import { createPlan, travelProblems } from './plan.ts'
import { createConcealing } from './conceal.ts'
import { ResultBudget } from './result-budget.ts'
import { createRunBook } from './run-book.ts'
import { createRunKeeper, type LiveRun } from './run-keeper.ts'
import { createRun, type RunDeps } from './run.ts'
import { createWithheld } from './withheld.ts'

export interface WorkflowEngineOptions<Custom extends EventDefinitions> {
  readonly bus: EventBus<Custom>
  readonly tools: ToolRegistry
  /** Nodes of one run that may run at the same time, 5 by default. */
  readonly maxParallelNodes?: number
  /** Nodes of all runs that may run at the same time, 256 by default. Runs take turns where that is too few. */
  readonly maxParallelNodesTotal?: number
  /** What the results of all live runs may take together as JSON, 256 MiB by default. Beyond that only the beginning of a result is kept. */
  readonly maxResultBytesTotal?: number
  /** Deadline of one try of a node that names none, 300 s by default. */
  readonly nodeTimeoutMs?: number
  /** Deadline of a run, 1,800 s by default. */
  readonly runTimeoutMs?: number
  /** How long a tool may take to stop after its signal was aborted before it is reported as abandoned, 5 s by default. */
  readonly abortGraceMs?: number
  /** Where orders come from; the bus by default. */
  readonly workQueue?: WorkQueue
  readonly scheduler?: SchedulerLike
  /** Uniform in [0, 1), for the jitter of retries; `Math.random` by default. */
  readonly random?: () => number
  readonly logger?: Logger
}

/** Runs workflows and commands behind the bus: orders in, facts out (SEMANTICS "Runs"). */
export interface WorkflowEngine extends Executor {
  readonly concealGraph: NonNullable<Executor['concealGraph']>
  readonly concealCommand: NonNullable<Executor['concealCommand']>
  /** Takes no more orders and cancels what runs. */
  readonly close: () => void
}

type WorkflowOrder = Extract<Order, { type: 'workflow.requested' }>
type CommandOrder = Extract<Order, { type: 'dsl.command_received' }>
type InputOrder = Extract<Order, { type: 'workflow.input_provided' }>
type CancelOrder = Extract<Order, { type: 'workflow.cancel_requested' }>

/** A command in its lane. */
interface WaitingCommand {
  readonly order: CommandOrder
  readonly run: LiveRun
  /** As it was given: the order may hide a part of it. */
  readonly command: string
  readonly script: CommandRunOrder['script']
}

/** @throws OptionError for a bad option, naming it. */
export function createWorkflowEngine<Custom extends EventDefinitions>(
  options: WorkflowEngineOptions<Custom>,
): WorkflowEngine {
  check(options)
  // The engine speaks of built-in events only; which others the bus knows is none of its business.
  const bus = options.bus as unknown as EventBus
  const { tools, maxParallelNodes = 5, maxParallelNodesTotal = 256, maxResultBytesTotal = 256 * 1024 * 1024 } = options
  const { nodeTimeoutMs = 300_000, runTimeoutMs = 1_800_000, abortGraceMs = 5_000 } = options
  const { scheduler = monotonicScheduler, random = Math.random } = options
  const logger = guardLogger(options.logger ?? silentLogger)
  const places = createPlaces(maxParallelNodesTotal)
  const resultBudget = new ResultBudget(maxResultBytesTotal)
  const watch = new Subscription()
  let abandoned = 0
  const callNode = createCallNode({
    scheduler,
    defaultTimeoutMs: nodeTimeoutMs,
    graceMs: abortGraceMs,
    onAbandoned: (call) => {
      abandoned += 1
      logger.warn({ ...call }, 'a tool ignores its signal and is abandoned')
    },
    onFault: (err, call) => logger.warn({ err, ...call }, 'a tool threw what is no ToolError'),
    onListenerFault: (err, call) => logger.warn({ err, ...call }, "a listener of a tool's signal failed"),
    watch,
  })
  const book = createRunBook()
  const keeper = createRunKeeper(bus, book, scheduler, logger)
  const summaries = tools
    .list()
    .map((tool) => ({ name: tool.name, description: tool.description, schema: toolSchema(tool) }))
  const concealing = createConcealing(tools)
  const withheld = createWithheld(concealing, scheduler)
  const commands$ = new Subject<WaitingCommand>()
  let isTaking = true

  const runDeps = (run: LiveRun): Omit<RunDeps, 'rules'> => ({
    owner: run.record.owner,
    callNode,
    places,
    resultBudget,
    runTimeoutMs,
    scheduler,
    random,
    cancel$: run.cancel$,
    input$: run.input$,
    logger,
  })

  /** Opens the run that an order asks for, unless its id is taken. One that must not begin ends at once: nothing is lost silently. */
  const open = (run: Parameters<typeof keeper.open>[0]): LiveRun | undefined => {
    const { executionId } = run
    if (book.isUsed(executionId)) {
      logger.warn({ executionId }, 'an order with the id of another run is ignored')
      return undefined
    }
    const opened = keeper.open(run)
    const refusal = isTaking ? book.forbidden(executionId, scheduler.now(), run.owner) : 'the server is shutting down'
    if (refusal === undefined) return opened
    keeper.cancel({ executionId }, refusal)
    return undefined
  }

  const startWorkflow = ({ id, data, owner }: WorkflowOrder): void => {
    const { executionId, workflowId, origin = 'workflow' } = data
    const graph = withheld.takeGraph(id, { nodes: data.nodes, edges: data.edges })
    const lastWords: LiveRun['lastWords'] = (status, reason) =>
      status === 'cancelled'
        ? { type: 'workflow.cancelled', data: { workflowId, executionId, reason, origin } }
        : { type: 'workflow.failed', data: { workflowId, executionId, error: reason, status: 'failed', origin } }
    const run = open({ executionId, workflowId, kind: 'workflow', owner, lastWords })
    if (run === undefined) return
    if (graph === undefined) return keeper.end(run, { status: 'failed', error: LOST }, lastWords('failed', LOST))
    const plan = createPlan(graph, tools)
    if (plan._tag === 'Left') {
      // Only a host that publishes orders itself can get here: a gateway validates first.
      const error = `the workflow is invalid: ${plan.left.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ')}`
      keeper.end(run, { status: 'failed', error }, lastWords('failed', error))
      return
    }
    run.hasBegun = true
    logger.info({ executionId, workflowId, nodes: graph.nodes.length }, 'a run begins')
    const identity = { workflowId, executionId, origin, isCommand: false }
    const rules = { identity, graph: concealing.graph(graph), maxParallelNodes }
    createRun(plan.right, { rules, ...runDeps(run) })
      .pipe(tap(({ event, snapshot }) => keeper.take(run, event, snapshot)))
      .subscribe({ error: (error: unknown) => keeper.fail(run, error) })
  }

  const enqueueCommand = (order: CommandOrder): void => {
    const { command: shown, origin = 'dsl', executionId = order.id } = order.data
    const command = withheld.takeCommand(order.id, shown)
    const lastWords: LiveRun['lastWords'] = (status, reason) => {
      const error = { code: status === 'cancelled' ? 'CANCELLED' : 'TOOL_FAILED', message: reason }
      return { type: 'dsl.command_completed', data: { success: false, command: shown, executionId, error, origin } }
    }
    const script = parseDsl(command ?? shown)
    const workflowId = workflowIdOf(script, executionId)
    const run = open({ executionId, workflowId, kind: 'command', owner: order.owner, lastWords })
    if (run === undefined) return
    if (command === undefined) keeper.end(run, { status: 'failed', error: LOST }, lastWords('failed', LOST))
    else commands$.next({ order, run, command, script })
  }

  const runCommand = ({ order: { data }, run, command, script }: WaitingCommand): Observable<unknown> => {
    // Cancelled while it waited for its lane.
    if (!keeper.isLive(run)) return EMPTY
    run.hasBegun = true
    const { executionId } = run.record
    const origin = data.origin === 'chat' ? data.origin : 'dsl'
    logger.info({ executionId, commandLength: command.length }, 'a command begins')
    const shown = concealing.command(command)
    const deps = { tools, maxParallelNodes, conceal: concealing.graph, ...runDeps(run) }
    return createCommandRun({ command, script, shown, executionId, origin }, deps).pipe(
      tap(({ event, snapshot }) => keeper.take(run, event, snapshot)),
      catchError((error: unknown) => {
        keeper.fail(run, error)
        return EMPTY
      }),
    )
  }

  const checkInput = ({ executionId, nodeId, value }: InputRequest): Either<InputProblem, void> => {
    const snapshot = keeper.get(executionId)?.record.snapshot
    const node = snapshot?.plan.nodes.get(nodeId)
    if (snapshot?.nodes.get(nodeId)?.status !== 'waiting' || node?._tag !== 'Input') return left({ _tag: 'NotWaiting' })
    const details = node.form === undefined ? [] : valueProblems(node.form, value, 'value')
    return details.length > 0 ? left({ _tag: 'InvalidValue', details }) : right(undefined)
  }

  const provide = ({ data }: InputOrder): void => {
    const { executionId, nodeId, value = null } = data
    const checked = checkInput({ executionId, nodeId, value })
    if (checked._tag === 'Right') keeper.get(executionId)?.input$.next({ nodeId, value })
    // Only a host that publishes orders itself can get here, or two people who answer at the same time.
    else logger.warn({ executionId, nodeId: printable(nodeId), why: checked.left._tag }, 'an input is not taken')
  }

  const cancel = ({ data, owner }: CancelOrder): void => {
    const { executionId, workflowId, reason = 'cancelled by request' } = data
    if (executionId !== undefined) {
      if (!book.isUsed(executionId)) book.forbid(executionId, reason, scheduler.now(), owner)
      keeper.cancel({ executionId }, reason)
    } else if (workflowId !== undefined) {
      keeper.cancel({ workflowId }, reason)
    }
  }

  const stopTaking = (options.workQueue ?? createBusWorkQueue(bus)).take((order) => {
    switch (order.type) {
      case 'workflow.requested':
        return startWorkflow(order)
      case 'dsl.command_received':
        return enqueueCommand(order)
      case 'workflow.cancel_requested':
        return cancel(order)
      case 'workflow.input_provided':
        return provide(order)
      default:
        return order satisfies never
    }
  })

  // Commands of one lane, a connection's, run one after the other: a read sent after a write sees what was written.
  commands$.pipe(concatMapByKey(({ order, run }) => order.data.lane ?? run.record.executionId, runCommand)).subscribe()

  return {
    isTaking: () => isTaking,
    tools: () => summaries,
    validate: (request) => {
      if (!isTaking) return left([notTaking])
      const valid = validate(request, tools, book.isUsed(request.executionId))
      if (valid._tag === 'Left' || !concealing.isNeeded) return valid
      // What stands for a secret may be longer than it.
      const problems = travelProblems(concealing.graph(request.graph))
      return problems.length > 0 ? left(problems) : valid
    },
    takesSecrets: () => concealing.isNeeded,
    concealGraph: withheld.graph,
    concealCommand: withheld.command,
    checkInput,
    runs: (selector) => book.find(selector),
    stats: () => ({ ...book.stats(), abandoned_calls: abandoned, running_nodes: places.taken() }),
    drain: (timeoutMs) => {
      isTaking = false
      const idle$ = defer(() => (keeper.count() === 0 ? of(undefined) : keeper.ended$)).pipe(
        filter(() => keeper.count() === 0),
      )
      const deadline$ = timer(timeoutMs, scheduler).pipe(tap(() => keeper.cancel('all', 'the server is shutting down')))
      return merge(idle$, deadline$).pipe(
        first(),
        map(() => undefined),
        // Nobody is left to be told of tools that do not stop, and their clocks would keep the process.
        tap(() => watch.unsubscribe()),
      )
    },
    close: () => {
      isTaking = false
      // Runs end by being cancelled, also where one of them is in the middle of saying what makes its host close the engine.
      keeper.cancel('all', 'the engine was closed')
      watch.unsubscribe()
      stopTaking()
      commands$.complete()
    },
  }
}

const LOST = 'what is sensitive in this order is not here: it stays in the process where the order was given'
const notTaking: ErrorDetail = { path: '', expected: 'an engine that takes work', actual: 'one that is shutting down' }

function validate(
  { executionId, graph }: RunRequest,
  tools: ToolRegistry,
  isUsed: boolean,
): Either<readonly ErrorDetail[], void> {
  if (isUsed) return left([{ path: 'executionId', expected: 'an id that no run has or had', actual: executionId }])
  const plan = createPlan(graph, tools)
  return plan._tag === 'Left' ? plan : right(undefined)
}

function check(options: object): void {
  const bus = objectWith('publish', 'on', 'events$')
  const tools = objectWith('get', 'list', 'prepare')
  checkOptions('createWorkflowEngine', options, {
    bus,
    tools,
    maxParallelNodes: positiveInteger,
    maxParallelNodesTotal: positiveInteger,
    maxResultBytesTotal: positiveInteger,
    nodeTimeoutMs: durationMs,
    runTimeoutMs: durationMs,
    abortGraceMs: durationMs,
    workQueue: objectWith('take'),
    scheduler: objectWith('now', 'schedule'),
    random: aFunction,
    logger: objectWith('debug', 'info', 'warn', 'error'),
  })
  requireOption('createWorkflowEngine', options, 'bus', bus)
  requireOption('createWorkflowEngine', options, 'tools', tools)
}
