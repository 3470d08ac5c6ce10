import { createHash } from 'node:crypto'
import { BehaviorSubject, type Observable, type SchedulerLike, switchMap } from 'rxjs'
import type { ServerMessage } from '../protocol/server-payloads.ts'
import type { ClientSession } from './client-session.ts'
import type { TerminalEvent } from './outcomes.ts'

/** A command that a client gave, and may give again with the same id where it has not heard of it (SEMANTICS P8). */
export interface GivenCommand {
  /** Answers whoever gave it, on the connection on which it was given last. */
  readonly answer: (message: ServerMessage) => void
  /** Emits when nobody is left to be answered: the connection on which it was given last has ended. */
  readonly abandoned$: Observable<void>
  /** It has ended: with `event`, or where there is none, with its last answer. */
  readonly end: (event?: TerminalEvent) => void
  /** It was not taken, or taken back: given again, it is a new one. */
  readonly forget: () => void
}

/** What there is to do about a command that has come. */
export type Given =
  | { readonly _tag: 'New'; readonly command: GivenCommand }
  /** It was given before, and was answered again. */
  | { readonly _tag: 'Repeated' }
  /** Its id was another command's. */
  | { readonly _tag: 'Conflict' }

/** The commands that were given: while they run, and for ten minutes after that. */
export interface GivenCommands {
  readonly take: (session: ClientSession, id: string | undefined, type: string, payload: unknown) => Given
}

export interface GivenCommandsOptions {
  /** What a client is told of an event. */
  readonly toMessage: (event: TerminalEvent) => ServerMessage
  readonly scheduler: SchedulerLike
}

const REMEMBERED_MS = 10 * 60_000
/** Of those that have ended. */
const MAX_COMMANDS = 10_000
/** What the last words of those may take: as large as events are. */
const MAX_BYTES = 16 * 1024 * 1024

export function createGivenCommands({ toMessage, scheduler }: GivenCommandsOptions): GivenCommands {
  const live = new Map<string, RememberedCommand>()
  // In the order in which they ended.
  const ended = new Map<string, RememberedCommand>()
  let bytes = 0

  const drop = (key: string, command: RememberedCommand): void => {
    if (ended.delete(key)) bytes -= command.bytes
  }

  const trim = (): void => {
    const nowMs = scheduler.now()
    for (const [key, command] of ended) {
      const isOver = ended.size > MAX_COMMANDS || bytes > MAX_BYTES || nowMs - command.endedAtMs > REMEMBERED_MS
      if (!isOver) return
      drop(key, command)
    }
  }

  const begin = (key: string, session: ClientSession, id: string, print: string): RememberedCommand => {
    const command: RememberedCommand = new RememberedCommand(session, id, print, {
      onEnded: () => {
        if (!live.delete(key)) return
        command.endedAtMs = scheduler.now()
        ended.set(key, command)
        bytes += command.bytes
        trim()
      },
      onForgotten: () => {
        live.delete(key)
        drop(key, command)
      },
    })
    live.set(key, command)
    return command
  }

  return {
    take: (session, id, type, payload) => {
      if (id === undefined) return { _tag: 'New', command: new PassingCommand(session) }
      trim()
      const key = keyOf(session, id)
      const print = printOf(type, payload)
      const known = live.get(key) ?? ended.get(key)
      if (known === undefined) return { _tag: 'New', command: begin(key, session, id, print) }
      if (known.print !== print) return { _tag: 'Conflict' }
      known.repeat(session, toMessage)
      return { _tag: 'Repeated' }
    },
  }
}

interface RememberedHooks {
  readonly onEnded: () => void
  readonly onForgotten: () => void
}

class RememberedCommand implements GivenCommand {
  readonly print: string
  endedAtMs = 0
  /** About what its last words take. */
  bytes = 0
  readonly #id: string
  readonly #hooks: RememberedHooks
  readonly #answers: ServerMessage[] = []
  readonly #session$: BehaviorSubject<ClientSession>
  #last: TerminalEvent | undefined

  constructor(session: ClientSession, id: string, print: string, hooks: RememberedHooks) {
    this.#session$ = new BehaviorSubject(session)
    this.#id = id
    this.print = print
    this.#hooks = hooks
  }

  get abandoned$(): Observable<void> {
    return this.#session$.pipe(switchMap(({ ended$ }) => ended$))
  }

  answer(message: ServerMessage): void {
    this.#answers.push(message)
    this.#session$.value.answer(message, this.#id)
  }

  end(event?: TerminalEvent): void {
    this.#last = event
    this.bytes = event === undefined ? 0 : JSON.stringify(event.data).length
    this.#hooks.onEnded()
  }

  forget(): void {
    this.#hooks.onForgotten()
  }

  /** Says on `session` what was said, and says there what is still to be said. */
  repeat(session: ClientSession, toMessage: (event: TerminalEvent) => ServerMessage): void {
    this.#session$.next(session)
    for (const message of this.#answers) session.answer(message, this.#id)
    // As an answer, without a position: where the event stands in the stream it is, or was, told by itself.
    if (this.#last !== undefined) session.answer(toMessage(this.#last), this.#id)
  }
}

/** One without an id: it cannot be given again. */
class PassingCommand implements GivenCommand {
  readonly #session: ClientSession

  constructor(session: ClientSession) {
    this.#session = session
  }

  get abandoned$(): Observable<void> {
    return this.#session.ended$
  }

  answer(message: ServerMessage): void {
    this.#session.answer(message)
  }

  end(): void {
    // Nobody will ask.
  }

  forget(): void {
    // Nobody remembers.
  }
}

/** Ids are a client's own; a client is who it says, among those who are who they are. */
function keyOf({ principal, client, connection }: ClientSession, id: string): string {
  return JSON.stringify([principal?.id ?? null, client ?? connection.id, id])
}

function printOf(type: string, payload: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([type, payload]))
    .digest('base64')
}
