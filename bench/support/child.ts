import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AnswerMessage, CallMessage, CallTable, InputOf, ResultOf } from '../control/calls.ts'
import { root } from './paths.ts'
import { pinnedTo } from './pinning.ts'

/** A child process that answers calls. */
export interface Child<Calls extends CallTable> {
  readonly call: <Name extends keyof Calls & string>(
    name: Name,
    input: InputOf<Calls, Name>,
  ) => Promise<ResultOf<Calls, Name>>
  /** Lets it end by itself, and resolves when it has. */
  readonly stop: () => Promise<void>
}

export interface ChildOptions {
  /** What runs it: Node, or another runtime. */
  readonly executable: string
  /** The program and its arguments, those of the runtime first. */
  readonly args: readonly string[]
  readonly core: number
}

interface Waiting {
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
}

const STOP_MS = 5_000

export function startChild<Calls extends CallTable>({ executable, args, core }: ChildOptions): Child<Calls> {
  const [command = executable, ...rest] = [...pinnedTo(core), executable, ...args]
  const child = spawn(command, rest, {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'json',
  })
  const waiting = new Map<number, Waiting>()
  let ended: Error | undefined
  let lastId = 0

  const end = (error: Error): void => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  child.on('error', end)
  child.on('exit', (code, signal) => end(new Error(`${args.at(-1)} ended: ${signal ?? `exit code ${code}`}`)))
  child.on('message', (message) => {
    const answer = message as AnswerMessage
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) call?.reject(new Error(answer.error))
    else call?.resolve(answer.result)
  })

  return {
    call: async (name, input) => {
      if (ended !== undefined) throw ended
      lastId += 1
      const message: CallMessage = { id: lastId, name, input }
      const result = new Promise<unknown>((resolve, reject) => waiting.set(message.id, { resolve, reject }))
      child.send(message)
      return (await result) as Awaited<ResultOf<Calls, typeof name>>
    },
    stop: async () => {
      if (ended !== undefined) return
      const exited = once(child, 'exit')
      // It ends when its parent has hung up.
      child.disconnect()
      const tooLong = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await exited
      clearTimeout(tooLong)
    },
  }
}
