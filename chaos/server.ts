// The server of the chaos: a process of its own, that can be killed. `node server.ts '{"recordFile": …}'`; tells its port by IPC.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import * as t from 'io-ts'
import {
  basicTools,
  createEventBus,
  createGateway,
  createMemoryLog,
  createToolRegistry,
  createWorkflowEngine,
  defineTool,
  type EventLog,
  type Graph,
} from '../lib/index.ts'
import { writeEntry } from './record.ts'

export interface ServerSettings {
  readonly recordFile: string
  readonly maxHistoryEvents: number
  readonly heartbeatIntervalMs: number
  /** Runs that go on all the time. */
  readonly runs: number
  /** Events besides. */
  readonly perSecond: number
}

const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings
const { recordFile } = settings

/** Writes each event down before anybody can hear of it. */
function recorded(log: EventLog): EventLog {
  return {
    ...log,
    follow: (deliver) =>
      log.follow((record) => {
        const { epoch, seq, id, type } = record
        writeEntry(recordFile, { _tag: 'Published', epoch, seq, id, type })
        deliver(record)
      }),
  }
}

const record = defineTool({
  name: 'record',
  description: 'Writes a key down: what was done twice is there twice.',
  params: t.type({ key: t.string }),
  run: ({ key }) => writeEntry(recordFile, { _tag: 'Effect', pid: process.pid, key }),
})

const bus = createEventBus({ log: recorded(createMemoryLog({ maxEvents: settings.maxHistoryEvents })) })
const engine = createWorkflowEngine({ bus, tools: createToolRegistry([...basicTools(), record]) })
const { heartbeatIntervalMs } = settings
const gateway = createGateway({ bus, engine, maxConnections: 10_000, heartbeatIntervalMs, rateLimits: false })
const server = createServer((request, response) => {
  if (!gateway.handle(request, response)) response.writeHead(404).end()
})
gateway.attach(server)
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const graph: Graph = {
  nodes: ['a', 'b', 'c'].map((id) => ({ id, type: 'tool_call', tool: 'wait', params: { seconds: 0.4 } })),
  edges: [{ source: 'a', target: 'b' }],
}
let isQuiet = false
let started = 0
const startRun = (): void => {
  if (isQuiet) return
  started += 1
  const ids = { workflowId: 'chaos', executionId: `run-${started}` }
  void bus.publish({ type: 'workflow.requested', data: { ...ids, nodes: [...graph.nodes], edges: [...graph.edges] } })
}
bus.on('workflow.completed', ({ data }) => {
  if (data.workflowId === 'chaos') setImmediate(startRun)
})
for (let run = 0; run < settings.runs; run += 1) startRun()

async function publishSteadily(): Promise<void> {
  for (let progress = 0; ; progress = (progress + 1) % 101) {
    await delay(1_000 / settings.perSecond)
    if (isQuiet) continue
    void bus.publish({
      type: 'task.progress',
      data: { nodeId: 'steady', progress },
      tags: [progress % 2 === 0 ? 'even' : 'odd'],
    })
  }
}
void publishSteadily()

process.on('message', (message: { readonly quiet?: boolean; readonly publish?: number }) => {
  if (message.quiet === true) isQuiet = true
  for (let count = 0; count < (message.publish ?? 0); count += 1) {
    void bus.publish({ type: 'task.progress', data: { nodeId: 'burst', progress: count % 101 } })
  }
  process.send?.({ head: bus.head(), active: engine.stats().running })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port: (server.address() as AddressInfo).port })
