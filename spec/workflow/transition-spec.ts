import { expect } from 'chai'
import * as fc from 'fast-check'
import type { NodeStatus } from '../../lib/event/catalogue.ts'
import type { Graph } from '../../lib/event/graph.ts'
import type { Plan } from '../../lib/workflow/plan.ts'
import type { PlanNode } from '../../lib/workflow/plan-node.ts'
import type { RunEvent } from '../../lib/workflow/run-event.ts'
import { initialSnapshot } from '../../lib/workflow/snapshot.ts'
import { type Command, type RunRules, type Signal, transition } from '../../lib/workflow/transition.ts'
import { chainOf, edge, nodesNamed, planOf, toolNode } from './graphs.ts'
import { labelOf, lifeOf } from './labels.ts'
import { identity, isSatisfied, isTerminal, type Played, play, scenario } from './simulation.ts'

function eventsOf(commands: readonly Command[]): readonly RunEvent[] {
  return commands.flatMap((command) => (command._tag === 'Publish' ? [command.event] : []))
}

/** A run that is told things by hand. Returns what each signal brought, in words. */
function runByHand(graph: Graph, rules: Partial<RunRules> = {}, plan: Plan = planOf(graph)) {
  const all: RunRules = { identity, graph, maxParallelNodes: 5, ...rules }
  let snapshot = initialSnapshot(plan)
  const say = (commands: readonly Command[]): readonly string[] =>
    commands.map((command) => {
      if (command._tag === 'Publish') return labelOf(command.event)
      switch (command._tag) {
        case 'StopNode':
          return `StopNode ${command.nodeId}: ${command.reason}`
        case 'AwaitInput':
          return `AwaitInput ${command.nodeId}`
        default:
          return `${command._tag} ${command.nodeId} ${command.attempt}`
      }
    })
  const tell = (signal: Signal): readonly Command[] => {
    const [after, commands] = transition(snapshot, signal, all)
    snapshot = after
    return commands
  }
  return {
    tell,
    start: () => say(tell({ _tag: 'Start', atMs: 0 })),
    succeed: (nodeId: string, result: unknown = null) =>
      say(tell({ _tag: 'Succeeded', nodeId, result, durationMs: 1, atMs: 1 })),
    fail: (nodeId: string, isPermanent = true) =>
      say(tell({ _tag: 'Failed', nodeId, error: `${nodeId} broke`, code: 'E', isPermanent, durationMs: 1, atMs: 1 })),
    retryDue: (nodeId: string) => say(tell({ _tag: 'RetryDue', nodeId, atMs: 2 })),
    cancel: () => say(tell({ _tag: 'Cancel', reason: 'enough', atMs: 50 })),
    timeOut: () => say(tell({ _tag: 'TimeOut', atMs: 60 })),
    statuses: (): Record<string, NodeStatus> =>
      Object.fromEntries([...snapshot.nodes].map(([id, { status }]) => [id, status])),
  }
}

/** The events of one node, a letter each. */
const letters: Readonly<Record<string, string>> = {
  'task.started': 'S',
  'task.progress': 'p',
  'tool.executed': 'X',
  'tool.failed': 'F',
  'task.completed': 'C',
  'task.failed': 'E',
  'task.cancelled': 'K',
  'log.entry': 'p',
  'workflow.input_required': 'I',
}
const statusLetters: Readonly<Record<NodeStatus, string>> = {
  pending: '?',
  ready: '?',
  waiting: 'w',
  running: 'r',
  retrying: 't',
  completed: 'c',
  failed: 'f',
  skipped: 's',
  cancelled: 'k',
}
/** PROTOCOL section 6: told to be running, started once, tries, one end; or asked a person; or failed by its guard. */
const life = /^(s|k|Ef|rSp*(t(rp*)?)*?(XCc|FEf|Kk)|wSI(Cc|Ef|Kk))$/

function livesOf({ events }: Played): ReadonlyMap<string, string> {
  const lives = new Map<string, string>()
  for (const { type, data } of events) {
    if (!('nodeId' in data) || data.nodeId === undefined || type === 'workflow.failed') continue
    const isStatus = type === 'workflow.node_status_update' && 'status' in data
    const letter = isStatus ? statusLetters[data.status] : (letters[type] ?? '?')
    lives.set(data.nodeId, (lives.get(data.nodeId) ?? '') + letter)
  }
  return lives
}

function finalStatus({ final }: Played, nodeId: string): NodeStatus | undefined {
  return final.nodes.get(nodeId)?.status
}

