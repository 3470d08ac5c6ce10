import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { WebSocket } from 'ws'

// A client written from the protocol alone: it imports nothing of the library, and keeps every frame as it came.

export interface RawFrame {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly correlation_id?: string
  readonly event?: string
  readonly seq?: number
  readonly id?: string
}

export interface Position {
  readonly epoch: string
  readonly seq: number
}

/** What one connection brought. */
export interface RawConnection {
  /** Where the client said it was. */
  readonly since: Position | undefined
  readonly frames: { readonly text: string; readonly frame: RawFrame }[]
}

export interface RawClientOptions {
  readonly port: () => number
  /** The query's, besides what makes it resume. */
  readonly query: string
  readonly silenceMs: number
  readonly backOffMs: () => number
}

interface Command {
  readonly text: string
  executionId: string | undefined
  outcome: 'open' | 'ended' | 'refused' | 'lost'
}

const terminalTypes: ReadonlySet<string> = new Set(['workflowComplete', 'workflowError', 'dslResult'])

export class RawClient {
  readonly connections: RawConnection[] = []
  readonly commands = new Map<string, Command>()
  /** The lives of the stream it has heard of. */
  readonly lives = new Set<string>()
  position: Position | undefined
  readonly #options: RawClientOptions
  readonly #client = randomUUID()
  #socket: WebSocket | undefined
  #isStopped = false
  #isAway = false
  readonly #ended: Promise<void>

  constructor(options: RawClientOptions) {
    this.#options = options
    this.#ended = this.#run()
  }

  /** Stays away until {@link comeBack}. */
  leave(): void {
    this.#isAway = true
    this.#socket?.terminate()
  }

  comeBack(): void {
    this.#isAway = false
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#socket?.terminate()
    await this.#ended
  }

  /** Orders a run; answers the id of the command. */
  execute(graph: object): string {
    const id = randomUUID()
    const text = JSON.stringify({ type: 'EXECUTE_WORKFLOW', payload: graph, id })
    this.commands.set(id, { text, executionId: undefined, outcome: 'open' })
    this.#send(text)
    return id
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      if (!this.#isAway) await this.#connect()
      await delay(this.#options.backOffMs())
    }
  }

  #connect(): Promise<void> {
    const { port, query, silenceMs } = this.#options
    const since = this.position
    const resume = since === undefined ? '' : `&since=${since.epoch}:${since.seq}`
    const connection: RawConnection = { since, frames: [] }
    const socket = new WebSocket(`ws://127.0.0.1:${port()}/ws/events?client=${this.#client}${query}${resume}`, {
      perMessageDeflate: false,
    })
    this.#socket = socket
    return new Promise((resolve) => {
      let silence = setTimeout(() => socket.terminate(), silenceMs)
      const heard = (): void => {
        clearTimeout(silence)
        silence = setTimeout(() => socket.terminate(), silenceMs)
      }
      socket.on('ping', heard)
      socket.on('message', (data: Buffer) => {
        heard()
        const text = data.toString('utf8')
        const frame = JSON.parse(text) as RawFrame
        if (connection.frames.length === 0) {
          this.connections.push(connection)
          for (const { text: command, executionId, outcome } of this.commands.values()) {
            if (outcome === 'open' && executionId === undefined) this.#send(command)
          }
        }
        connection.frames.push({ text, frame })
        this.#take(frame, since !== undefined && connection.frames.length === 1)
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearTimeout(silence)
        resolve()
      })
    })
  }

  #send(text: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text)
  }

  #take(frame: RawFrame, isWelcomeBack: boolean): void {
    this.#follow(frame, isWelcomeBack)
    const { type, payload } = frame
    if (type === 'accepted')
      this.#ofId(frame.correlation_id, (command) => (command.executionId ??= String(payload['executionId'])))
    if (type === 'error') this.#ofId(frame.correlation_id, (command) => (command.outcome = 'refused'))
    if (terminalTypes.has(type)) this.#ofRun(payload['executionId'], (command) => (command.outcome = 'ended'))
    if (type === 'reset') this.#askForRuns()
    if (type === 'runStatus') {
      for (const { executionId, status } of payload['runs'] as readonly { executionId: string; status: string }[]) {
        if (status === 'running') continue
        this.#ofRun(executionId, (command) => (command.outcome = status === 'unknown' ? 'lost' : 'ended'))
      }
    }
  }

  /** Its position, as the protocol says. */
  #follow({ type, payload, event, seq }: RawFrame, isWelcomeBack: boolean): void {
    const told = { epoch: String(payload['epoch']), seq: Number(payload['seq']) }
    if (type === 'reset') {
      this.position = told
      this.lives.add(told.epoch)
    }
    if (event !== undefined && seq !== undefined) this.#advance({ epoch: this.position?.epoch ?? '', seq })
    else if (type === 'heartbeat' || type === 'caughtUp' || type === 'subscribed') this.#advance(told)
    else if (type === 'chatMessage' && payload['type'] === 'system' && !isWelcomeBack && this.position === undefined) {
      this.position = payload['metadata'] as Position
      this.lives.add(this.position.epoch)
    }
  }

  #advance({ epoch, seq }: Position): void {
    if (seq > (this.position?.seq ?? -1)) this.position = { epoch, seq }
  }

  #askForRuns(): void {
    const executionIds = [...this.commands.values()].flatMap(({ executionId, outcome }) =>
      outcome === 'open' && executionId !== undefined ? [executionId] : [],
    )
    for (let from = 0; from < executionIds.length; from += 50) {
      this.#send(JSON.stringify({ type: 'RUN_STATUS', payload: { executionIds: executionIds.slice(from, from + 50) } }))
    }
  }

  #ofId(id: string | undefined, change: (command: Command) => void): void {
    const command = id === undefined ? undefined : this.commands.get(id)
    if (command?.outcome === 'open') change(command)
  }

  #ofRun(executionId: unknown, change: (command: Command) => void): void {
    for (const command of this.commands.values()) {
      if (command.outcome === 'open' && command.executionId === executionId) change(command)
    }
  }
}
