import { type Observable, ReplaySubject, type SchedulerLike, Subject } from 'rxjs'
import { createId } from '../base/ids.ts'
import { isDebugEnabled, type Logger } from '../base/logger.ts'
import { printable } from '../base/printable.ts'
import { isoNow } from '../base/time.ts'
import type { EventBus } from '../bus/event-bus.ts'
import type { RunSelector } from './executor.ts'
import type { Outcome, RunBook, RunRecord } from './run-book.ts'
import type { RunEvent } from './run-event.ts'
import type { ProvidedInput } from './run.ts'
import type { Snapshot } from './snapshot.ts'

/** A run from the moment its order was taken to its last event. */
export interface LiveRun {
  readonly record: RunRecord
  /** Tells the run, once it has begun, that it is to be cancelled. */
  readonly cancel$: Subject<string>
  /** Tells it what people answer. */
  readonly input$: Subject<ProvidedInput>
  /** The last event of a run that ends otherwise than by itself: cancelled before it began, or by a fault of ours. */
  readonly lastWords: (status: 'cancelled' | 'failed', reason: string) => RunEvent
  hasBegun: boolean
}

export interface OpenRun {
  readonly executionId: string
  readonly workflowId: string
  readonly kind: RunRecord['kind']
  readonly owner: string | undefined
  readonly lastWords: LiveRun['lastWords']
}

/** Keeps the live runs: publishes what they say, notes it in the book, ends and cancels them. */
export interface RunKeeper {
  readonly open: (run: OpenRun) => LiveRun
  readonly get: (executionId: string) => LiveRun | undefined
  readonly isLive: (run: LiveRun) => boolean
  /** Takes in what a run says; its terminal event ends it. */
  readonly take: (run: LiveRun, event: RunEvent | undefined, snapshot: Snapshot | undefined) => void
  readonly end: (run: LiveRun, outcome: Outcome, last: RunEvent) => void
  /** Ends a run that a fault of ours has stopped: its client must not wait for ever. */
  readonly fail: (run: LiveRun, error: unknown) => void
  readonly cancel: (selector: RunSelector, reason: string) => void
  readonly count: () => number
  /** Emits after each end. */
  readonly ended$: Observable<void>
}

