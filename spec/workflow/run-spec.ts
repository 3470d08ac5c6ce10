import { expect } from 'chai'
import { filter, map, NEVER, type Observable, of, Subject, takeWhile } from 'rxjs'
import type { TestScheduler } from 'rxjs/testing'
import { silentLogger } from '../../lib/base/logger.ts'
import type { Graph } from '../../lib/event/graph.ts'
import { type Marbles, runMarbles } from '../../lib/testing/marbles.ts'
import { createScriptedTool } from '../../lib/testing/scripted-tool.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createToolRegistry, type ToolRegistry } from '../../lib/tools/registry.ts'
import type { CallEvent } from '../../lib/workflow/call-node.ts'
import { createRun, type RunDeps, type RunStep } from '../../lib/workflow/run.ts'
import { alone, callsWithin } from './calls.ts'
import { chainOf, diamondOfEight, echoTools, edge, nodesNamed, planOf, toolNode } from './graphs.ts'
import { labelOf, lifeOf } from './labels.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'
import { identity } from './simulation.ts'

const done: CallEvent = { _tag: 'Succeeded', result: 'ok', durationMs: 1 }
const broken: CallEvent = { _tag: 'Failed', error: 'no', code: 'E', isPermanent: false, durationMs: 1 }
const brokenForGood: CallEvent = { ...broken, isPermanent: true }
const halfway: CallEvent = { _tag: 'Progress', percent: 50 }
const tries: Readonly<Record<string, CallEvent>> = { d: done, f: broken, F: brokenForGood, p: halfway }

type Overrides = Partial<RunDeps> & { readonly maxParallelNodes?: number; readonly tools?: ToolRegistry }

function runOf(graph: Graph, deps: Overrides & Pick<RunDeps, 'scheduler' | 'callNode'>): Observable<RunStep> {
  const { maxParallelNodes = 5, tools = echoTools, ...rest } = deps
  return createRun(planOf(graph, tools), {
    rules: { identity, graph, maxParallelNodes },
    runTimeoutMs: 1_800_000,
    random: () => 0,
    cancel$: NEVER,
    logger: silentLogger,
    ...alone(),
    ...rest,
  })
}

/** A run whose tries are marbles: `d` succeeds, `f` fails, `F` fails for good, `p` is progress; nodes without one take `d`. */
function marbleRun(
  { cold }: Marbles,
  scheduler: TestScheduler,
  graph: Graph,
  marbles: Readonly<Record<string, readonly string[]>> = {},
  deps: Overrides = {},
) {
  const calls = new Map<string, ReturnType<typeof cold<CallEvent>>[]>()
  const run$ = runOf(graph, {
    scheduler,
    callNode: ({ id }, attempt) => {
      const call = cold(marbles[id]?.[attempt - 1] ?? '(d|)', tries)
      calls.set(id, [...(calls.get(id) ?? []), call])
      return call
    },
    ...deps,
  })
  return { run$, subscriptionsOf: (id: string) => (calls.get(id) ?? []).map(({ subscriptions }) => subscriptions) }
}

/** The statuses of one node and the end of the run, a letter each. */
function statusesOf(nodeId: string, run$: Observable<RunStep>): Observable<string> {
  return run$.pipe(
    map(({ event }) => {
      if (event?.type === 'workflow.node_status_update') {
        return event.data.nodeId === nodeId ? `${event.data.status} ${event.data.attempt}` : undefined
      }
      const isEnd = event?.type === 'workflow.failed' || event?.type === 'workflow.cancelled'
      return isEnd || event?.type === 'workflow.completed' ? labelOf(event) : undefined
    }),
    filter((label) => label !== undefined),
  )
}

function labelsOf(run$: Observable<RunStep>, stop$: Observable<unknown> = NEVER) {
  const labels: string[] = []
  let isComplete = false
  const subscription = run$.subscribe({
    next: ({ event }) => {
      if (event !== undefined) labels.push(labelOf(event))
    },
    complete: () => {
      isComplete = true
    },
  })
  stop$.subscribe(() => subscription.unsubscribe())
  return { labels, subscription, isComplete: () => isComplete }
}

