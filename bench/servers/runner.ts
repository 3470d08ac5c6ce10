// Runs workflows within one process, without a socket (W1 to W3).

import { setImmediate as nextTurn } from 'node:timers/promises'
import * as t from 'io-ts'
import {
  createEventBus,
  createToolRegistry,
  createWorkflowEngine,
  defineTool,
  type GraphEdge,
} from '../../lib/index.ts'
import { answerCalls } from '../control/calls.ts'
import type { AtOnceLoad, OneByOneLoad, RunCalls, RunResult, Shape, Weight } from '../control/run-calls.ts'

const LAYER = 10
/** Edges from each node of a layer to nodes of the next. */
const FAN = 4

const calls: RunCalls = { runOneByOne, runAtOnce, weighRuns }
answerCalls(calls)

const tools = createToolRegistry([
  defineTool({ name: 'instant', description: 'Does nothing.', params: t.UnknownRecord, run: () => null }),
  defineTool({
    name: 'never',
    description: 'Does nothing until it is told to stop.',
    params: t.UnknownRecord,
    run: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  }),
])

interface Runner {
  readonly order: (tool: string, count: number, edges: readonly GraphEdge[]) => void
  /** Resolves when every run that was ordered has ended. */
  readonly idle: () => Promise<void>
  readonly completed: () => number
  readonly stop: () => void
}

function makeRunner(): Runner {
  const bus = createEventBus()
  const engine = createWorkflowEngine({ bus, tools })
  let ordered = 0
  let completed = 0
  let ended = 0
  bus.on(['workflow.completed', 'workflow.failed', 'workflow.cancelled'], ({ type }) => {
    ended += 1
    if (type === 'workflow.completed') completed += 1
  })
  return {
    order: (tool, count, edges) => {
      ordered += 1
      const nodes = Array.from({ length: count }, (_, index) => ({ id: `n${index}`, type: 'tool_call' as const, tool }))
      const data = { workflowId: 'w', executionId: `e${ordered}`, nodes, edges: [...edges] }
      void bus.publish({ type: 'workflow.requested', data })
    },
    idle: async () => {
      const isIdle = (): boolean => ended >= ordered
      while (!isIdle()) await nextTurn()
    },
    completed: () => completed,
    stop: () => {
      engine.close()
      bus.close()
    },
  }
}

async function runOneByOne({ shape, nodes, durationMs }: OneByOneLoad): Promise<RunResult> {
  const runner = makeRunner()
  const edges = edgesOf(shape, nodes)
  const start = performance.now()
  const before = process.cpuUsage()
  let runs = 0
  while (performance.now() - start < durationMs) {
    runner.order('instant', nodes, edges)
    await runner.idle()
    runs += 1
  }
  return resultOf(runner, runs, nodes, start, before)
}

async function runAtOnce({ runs, nodes }: AtOnceLoad): Promise<RunResult> {
  const runner = makeRunner()
  const edges = edgesOf('chain', nodes)
  const start = performance.now()
  const before = process.cpuUsage()
  for (let index = 0; index < runs; index += 1) runner.order('instant', nodes, edges)
  await runner.idle()
  return resultOf(runner, runs, nodes, start, before)
}

async function weighRuns({ runs, nodes }: AtOnceLoad): Promise<Weight> {
  const runner = makeRunner()
  const edges = edgesOf('chain', nodes)
  // The history of the bus is full before and after, so that it is not weighed.
  for (let index = 0; index < 1_000; index += 1) {
    runner.order('instant', nodes, edges)
    if (index % 50 === 0) await runner.idle()
  }
  await runner.idle()
  const before = await heapBytes()
  for (let index = 0; index < runs; index += 1) runner.order('never', nodes, edges)
  const heapBytesPerRun = ((await heapBytes()) - before) / runs
  runner.stop()
  return { heapBytesPerRun }
}

function resultOf(runner: Runner, runs: number, nodes: number, start: number, before: NodeJS.CpuUsage): RunResult {
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const lost = runs - runner.completed()
  runner.stop()
  return { runs, nodes: runs * nodes, elapsedMs, cpuMicros: user + system, lost }
}

async function heapBytes(): Promise<number> {
  for (let index = 0; index < 5; index += 1) {
    globalThis.gc?.()
    await nextTurn()
  }
  return process.memoryUsage().heapUsed
}

function edgesOf(shape: Shape, count: number): readonly GraphEdge[] {
  const edge = (source: number, target: number): GraphEdge => ({ source: `n${source}`, target: `n${target}` })
  switch (shape) {
    case 'side by side':
      return []
    case 'chain':
      return Array.from({ length: count - 1 }, (_, index) => edge(index, index + 1))
    case 'layers':
      return Array.from({ length: count - LAYER }, (_, index) => {
        const next = (Math.floor(index / LAYER) + 1) * LAYER
        return Array.from({ length: FAN }, (_unused, step) => edge(index, next + ((index + step) % LAYER)))
      }).flat()
    default:
      return shape satisfies never
  }
}