export function createRunKeeper(bus: EventBus, book: RunBook, scheduler: SchedulerLike, logger: Logger): RunKeeper {
  const live = new Map<string, LiveRun>()
  const ended$ = new Subject<void>()
  /** Runs whose first event is under way to its place: those that follow in the same turn need not ask as well. */
  const asked = new WeakSet<RunRecord>()

  const askStart = (record: RunRecord, stored: Promise<object>): void => {
    asked.add(record)
    stored.then(
      (first) => rememberStart(book, record, first),
      // The bus has counted and logged it; the next event may have more luck.
      () => asked.delete(record),
    )
  }

  const publish = (record: RunRecord, event: RunEvent): void => {
    const { executionId, owner } = record
    if (isDebugEnabled(logger)) logger.debug({ executionId, eventType: event.type, ...nodeOf(event) }, 'a run goes on')
    try {
      const of = { source: 'node_executor', correlationId: executionId, ...(owner === undefined ? {} : { owner }) }
      const stored = bus.publish(Object.assign(of, event))
      if (record.startSeq === 0 && !asked.has(record)) askStart(record, stored)
    } catch (error) {
      // What a run says is bounded before it gets here; were it not, the run goes on and the log says what is missing.
      logger.error({ err: error, executionId, eventType: event.type }, 'an event of a run could not be published')
    }
  }

  const end: RunKeeper['end'] = ({ record }, outcome, last) => {
    const { executionId, workflowId, beganAtMs } = record
    const nowMs = scheduler.now()
    // The book first: whoever hears of the end and asks gets the same answer.
    book.close(record, outcome, isoNow(), nowMs)
    live.delete(executionId)
    logger.info({ executionId, workflowId, ...outcome, afterMs: Math.round(nowMs - beganAtMs) }, 'a run ended')
    publish(record, last)
    ended$.next()
  }

  const cancelOne = (run: LiveRun, reason: string): void => {
    const { executionId, beganAtMs } = run.record
    const afterMs = Math.round(scheduler.now() - beganAtMs)
    logger.info({ executionId, reason: printable(reason), afterMs }, 'a run is cancelled')
    if (run.hasBegun) run.cancel$.next(reason)
    else end(run, { status: 'cancelled', error: reason }, run.lastWords('cancelled', reason))
  }

  return {
    open: ({ executionId, workflowId, kind, owner, lastWords }) => {
      const record: RunRecord = {
        executionId,
        workflowId,
        kind,
        owner,
        startedAt: isoNow(),
        beganAtMs: scheduler.now(),
        startSeq: 0,
        snapshot: undefined,
      }
      // Replays: a command that is cancelled by who hears its first words has no run yet that listens.
      const run: LiveRun = { record, cancel$: new ReplaySubject(1), input$: new Subject(), lastWords, hasBegun: false }
      book.open(record)
      live.set(executionId, run)
      return run
    },
    get: (executionId) => live.get(executionId),
    isLive: (run) => live.get(run.record.executionId) === run,
    take: (run, event, snapshot) => {
      const { record } = run
      if (snapshot !== undefined) record.snapshot = snapshot
      if (event === undefined) return
      const outcome = outcomeOf(event, snapshot, record)
      if (outcome === undefined) publish(record, event)
      else end(run, outcome, event)
    },
    end,
    fail: (run, error) => {
      const correlationId = createId()
      logger.error({ err: error, executionId: run.record.executionId, correlationId }, 'a run was stopped by a fault')
      if (!live.has(run.record.executionId)) return
      const reason = `internal error ${correlationId}`
      end(run, { status: 'failed', error: reason }, run.lastWords('failed', reason))
    },
    cancel: (selector, reason) => {
      const chosen = chosenBy(selector, live)
      // Those that wait first: the end of another frees the lane in which they would begin.
      for (const run of chosen) if (!run.hasBegun) cancelOne(run, reason)
      for (const run of chosen) if (live.get(run.record.executionId) === run) cancelOne(run, reason)
    },
    count: () => live.size,
    ended$: ended$.asObservable(),
  }
}

function chosenBy(selector: RunSelector, live: ReadonlyMap<string, LiveRun>): readonly LiveRun[] {
  if (selector === 'all') return [...live.values()]
  if ('workflowId' in selector)
    return [...live.values()].filter(({ record }) => record.workflowId === selector.workflowId)
  const run = live.get(selector.executionId)
  return run === undefined ? [] : [run]
}

/** How the run ended, where `event` is its last. */
function outcomeOf(event: RunEvent, snapshot: Snapshot | undefined, { kind }: RunRecord): Outcome | undefined {
  if (event.type === 'dsl.command_completed') {
    if (event.data.success) return { status: 'completed' }
    const wasStopped = snapshot?.status === 'cancelled' || snapshot?.status === 'timed_out'
    return { status: wasStopped ? snapshot.status : 'failed', error: event.data.error?.message }
  }
  if (kind === 'command') return undefined
  switch (event.type) {
    case 'workflow.completed':
      return { status: 'completed' }
    case 'workflow.failed':
      return { status: event.data.status === 'timed_out' ? 'timed_out' : 'failed', error: event.data.error }
    case 'workflow.cancelled':
      return { status: 'cancelled', error: event.data.reason }
    default:
      return undefined
  }
}

function rememberStart(book: RunBook, record: RunRecord, first: object): void {
  if (record.startSeq === 0 && 'seq' in first && typeof first.seq === 'number') book.noteStart(record, first.seq)
}

/** Of an event about a node, which and how it is. */
function nodeOf({ data }: RunEvent): { readonly nodeId?: string; readonly status?: string } {
  return {
    ...('nodeId' in data && data.nodeId !== undefined ? { nodeId: data.nodeId } : {}),
    ...('status' in data && data.status !== undefined ? { status: data.status } : {}),
  }
}
