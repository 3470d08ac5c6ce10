// Typed calls between the bench and its child processes, over Node's IPC channel.

/** What a child can be asked: by name, one input, one result. */
export type CallTable = object

export type InputOf<Calls extends CallTable, Name extends keyof Calls> = Calls[Name] extends (
  input: infer Input,
) => unknown
  ? Input
  : never

export type ResultOf<Calls extends CallTable, Name extends keyof Calls> = Calls[Name] extends (
  input: never,
) => infer Result
  ? Awaited<Result>
  : never

export interface CallMessage {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

export type AnswerMessage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

/** Answers the parent's calls for as long as the parent is there; without it there is nothing left to do. */
export function answerCalls(calls: CallTable): void {
  const table = calls as Record<string, (input: unknown) => unknown>
  process.on('message', (message: CallMessage) => void answer(table, message))
  process.on('disconnect', () => process.exit(0))
}

async function answer(table: Record<string, (input: unknown) => unknown>, call: CallMessage): Promise<void> {
  try {
    const handle = table[call.name]
    if (handle === undefined) throw new Error(`nobody answers to ${call.name}`)
    reply({ id: call.id, result: await handle(call.input) })
  } catch (error) {
    reply({ id: call.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

function reply(message: AnswerMessage): void {
  process.send?.(message)
}
