// A terminal program that outlives its server: `node --import tsx examples/resume.ts [url [seconds]]`.
//
// It runs a workflow and prints how the link stands and how the nodes do. Restart the server, or cut the link, while it runs.

import { pathToFileURL } from 'node:url'
import { lastValueFrom, map, pairwise, startWith } from 'rxjs'
import { WebSocket } from 'ws'
import { ClientError, type ClientState, connect, type RunState, type WorkflowGraph } from '../lib/client/index.ts'
import type { Output } from './client/output.ts'
import { printable } from './client/printable.ts'

export interface ResumeOptions {
  /** Without `node` and the name of the script: the address of the WebSocket door, by default `PRAXIS_URL`. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Pick<Output, 'write'>
  /** Ctrl-C: has the server cancel the run, and still waits for it to end. */
  readonly signal?: AbortSignal
}

/** Long enough to restart a server in it. */
const DEFAULT_SECONDS = 10

const graphOf = (seconds: number): WorkflowGraph => ({
  workflowId: 'resume',
  nodes: [
    { id: 'write', type: 'tool_call', tool: 'write_file', params: { filename: 'resume.txt', content: 'still here\n' } },
    { id: 'wait', type: 'tool_call', tool: 'wait', params: { seconds } },
    { id: 'read', type: 'tool_call', tool: 'read_file', params: { filename: 'resume.txt' } },
  ],
  edges: [
    { source: 'write', target: 'wait' },
    { source: 'wait', target: 'read' },
  ],
})

/** Returns the exit code: 0 the run succeeded, 1 it failed, was lost, or the server wants nobody. */
export async function main({ argv, env, stdout, signal }: ResumeOptions): Promise<number> {
  const url = argv[0] ?? env['PRAXIS_URL'] ?? 'ws://127.0.0.1:8000/ws/events'
  const print = (line: string): void => void stdout.write(`${printable(line)}\n`)
  const client = connect(url, { webSocket: WebSocket })
  client.state$.subscribe((state) => print(describeState(state)))

  const run = client.execute(graphOf(Number(argv[1] ?? DEFAULT_SECONDS)))
  const cancel = (): void => run.cancel('cancelled from the terminal')
  signal?.addEventListener('abort', cancel, { once: true })
  run.pipe(map(describeNodes), startWith<readonly string[]>([]), pairwise()).subscribe({
    next: ([before, after]) => after.filter((line) => !before.includes(line)).forEach(print),
    // What ended it is printed below.
    error: () => undefined,
  })
  try {
    const { results } = await lastValueFrom(run)
    print(`completed: ${JSON.stringify(results)}`)
    return 0
  } catch (error) {
    if (!(error instanceof ClientError)) throw error
    print(`${error.code}: ${error.message}`)
    return 1
  } finally {
    signal?.removeEventListener('abort', cancel)
    client.close()
  }
}

function describeState(state: ClientState): string {
  switch (state._tag) {
    case 'waiting':
      return `- waiting: try ${state.attempt} in ${Math.max(0, Math.round(state.retryAtMs - Date.now()))} ms`
    case 'closed':
      return `- closed: ${state.reason} (${state.code})`
    default:
      return `- ${state._tag}`
  }
}

function describeNodes({ nodes }: RunState): readonly string[] {
  return Object.entries(nodes).map(
    ([id, { status, error }]) => `  ${id} ${status}${error === undefined ? '' : `: ${error}`}`,
  )
}

/** When the file is run rather than imported. */
async function start(): Promise<void> {
  const cancelled = new AbortController()
  // Once: a second Ctrl-C finds nobody listening, and ends the process as it always does.
  process.once('SIGINT', () => cancelled.abort())
  const { env, stdout } = process
  process.exitCode = await main({ argv: process.argv.slice(2), env, stdout, signal: cancelled.signal })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await start()