const single: Graph = { nodes: [toolNode('a', { retries: 2 })], edges: [] }

describe('createRun', () => {
  describe('with tries made of marbles', () => {
    it('runs the try and completes after the terminal event', () => {
      runMarbles((marbles, scheduler) => {
        const { run$ } = marbleRun(marbles, scheduler, single, { a: ['9ms (d|)'] })
        const names = { r: 'running 1', c: 'completed 1', e: 'workflow.completed' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('r 8ms (ce|)', names)
      })
    })

    it('is cold, and each subscription is a run of its own', () => {
      runMarbles((marbles, scheduler) => {
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, single, { a: ['9ms (d|)'] })
        expect(subscriptionsOf('a')).to.be.empty
        run$.subscribe()
        run$.subscribe()
        marbles.flush()
        expect(subscriptionsOf('a')).to.have.lengthOf(2)
      })
    })

    it('tries again after 1 s, then 2 s, and shows each wait as retrying with the number of the try', () => {
      runMarbles((marbles, scheduler) => {
        const { run$ } = marbleRun(marbles, scheduler, single, { a: ['(f|)', '(f|)', '9ms (d|)'] }, { random: () => 1 })
        const names = {
          a: 'running 1',
          b: 'retrying 2',
          c: 'running 2',
          d: 'retrying 3',
          e: 'running 3',
          f: 'completed 3',
          g: 'workflow.completed',
        }
        const expected = '(ab) 996ms (cd) 1996ms e 8ms (fg|)'
        marbles.expectObservable(statusesOf('a', run$)).toBe(expected, names)
      })
    })

    it('shortens the wait by the draw, a quarter at most', () => {
      runMarbles((marbles, scheduler) => {
        const { run$ } = marbleRun(marbles, scheduler, single, { a: ['(f|)', '(d|)'] }, { random: () => 0 })
        const names = { a: 'running 1', b: 'retrying 2', c: 'running 2', d: 'completed 2', e: 'workflow.completed' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('(ab) 746ms (cde|)', names)
      })
    })

    it('fails when the tries are used up, and at once for good', () => {
      const once: Graph = { nodes: [toolNode('a', { retries: 1 })], edges: [] }
      runMarbles((marbles, scheduler) => {
        const { run$ } = marbleRun(marbles, scheduler, once, { a: ['(f|)', '(f|)'] })
        const names = { a: 'running 1', b: 'retrying 2', c: 'running 2', d: 'failed 2', e: 'workflow.failed a failed' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('(ab) 746ms (cde|)', names)
      })
      runMarbles((marbles, scheduler) => {
        const { run$ } = marbleRun(marbles, scheduler, once, { a: ['(F|)'] })
        const names = { a: 'running 1', b: 'failed 1', c: 'workflow.failed a failed' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('(abc|)', names)
      })
    })

    it('ends as timed_out when its time is up, and unsubscribes the try', () => {
      runMarbles((marbles, scheduler) => {
        const slow = { a: ['-'] }
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, single, slow, { runTimeoutMs: 50 })
        const names = { r: 'running 1', k: 'cancelled 1', e: 'workflow.failed timed_out' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('r 49ms (ke|)', names)
        marbles.flush()
        expect(subscriptionsOf('a')).to.deep.equal([[{ subscribedFrame: 0, unsubscribedFrame: 50 }]])
      })
    })

    it('ends as cancelled while a node runs, and unsubscribes the try', () => {
      runMarbles((marbles, scheduler) => {
        const cancel$ = marbles.hot('--c')
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, single, { a: ['---(d|)'] }, { cancel$ })
        const names = { r: 'running 1', k: 'cancelled 1', e: 'workflow.cancelled' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('r-(ke|)', names)
        marbles.expectSubscriptions(cancel$.subscriptions).toBe('^-!')
        marbles.flush()
        expect(subscriptionsOf('a')).to.deep.equal([[{ subscribedFrame: 0, unsubscribedFrame: 2 }]])
      })
    })

    it('ends as cancelled while a node waits for its next try, which then never comes', () => {
      runMarbles((marbles, scheduler) => {
        const cancel$ = marbles.hot('100ms c')
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, single, { a: ['(f|)', '(d|)'] }, { cancel$ })
        const names = { r: 'running 1', t: 'retrying 2', k: 'cancelled 2', e: 'workflow.cancelled' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('(rt) 96ms (ke|)', names)
        marbles.flush()
        expect(subscriptionsOf('a')).to.have.lengthOf(1)
      })
    })

    it('starts nothing when it is cancelled before it starts', () => {
      runMarbles((marbles, scheduler) => {
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, single, {}, { cancel$: of('never mind') })
        const names = { k: 'cancelled 0', e: 'workflow.cancelled' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('(ke|)', names)
        marbles.flush()
        expect(subscriptionsOf('a')).to.be.empty
      })
    })

    it('is deaf to a cancellation after its end', () => {
      runMarbles((marbles, scheduler) => {
        const cancel$ = marbles.hot('-----c')
        const { run$ } = marbleRun(marbles, scheduler, single, { a: ['---(d|)'] }, { cancel$ })
        const names = { r: 'running 1', c: 'completed 1', e: 'workflow.completed' }
        marbles.expectObservable(statusesOf('a', run$)).toBe('r--(ce|)', names)
        marbles.expectSubscriptions(cancel$.subscriptions).toBe('^--!')
      })
    })

    it('ends every try without a word when it is unsubscribed', () => {
      runMarbles((marbles, scheduler) => {
        const graph: Graph = { nodes: nodesNamed(2), edges: [] }
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, graph, { n0: ['-'], n1: ['-'] })
        const unsub = '                                    ----!'
        marbles.expectObservable(statusesOf('n0', run$), unsub).toBe('r----', { r: 'running 1' })
        marbles.flush()
        const untilThen = [[{ subscribedFrame: 0, unsubscribedFrame: 4 }]]
        expect([subscriptionsOf('n0'), subscriptionsOf('n1')]).to.deep.equal([untilThen, untilThen])
      })
    })

    it('does not begin a try that was about to start when it was unsubscribed', () => {
      runMarbles((marbles, scheduler) => {
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, { nodes: nodesNamed(2), edges: [] })
        const untilStarted$ = run$.pipe(takeWhile(({ event }) => event?.type !== 'task.started'))
        untilStarted$.subscribe()
        marbles.flush()
        expect([subscriptionsOf('n0'), subscriptionsOf('n1')]).to.deep.equal([[], []])
      })
    })

    it('runs at most five of twelve nodes at a time', () => {
      runMarbles((marbles, scheduler) => {
        const nodes = nodesNamed(12)
        const slow = Object.fromEntries(nodes.map(({ id }) => [id, ['9ms (d|)']]))
        const { run$ } = marbleRun(marbles, scheduler, { nodes, edges: [] }, slow)
        const running: [number, number][] = []
        run$.subscribe(({ event, snapshot }) => {
          if (event === undefined) running.push([scheduler.now(), snapshot.counts.running])
        })
        marbles.flush()
        expect(Math.max(...running.map(([, count]) => count))).to.equal(5)
        // How many run once all that happens at one moment has happened.
        expect([...new Map(running)]).to.deep.equal([
          [0, 5],
          [9, 5],
          [18, 2],
          [27, 0],
        ])
      })
    })

    it('runs a diamond of eight: the head, five and one of the middle, the tail', () => {
      runMarbles((marbles, scheduler) => {
        const slow = Object.fromEntries(diamondOfEight.nodes.map(({ id }) => [id, ['9ms (d|)']]))
        const { run$ } = marbleRun(marbles, scheduler, diamondOfEight, slow)
        const started: [number, string][] = []
        run$.subscribe(({ event }) => {
          if (event?.type === 'task.started') started.push([scheduler.now(), event.data.nodeId ?? ''])
        })
        marbles.flush()
        expect(started).to.deep.equal([
          [0, 'head'],
          [9, 'm1'],
          [9, 'm2'],
          [9, 'm3'],
          [9, 'm4'],
          [9, 'm5'],
          [18, 'm6'],
          [27, 'tail'],
        ])
      })
    })

    it('keeps the order of the protocol when a try tells its progress, and ends, at once', () => {
      runMarbles((marbles, scheduler) => {
        const graph = chainOf(['a', 'b'].map((id) => toolNode(id)))
        const { run$ } = marbleRun(marbles, scheduler, graph, { a: ['(pd|)'] })
        const { labels, isComplete } = labelsOf(run$)
        marbles.flush()
        const a = lifeOf('a', 50)
        expect(labels).to.deep.equal([
          'workflow.started',
          ...a.slice(0, 2),
          'task.progress a 50',
          ...a.slice(2),
          ...lifeOf('b', 100),
          'workflow.completed',
        ])
        expect(isComplete()).to.equal(true)
      })
    })

    it('lets what a try says while others are being started wait until they are', () => {
      runMarbles((_, scheduler) => {
        const graph: Graph = { nodes: nodesNamed(2), edges: [] }
        const { labels, isComplete } = labelsOf(runOf(graph, { scheduler, callNode: () => of(halfway, done) }))
        expect(labels).to.deep.equal([
          'workflow.started',
          ...lifeOf('n0', 50).slice(0, 2),
          ...lifeOf('n1', 100).slice(0, 2),
          'task.progress n0 50',
          ...lifeOf('n0', 50).slice(2),
          'task.progress n1 50',
          ...lifeOf('n1', 100).slice(2),
          'workflow.completed',
        ])
        expect(isComplete()).to.equal(true)
      })
    })

    it('lets the others end after a failure, then fails', () => {
      runMarbles((marbles, scheduler) => {
        const graph: Graph = { nodes: ['a', 'b', 'c'].map((id) => toolNode(id)), edges: [edge('b', 'c')] }
        const { run$, subscriptionsOf } = marbleRun(marbles, scheduler, graph, { a: ['(F|)'], b: ['---(d|)'] })
        const names = { r: 'running 1', c: 'completed 1', e: 'workflow.failed a failed' }
        marbles.expectObservable(statusesOf('b', run$)).toBe('r--(ce|)', names)
        marbles.flush()
        expect(subscriptionsOf('c')).to.be.empty
      })
    })

    it('logs what it cancels, why and after how long', () => {
      runMarbles((marbles, scheduler) => {
        const { logger, lines } = createRecordingLogger()
        const cancel$ = marbles.hot('--c', { c: 'enough' })
        const graph: Graph = { nodes: nodesNamed(2), edges: [] }
        const slow = { n0: ['-'], n1: ['-(d|)'] }
        const { run$ } = marbleRun(marbles, scheduler, graph, slow, { cancel$, logger })
        run$.subscribe()
        marbles.flush()
        expect(lines).to.deep.equal([
          {
            level: 'info',
            message: 'a node was cancelled',
            fields: { executionId: 'e', nodeId: 'n0', reason: 'enough', afterMs: 2 },
          },
        ])
      })
    })
  })

  describe('with tools', () => {
    function toolRun(graph: Graph, deps: Overrides = {}) {
      const time = createTestTime()
      const { tool, calls } = createScriptedTool({ name: 'echo' })
      const cancel$ = new Subject<string>()
      const run$ = runOf(graph, {
        tools: createToolRegistry([tool]),
        scheduler: time.scheduler,
        callNode: callsWithin(time.scheduler),
        cancel$,
        ...deps,
      })
      return { time, calls, cancel$, ...labelsOf(run$) }
    }

    it('tries a node again that is late, and refuses the late result of the try before', async () => {
      const { time, calls, labels, isComplete } = toolRun({
        nodes: [toolNode('a', { retries: 1, timeoutMs: 10 })],
        edges: [],
      })
      await time.advance(10)
      expect(labels.at(-1)).to.equal('node a retrying')
      await time.advance(750)
      expect(labels.at(-1)).to.equal('node a running')
      expect(calls.map(({ context }) => [context.attempt, context.signal.aborted])).to.deep.equal([
        [1, true],
        [2, false],
      ])
      calls[0]?.succeed('late')
      await time.advance(0)
      expect(labels.at(-1)).to.equal('node a running')
      calls[1]?.succeed('in time')
      await time.advance(0)
      expect(labels.at(-1)).to.equal('workflow.completed')
      expect(isComplete()).to.equal(true)
    })

    it('aborts every tool when it is cancelled, and ignores what they say then', async () => {
      const { time, calls, cancel$, labels, isComplete } = toolRun({ nodes: nodesNamed(3), edges: [] })
      cancel$.next('enough')
      expect(calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, true, true])
      expect(labels.at(-1)).to.equal('workflow.cancelled')
      expect(isComplete()).to.equal(true)
      const told = [...labels]
      calls[0]?.succeed('late')
      calls[1]?.fail(new Error('aborted'))
      calls[2]?.context.progress(99)
      await time.advance(2_000_000)
      expect(labels).to.deep.equal(told)
    })

    it('has aborted a tool when it says so', () => {
      const time = createTestTime()
      const { tool, calls } = createScriptedTool({ name: 'echo' })
      const cancel$ = new Subject<string>()
      const seen: unknown[] = []
      runOf(
        { nodes: nodesNamed(2), edges: [] },
        {
          tools: createToolRegistry([tool]),
          scheduler: time.scheduler,
          callNode: callsWithin(time.scheduler),
          cancel$,
        },
      ).subscribe(({ event }) => {
        if (event?.type === 'task.cancelled') seen.push(calls.map(({ context }) => context.signal.aborted))
      })
      cancel$.next('enough')
      expect(seen).to.deep.equal([
        [true, false],
        [true, true],
      ])
    })

    it('aborts every tool when it is unsubscribed', async () => {
      const { time, calls, labels, subscription } = toolRun({ nodes: nodesNamed(3), edges: [] })
      const told = [...labels]
      subscription.unsubscribe()
      expect(calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, true, true])
      await time.advance(2_000_000)
      expect(labels).to.deep.equal(told)
    })

    it('aborts every tool when its time is up', async () => {
      const { time, calls, labels } = toolRun({ nodes: nodesNamed(2), edges: [] }, { runTimeoutMs: 500 })
      await time.advance(500)
      expect(calls.map(({ context }) => context.signal.aborted)).to.deep.equal([true, true])
      expect(labels.at(-1)).to.equal('workflow.failed timed_out')
    })

    it('ends at once where a tool cancels the run it is part of', () => {
      const time = createTestTime()
      const cancel$ = new Subject<string>()
      const { tool } = createScriptedTool({
        name: 'echo',
        answer: () => {
          cancel$.next('the tool says so')
        },
      })
      const { labels, isComplete } = labelsOf(
        runOf(
          { nodes: nodesNamed(1), edges: [] },
          {
            tools: createToolRegistry([tool]),
            scheduler: time.scheduler,
            callNode: callsWithin(time.scheduler),
            cancel$,
          },
        ),
      )
      expect(labels.slice(-3)).to.deep.equal(['task.cancelled n0', 'node n0 cancelled', 'workflow.cancelled'])
      expect(isComplete()).to.equal(true)
    })
  })
})