describe('transition', () => {
  describe('of any run', () => {
    it('ends in one terminal event, its last, and starts nothing that may not start', () => {
      fc.assert(
        // What happens on the way is checked by the world itself, command by command.
        fc.property(scenario, (scene) => {
          const { commands, events, final } = play(scene)
          expect(events.filter(isTerminal)).to.have.lengthOf(1)
          expect(commands.at(-1)).to.deep.equal({ _tag: 'Publish', event: events.at(-1) })
          const last = events.at(-1)
          const status = last?.type === 'workflow.failed' ? last.data.status : last?.type.replace('workflow.', '')
          expect(final.status).to.equal(status)
        }),
      )
    })

    it('says what happens to a node in the order of the protocol', () => {
      fc.assert(
        fc.property(scenario, (scene) => {
          const played = play(scene)
          const lives = livesOf(played)
          expect([...lives.keys()]).to.have.members(scene.graph.nodes.map(({ id }) => id))
          for (const [nodeId, said] of lives) expect(said, nodeId).to.match(life)
        }),
      )
    })

    it('tells the progress of the run right after each node that ended, never less than before', () => {
      fc.assert(
        fc.property(scenario, (scene) => {
          const { events, final } = play(scene)
          const count = scene.graph.nodes.length
          let done = 0
          for (const [index, event] of events.entries()) {
            if (event.type === 'workflow.progress') {
              expect(events[index - 1]?.type).to.equal('workflow.node_status_update')
              continue
            }
            const hasEnded =
              event.type === 'workflow.node_status_update' &&
              ['completed', 'failed', 'skipped', 'cancelled'].includes(event.data.status)
            // A run that is stopped ends, whatever has become of its nodes.
            const isStopped = final.status === 'cancelled' || final.status === 'timed_out'
            const isTold = events[index + 1]?.type === 'workflow.progress'
            if (!hasEnded || (isStopped && event.data.status === 'cancelled' && !isTold)) continue
            done += 1
            const next = events[index + 1]
            expect(next?.type).to.equal('workflow.progress')
            expect(next?.data).to.include({ progress: Math.round((100 * done) / count), status: 'running' })
          }
          if (final.status === 'completed' || final.status === 'failed') expect(done).to.equal(count)
          expect(done).to.be.at.most(count)
        }),
      )
    })

    it('ends as its nodes did: failed for a failure nobody handles, else completed with the results', () => {
      const seen = new Map<string, number>()
      fc.assert(
        fc.property(scenario, (scene) => {
          const { events, final } = play(scene)
          seen.set(final.status, (seen.get(final.status) ?? 0) + 1)
          const last = events.at(-1)
          if (last?.type === 'workflow.cancelled' || final.status === 'timed_out') return
          const handled = new Set(
            scene.graph.edges.filter(({ when }) => when === 'failure' || when === 'always').map(({ source }) => source),
          )
          const broken = events.find(
            (event) =>
              event.type === 'workflow.node_status_update' &&
              event.data.status === 'failed' &&
              !handled.has(event.data.nodeId),
          )
          if (last?.type === 'workflow.failed') {
            expect(broken?.data).to.include({ nodeId: last.data.nodeId, error: last.data.error })
            return
          }
          expect(broken).to.equal(undefined)
          const completed = [...final.nodes].filter(([, { status }]) => status === 'completed')
          expect(last?.data).to.deep.include({
            results: Object.fromEntries(completed.map(([id, { result }]) => [id, result])),
          })
        }),
      )
      expect(seen.get('completed') ?? 0, 'runs that completed').to.be.greaterThan(3)
      expect(seen.get('failed') ?? 0, 'runs that failed').to.be.greaterThan(3)
      expect((seen.get('cancelled') ?? 0) + (seen.get('timed_out') ?? 0), 'runs that were stopped').to.be.greaterThan(3)
    })

    it('runs a node when all its edges are satisfied, and skips it when they no longer can be', () => {
      fc.assert(
        fc.property(scenario, (scene) => {
          const played = play(scene)
          if (played.final.status !== 'completed') return
          for (const { id } of scene.graph.nodes) {
            const into = scene.graph.edges.filter(({ target }) => target === id)
            const mayRun = into.every(({ source, when }) => isSatisfied(when, finalStatus(played, source)))
            if (scene.guards[id] === 'throw') expect(finalStatus(played, id) === 'failed', id).to.equal(mayRun)
            else if (scene.guards[id] === 'no') expect(finalStatus(played, id), id).to.equal('skipped')
            else if (scene.guards[id] !== 'after two')
              expect(finalStatus(played, id) !== 'skipped', id).to.equal(mayRun)
          }
        }),
      )
    })
  })

  it('says what transcript 2 says', () => {
    const run = runByHand(chainOf(['a', 'b'].map((id) => toolNode(id))))
    const [running, started, ...rest] = lifeOf('a', 50)
    const [runningToo, startedToo, ...restToo] = lifeOf('b', 100)
    expect(run.start()).to.deep.equal(['workflow.started', running, started, 'StartNode a 1'])
    expect(run.succeed('a')).to.deep.equal([...rest, runningToo, startedToo, 'StartNode b 1'])
    expect(run.succeed('b')).to.deep.equal([...restToo, 'workflow.completed'])
  })

  it('says what transcript 3 says', () => {
    const run = runByHand({ nodes: [toolNode('a')], edges: [] })
    run.start()
    expect(run.fail('a')).to.deep.equal([
      'tool.failed a',
      'task.failed a',
      'node a failed',
      'workflow.progress 100',
      'workflow.failed a failed',
    ])
  })

  it('starts at most as many nodes as it may, in the order they were written', () => {
    const run = runByHand({ nodes: nodesNamed(7), edges: [] }, { maxParallelNodes: 3 })
    const started = (said: readonly string[]): readonly string[] => said.filter((word) => word.startsWith('StartNode'))
    expect(started(run.start())).to.deep.equal(['StartNode n0 1', 'StartNode n1 1', 'StartNode n2 1'])
    expect(started(run.succeed('n1'))).to.deep.equal(['StartNode n3 1'])
    expect(started(run.fail('n0'))).to.deep.equal([])
  })

  describe('after a failure nobody handles', () => {
    const graph = { nodes: ['a', 'b', 'c', 'd'].map((id) => toolNode(id)), edges: [edge('b', 'c')] }

    it('lets the running nodes end and starts none', () => {
      const run = runByHand(graph, { maxParallelNodes: 2 })
      run.start()
      expect(run.fail('a')).to.deep.equal([
        'tool.failed a',
        'task.failed a',
        'node a failed',
        'workflow.progress 25',
        'node c skipped',
        'workflow.progress 50',
        'node d skipped',
        'workflow.progress 75',
      ])
      expect(run.succeed('b')).to.deep.equal([...lifeOf('b', 100).slice(2), 'workflow.failed a failed'])
    })

    it('tells of the first one', () => {
      const run = runByHand(graph)
      run.start()
      run.fail('b')
      run.fail('a')
      expect(run.succeed('d')).to.include('workflow.failed b failed')
    })

    it('gives no further try to a node that fails, even where it could', () => {
      const run = runByHand({ nodes: [toolNode('a'), toolNode('b', { retries: 5 })], edges: [] })
      run.start()
      run.fail('a')
      expect(run.fail('b', false)).to.include.members(['tool.failed b', 'node b failed', 'workflow.failed a failed'])
    })

    it('fails a node that waits for its next try, as if that try had been its last', () => {
      const run = runByHand({ nodes: [toolNode('a'), toolNode('b', { retries: 5 })], edges: [] })
      run.start()
      expect(run.fail('b', false)).to.deep.equal(['node b retrying', 'RetryLater b 2'])
      expect(run.fail('a')).to.deep.equal([
        'tool.failed a',
        'task.failed a',
        'node a failed',
        'workflow.progress 50',
        'StopNode b: node a failed',
        'tool.failed b',
        'task.failed b',
        'node b failed',
        'workflow.progress 100',
        'workflow.failed a failed',
      ])
    })

    it('fails a node whose next try is due but has no place yet', () => {
      const nodes = [toolNode('b', { retries: 5 }), toolNode('a'), toolNode('c')]
      const run = runByHand({ nodes, edges: [] }, { maxParallelNodes: 1 })
      run.start()
      run.fail('b', false)
      expect(run.retryDue('b')).to.deep.equal([])
      expect(run.fail('a')).to.deep.equal([
        'tool.failed a',
        'task.failed a',
        'node a failed',
        'workflow.progress 33',
        'tool.failed b',
        'task.failed b',
        'node b failed',
        'workflow.progress 67',
        'node c skipped',
        'workflow.progress 100',
        'workflow.failed a failed',
      ])
    })
  })

  describe('retrying', () => {
    const graph = { nodes: [toolNode('a', { retries: 1 }), toolNode('b')], edges: [] }

    it('gives the place to another node while it waits, and is started once only', () => {
      const run = runByHand(graph, { maxParallelNodes: 1 })
      run.start()
      expect(run.fail('a', false)).to.deep.equal([
        'node a retrying',
        'RetryLater a 2',
        'node b running',
        'task.started b',
        'StartNode b 1',
      ])
      run.succeed('b')
      expect(run.retryDue('a')).to.deep.equal(['node a running', 'StartNode a 2'])
    })

    it('says which try and why', () => {
      const run = runByHand(graph)
      run.start()
      const commands = run.tell({
        _tag: 'Failed',
        nodeId: 'a',
        error: 'no',
        code: 'E',
        isPermanent: false,
        durationMs: 1,
        atMs: 1,
      })
      expect(eventsOf(commands).map(({ data }) => data)).to.deep.equal([
        {
          workflowId: 'w',
          executionId: 'e',
          nodeId: 'a',
          status: 'retrying',
          attempt: 2,
          error: 'no',
          code: 'E',
          origin: 'workflow',
        },
      ])
    })

    it('ends with the tries, and after a permanent failure at once', () => {
      const run = runByHand(graph)
      run.start()
      run.fail('a', false)
      run.retryDue('a')
      expect(run.fail('a', false)).to.include('node a failed')
      const other = runByHand(graph)
      other.start()
      expect(other.fail('a', true)).to.include('node a failed')
    })
  })

  describe('the edges', () => {
    it('run a handler for a failure, and the run completes', () => {
      const nodes = ['a', 'good', 'bad', 'any'].map((id) => toolNode(id))
      const edges = [edge('a', 'good'), edge('a', 'bad', 'failure'), edge('a', 'any', 'always')]
      const run = runByHand({ nodes, edges })
      run.start()
      expect(run.fail('a')).to.include.members(['node good skipped', 'StartNode bad 1', 'StartNode any 1'])
      run.succeed('bad')
      expect(run.succeed('any')).to.include('workflow.completed')
      expect(run.statuses()).to.deep.equal({ a: 'failed', good: 'skipped', bad: 'completed', any: 'completed' })
    })

    it('skip down the whole way, up to what runs always', () => {
      const nodes = ['last', 'c', 'b', 'a', 'never'].map((id) => toolNode(id))
      const edges = [
        edge('a', 'b', 'failure'),
        edge('b', 'c'),
        edge('c', 'last', 'always'),
        edge('b', 'never', 'failure'),
      ]
      const run = runByHand({ nodes, edges })
      run.start()
      expect(run.succeed('a')).to.include.members([
        'node b skipped',
        'node c skipped',
        'node never skipped',
        'StartNode last 1',
      ])
      expect(run.succeed('last').slice(-2)).to.deep.equal(['workflow.progress 100', 'workflow.completed'])
    })

    it('complete a run whose last nodes are skipped', () => {
      const run = runByHand({ nodes: [toolNode('a'), toolNode('b')], edges: [edge('a', 'b', 'failure')] })
      run.start()
      expect(run.succeed('a').slice(-3)).to.deep.equal([
        'node b skipped',
        'workflow.progress 100',
        'workflow.completed',
      ])
    })
  })

  describe('a guard', () => {
    const guarded = (guard: NonNullable<PlanNode['guard']>) => {
      const graph: Graph = {
        nodes: [toolNode('a'), toolNode('b'), toolNode('c')],
        edges: [edge('a', 'b'), edge('b', 'c')],
      }
      const plan = planOf(graph)
      const nodes = new Map([...plan.nodes].map(([id, node]) => [id, id === 'b' ? { ...node, guard } : node]))
      const run = runByHand(graph, {}, { ...plan, nodes })
      run.start()
      return run
    }

    it('that says no skips its node and what would follow; it sees the results so far', () => {
      const seen: unknown[] = []
      const run = guarded((results) => {
        seen.push([...results])
        return false
      })
      expect(run.succeed('a', 5).slice(-5)).to.deep.equal([
        'node b skipped',
        'workflow.progress 67',
        'node c skipped',
        'workflow.progress 100',
        'workflow.completed',
      ])
      expect(seen).to.deep.equal([[['a', 5]]])
    })

    it('that throws fails its node for good', () => {
      const run = guarded(() => {
        throw new Error('no field x')
      })
      expect(run.succeed('a').slice(-6)).to.deep.equal([
        'task.failed b',
        'node b failed',
        'workflow.progress 67',
        'node c skipped',
        'workflow.progress 100',
        'workflow.failed b failed',
      ])
    })
  })

  describe('cancelled', () => {
    it('stops what works, cancels what waits, and leaves what has ended', () => {
      const nodes = [toolNode('done'), toolNode('busy'), toolNode('retrying', { retries: 1 }), toolNode('later')]
      const run = runByHand({ nodes, edges: [edge('busy', 'later')] })
      run.start()
      run.succeed('done')
      run.fail('retrying', false)
      expect(run.cancel()).to.deep.equal([
        'StopNode busy: enough',
        'task.cancelled busy',
        'node busy cancelled',
        'StopNode retrying: enough',
        'task.cancelled retrying',
        'node retrying cancelled',
        'node later cancelled',
        'workflow.cancelled',
      ])
      expect(run.statuses()).to.deep.equal({
        done: 'completed',
        busy: 'cancelled',
        retrying: 'cancelled',
        later: 'cancelled',
      })
    })

    it('cancels the task of a node whose next try is due but has no place yet', () => {
      const nodes = [toolNode('b', { retries: 5 }), toolNode('a')]
      const run = runByHand({ nodes, edges: [] }, { maxParallelNodes: 1 })
      run.start()
      run.fail('b', false)
      run.retryDue('b')
      expect(run.cancel().slice(0, 2)).to.deep.equal(['task.cancelled b', 'node b cancelled'])
    })

    it('says why and after how long; before the start after none', () => {
      const run = runByHand({ nodes: [toolNode('a')], edges: [] })
      run.tell({ _tag: 'Start', atMs: 1_000 })
      const [last] = eventsOf(run.tell({ _tag: 'Cancel', reason: 'enough', atMs: 1_250 })).slice(-1)
      expect(last?.data).to.include({ reason: 'enough', duration: 250 })
      const early = runByHand({ nodes: [toolNode('a')], edges: [] })
      const events = eventsOf(early.tell({ _tag: 'Cancel', reason: 'enough', atMs: 5_000 }))
      expect(events.map(labelOf)).to.deep.equal(['node a cancelled', 'workflow.cancelled'])
      expect(events.at(-1)?.data).to.include({ duration: 0 })
    })
  })

  it('fails as timed_out when its time is up', () => {
    const run = runByHand(chainOf(['a', 'b'].map((id) => toolNode(id))))
    run.start()
    expect(run.timeOut()).to.deep.equal([
      'StopNode a: the run timed out',
      'task.cancelled a',
      'node a cancelled',
      'node b cancelled',
      'workflow.failed timed_out',
    ])
  })

  it('speaks of a command of one step as a task, never as a workflow', () => {
    const command = { workflowId: 'e', executionId: 'e', origin: 'dsl', isCommand: true } as const
    const run = runByHand({ nodes: [toolNode('step1')], edges: [] }, { identity: command })
    const started = eventsOf(run.tell({ _tag: 'Start', atMs: 0 }))
    expect(started).to.deep.equal([
      { type: 'task.started', data: { executionId: 'e', nodeId: 'step1', origin: 'dsl', tool: 'echo', attempt: 1 } },
    ])
    expect(run.succeed('step1')).to.deep.equal(['tool.executed step1', 'task.completed step1'])
  })

  it('hands on the origin, the tool and the try with each task', () => {
    const chat = { ...identity, origin: 'chat' } as const
    const run = runByHand({ nodes: [toolNode('a')], edges: [] }, { identity: chat })
    const common = { workflowId: 'w', executionId: 'e', nodeId: 'a', origin: 'chat', attempt: 1 }
    run.start()
    const [progress] = eventsOf(run.tell({ _tag: 'Progress', nodeId: 'a', percent: 40, message: 'soon', atMs: 1 }))
    expect(progress).to.deep.equal({
      type: 'task.progress',
      data: { ...common, tool: 'echo', progress: 40, message: 'soon' },
    })
    const [tool, task] = eventsOf(run.tell({ _tag: 'Succeeded', nodeId: 'a', result: 7, durationMs: 12, atMs: 12 }))
    expect(tool?.data).to.deep.equal({ ...common, toolName: 'echo', result: 7, durationMs: 12 })
    expect(task?.data).to.deep.equal({ ...common, tool: 'echo', result: 7 })
  })
})
