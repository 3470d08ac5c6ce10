import { NEVER, Observable, type SchedulerLike, Subscription, timer } from 'rxjs'
import type { Logger } from '../base/logger.ts'
import { printable } from '../base/printable.ts'
import type { CallNode } from './call-node.ts'
import type { Places } from './places.ts'
import type { Plan } from './plan.ts'
import type { ResultBudget } from './result-budget.ts'
import { retryDelayMs } from './retry-delay.ts'
import type { RunEvent } from './run-event.ts'
import { initialSnapshot, isOver, resultsIn, type Snapshot } from './snapshot.ts'
import { type Command, type RunRules, type Signal, transition, wantedPlaces } from './transition.ts'

/** What a run says, and how things stood when it said it. */
export interface RunStep {
  /** Absent after the last event of a change, and where a change has none: a command of one step does not announce its nodes. */
  readonly event: RunEvent | undefined
  readonly snapshot: Snapshot
}

export interface RunDeps {
  readonly rules: RunRules
  /** The principal that ordered it, whom its tools may know. */
  readonly owner?: string | undefined
  readonly callNode: CallNode
  /** The places for nodes at work that all runs share. */
  readonly places: Places
  /** The room for results that all runs share. */
  readonly resultBudget: ResultBudget
  readonly runTimeoutMs: number
  readonly scheduler: SchedulerLike
  /** Uniform in [0, 1), for the jitter of retries. */
  readonly random: () => number
  /** Emits the reason when the run is to be cancelled. */
  readonly cancel$: Observable<string>
  /** Emits what people answer. Each answer was checked against the form of its node. */
  readonly input$: Observable<ProvidedInput>
  readonly logger: Logger
}

/** A person's answer to a node that waits for one. */
export interface ProvidedInput {
  readonly nodeId: string
  readonly value: unknown
}

/**
 * A run of `plan` as a cold Observable of its events in order, which completes after the terminal one. A failure is an event,
 * never an error. Cancelling through `cancel$` ends it with `workflow.cancelled`; unsubscribing ends it without a word; both
 * abort every tool that still runs.
 */
export function createRun(plan: Plan, deps: RunDeps): Observable<RunStep> {
  const { rules, owner, callNode, places, resultBudget, runTimeoutMs, scheduler, random, cancel$, input$, logger } =
    deps
  const { identity, graph, maxParallelNodes } = rules
  const { executionId } = identity
  // The clock on the wall, for what people are told; everything that is measured is measured by the scheduler.
  const { epochMs = Date.now() - scheduler.now() } = rules
  return new Observable((subscriber) => {
    let snapshot = initialSnapshot(plan)
    const waiting: Signal[] = []
    let isBusy = false
    // Several places that come at once are one signal.
    let isPlaceTold = false
    const seat = places.join(() => {
      if (isPlaceTold) return
      isPlaceTold = true
      signal({ _tag: 'PlaceGiven', atMs: scheduler.now() })
    })
    subscriber.add(() => seat.leave())
    const kept = resultBudget.open()
    subscriber.add(() => kept.release())
    // What a node is doing: a try, or the wait for the next one, or for a person.
    const doing = new Map<string, { readonly subscription: Subscription; readonly sinceMs: number }>()

    // A signal may come while another one's commands are being carried out (a tool that tells its progress at once): it waits, so
    // that events appear in the order of the transitions.
    const signal = (next: Signal): void => {
      waiting.push(next)
      if (isBusy) return
      isBusy = true
      for (let current = waiting.shift(); current !== undefined; current = waiting.shift()) {
        if (current._tag === 'PlaceGiven') isPlaceTold = false
        const now = { identity, graph, maxParallelNodes, epochMs, places: seat.reach() }
        const [after, commands] = transition(snapshot, current, now)
        snapshot = after
        if (current._tag === 'Provided') doing.get(current.nodeId)?.subscription.unsubscribe()
        // Before anybody else can hear of it, and want places too.
        seat.take(snapshot.counts.running)
        for (const command of commands) {
          // Whoever listens may leave at any event: then nothing further begins, and this run stays busy for ever.
          if (subscriber.closed) return
          perform(command)
        }
        subscriber.next({ event: undefined, snapshot })
        // Once this change was told: the next node may be another run's.
        if (!subscriber.closed) seat.want(wantedPlaces(snapshot, rules))
      }
      isBusy = false
      if (isOver(snapshot)) subscriber.complete()
    }

    const begin = (nodeId: string, work: (end: () => void) => Subscription): void => {
      // Registered before it begins: it may end at once.
      const subscription = new Subscription()
      doing.set(nodeId, { subscription, sinceMs: scheduler.now() })
      subscriber.add(subscription)
      subscription.add(() => {
        subscriber.remove(subscription)
        if (doing.get(nodeId)?.subscription === subscription) doing.delete(nodeId)
      })
      subscription.add(work(() => subscription.unsubscribe()))
    }

    const perform = (command: Command): void => {
      switch (command._tag) {
        case 'Publish':
          return subscriber.next({ event: command.event, snapshot })
        case 'StartNode': {
          const { nodeId, attempt } = command
          const node = plan.nodes.get(nodeId)
          if (node?._tag !== 'Tool') return undefined
          return begin(nodeId, (end) =>
            callNode(node, attempt, { executionId, owner }, resultsIn(snapshot)).subscribe({
              next: (event) => {
                if (event._tag === 'Succeeded' || event._tag === 'Failed') seat.release()
                const told = event._tag === 'Succeeded' ? { ...event, result: kept.take(event.result) } : event
                signal({ nodeId, atMs: scheduler.now(), ...told })
              },
              // It never does, and were it to, this run would end and not the process.
              error: (error: unknown) => subscriber.error(error),
              complete: end,
            }),
          )
        }
        case 'RetryLater': {
          const { nodeId, attempt } = command
          return begin(nodeId, (end) =>
            timer(retryDelayMs(attempt, random), scheduler).subscribe(() => {
              end()
              signal({ _tag: 'RetryDue', nodeId, atMs: scheduler.now() })
            }),
          )
        }
        case 'AwaitInput': {
          const { nodeId, timeoutMs } = command
          const overdue$ = timeoutMs === undefined ? NEVER : timer(timeoutMs, scheduler)
          return begin(nodeId, (end) =>
            overdue$.subscribe(() => {
              end()
              signal({ _tag: 'InputOverdue', nodeId, atMs: scheduler.now() })
            }),
          )
        }
        case 'StopNode': {
          const { nodeId, reason } = command
          const work = doing.get(nodeId)
          if (work === undefined) return undefined
          const afterMs = Math.round(scheduler.now() - work.sinceMs)
          logger.info({ executionId, nodeId, reason: printable(reason), afterMs }, 'a node was cancelled')
          return work.subscription.unsubscribe()
        }
        default:
          return command satisfies never
      }
    }

    subscriber.add(cancel$.subscribe((reason) => signal({ _tag: 'Cancel', reason, atMs: scheduler.now() })))
    subscriber.add(
      input$.subscribe(({ nodeId, value }) => {
        if (snapshot.nodes.get(nodeId)?.status !== 'waiting') return
        // What a person says is small, and nobody asks again.
        kept.keep(value)
        signal({ _tag: 'Provided', nodeId, value, atMs: scheduler.now() })
      }),
    )
    subscriber.add(timer(runTimeoutMs, scheduler).subscribe(() => signal({ _tag: 'TimeOut', atMs: scheduler.now() })))
    signal({ _tag: 'Start', atMs: scheduler.now() })
  })
}
