// A terminal client that knows nothing but the wire protocol: `npm run client -- dsl "CALL list_files"`.
//
// Data flows one way: frames -> RunView (run-view.ts) -> Picture (picture.ts) -> text (drawing.ts) -> the terminal.

import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import { identity, lastValueFrom, map, merge, NEVER, type Observable, scan, takeWhile, tap } from 'rxjs'
import { help, readArguments, type Request, UsageError } from './client/arguments.ts'
import { abortOf } from './client/abort.ts'
import { ConnectionError } from './client/connection-error.ts'
import { converse } from './client/conversation.ts'
import type { Output } from './client/output.ts'
import { orderOf } from './client/order.ts'
import { printable } from './client/printable.ts'
import { cancelling, newRun, type RunView, withFrame } from './client/run-view.ts'
import { show } from './client/show.ts'

export interface ClientOptions {
  /** Without `node` and the name of the script. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Gets what the server says. */
  readonly stdout: Output
  /** Gets, in one line, what kept the client from asking it. */
  readonly stderr: Pick<Output, 'write'>
  /** Ctrl-C: has the server cancel the run, and still waits for it to end. */
  readonly signal?: AbortSignal
}

/** Returns the exit code: 0 the run succeeded, 1 it failed, 2 bad arguments, 3 no connection. */
export async function main({ argv, env, stdout, stderr, signal }: ClientOptions): Promise<number> {
  try {
    const request = readArguments(argv, env)
    if (request === 'help') {
      stdout.write(help)
      return 0
    }
    const cancel$ = signal === undefined ? NEVER : abortOf(signal)
    const { outcome } = await follow(request, cancel$, { env, stdout })
    return outcome?.isSuccess === true ? 0 : 1
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof ConnectionError)) throw error
    stderr.write(`${printable(error.message)}\n`)
    return error instanceof UsageError ? 2 : 3
  }
}

/** Sends what was asked for and shows what comes back, until the run is over. */
async function follow(
  request: Request,
  cancel$: Observable<unknown>,
  { env, stdout }: Pick<ClientOptions, 'env' | 'stdout'>,
): Promise<RunView> {
  const { kind, url, isJson } = request
  const order = { id: randomUUID(), ...(await orderOf(request)) }
  const frame$ = converse({ url, order, cancel$ })
  const view$ = merge(
    frame$.pipe(
      isJson ? tap((frame) => stdout.write(`${printable(JSON.stringify(frame))}\n`)) : identity,
      map((frame) => (view: RunView) => withFrame(view, frame)),
    ),
    cancel$.pipe(map(() => cancelling)),
  ).pipe(
    scan((view, change) => change(view), newRun(kind, order.id)),
    takeWhile(({ outcome }) => outcome === undefined, true),
  )
  return lastValueFrom(isJson ? view$ : view$.pipe(show(stdout, env)))
}

/** When the file is run rather than imported. */
async function run(): Promise<void> {
  const cancelled = new AbortController()
  // Once: a second Ctrl-C finds nobody listening, and ends the process as it always does.
  process.once('SIGINT', () => cancelled.abort())
  // Whoever read the output has gone (`| head`): there is nobody left to tell.
  process.stdout.on('error', () => process.exit(1))
  const { env, stdout, stderr } = process
  process.exitCode = await main({ argv: process.argv.slice(2), env, stdout, stderr, signal: cancelled.signal })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await run()
