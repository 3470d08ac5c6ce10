import { interval, Observable, ReplaySubject, type SchedulerLike, Subscription, timer } from 'rxjs'
import type { RunEntry } from '../protocol/server-payloads.ts'
import { askCancel } from './cancelling.ts'
import { ClientError } from './client-error.ts'
import type { History } from './history.ts'
import type { ServerFrame } from './message.ts'
import { createRecollections, type Recollected, type Recollection } from './recollecting.ts'
import { errorOf, type RequestBook } from './request-book.ts'
import { Run } from './run.ts'
import { codeOf, failRun, foldEntry, foldRun, isOver, newRun, type RunKind, type RunState } from './run-state.ts'
import { createUuid } from './uuid.ts'

/** The runs somebody was given and that are not over. */
export interface RunBook {
  readonly start: (command: RunCommand) => Run
  /** A run that was begun elsewhere or before; where it is known here already, the same. */
  readonly lookUp: (executionId: string) => Run
  /** `isRepeated`: an event that has passed before; all it can still tell is an end. */
  readonly receive: (message: ServerFrame, isRepeated: boolean) => void
  /** There is a new connection. */
  readonly connected: () => void
  readonly disconnected: () => void
  /** What was missed has come, or never will (`isReset`): asks how the runs stand. */
  readonly live: (isReset: boolean) => void
  readonly close: (error: ClientError) => void
}

export interface RunCommand {
  readonly kind: RunKind
  readonly type: string
  readonly payload: object
  /** Of the nodes that are known beforehand. */
  readonly nodeIds?: readonly string[]
}

export interface RunBookOptions {
  readonly requests: RequestBook
  readonly scheduler: SchedulerLike
  /** The life of the stream as it is now known. */
  readonly epoch: () => string | undefined
  /** What was said of a run; nothing where that cannot be had. */
  readonly history: (run: Recollected) => Observable<History>
}

interface Entry {
  readonly id: string
  readonly state$: ReplaySubject<RunState>
  state: RunState
  accepted: Acceptance | undefined
  heardMs: number
  cancelReason: { readonly reason: string | undefined } | undefined
  /** Its end was told, though not in the words that end it; these are waited for a moment. */
  ending: Subscription | undefined
  /** Of a run that was looked up, not of one that was asked for. */
  readonly isLookedUp: boolean
  /** While what was said before it was found is read. */
  past: Recollection | undefined
  /** Up to here it was read: the client's own connection may be behind that. */
  readTo: number
}

interface Acceptance {
  readonly connection: number
  readonly epoch: unknown
  readonly atMs: number
}

const MAX_IDS = 50
const MAX_EARLY = 1_000
/** A run nothing is heard of for so long is asked for: its events may not be subscribed to. */
const QUIET_MS = 30_000
/** An accepted run may take so long to become known to whoever answers `RUN_STATUS`. */
const SETTLING_MS = 10_000
const ASK_AGAIN_MS = 2_000
/** Between the end of a run and the words about it. */
const LAST_WORDS_MS = 1_000
/** Gaps come with every flush to a slow client. */
const GAP_MS = 1_000

/**
 * Follows runs from the command to their end. Frames of a run are recognised by `executionId`, which `accepted` tells; frames that come
 * before it (a replay may bring them) are kept until then.
 *
 * No run is waited for in vain. How it stands is asked (`RUN_STATUS`) each time the link becomes live, since the server may be another
 * one or the run's answers went to a socket that is gone; after a `gap`, since it took progress; and when nothing was heard for 30 s.
 * `unknown` ends a run with `run_lost` where it cannot be a matter of order: the stream is another one, or was reset since the run was
 * accepted, or it was accepted 10 s ago. Else it is asked again.
 *
 * A run that is looked up is what `RUN_STATUS` tells of it, and what happens from then on; what was said before that is read from the
 * history and told as soon as it is there, one run after the other.
 */
export function createRunBook({ requests, scheduler, epoch, history }: RunBookOptions): RunBook {
  const byId = new Map<string, Entry>()
  const byExecution = new Map<string, Entry>()
  let early: { readonly executionId: string; readonly message: ServerFrame }[] = []
  let connection = 0
  let isConnected = false
  let wasReset = false
  const asked = new Set<string>()
  const timers = new Subscription()
  let gapped: Subscription | undefined
  let watching: Subscription | undefined
  const recollections = createRecollections(history)

  const forget = (entry: Entry): void => {
    entry.ending?.unsubscribe()
    entry.past?.drop()
    byId.delete(entry.id)
    if (byExecution.get(entry.state.executionId ?? '') === entry) byExecution.delete(entry.state.executionId ?? '')
    if (byId.size > 0) return
    watching?.unsubscribe()
    watching = undefined
    gapped?.unsubscribe()
  }
  const update = (entry: Entry, state: RunState, failure?: ClientError): void => {
    if (state === entry.state) return
    entry.state = state
    if (isOver(state)) forget(entry)
    entry.state$.next(state)
    if (!isOver(state)) return
    const fault = failure ?? (state.kind === 'workflow' ? faultOf(state) : undefined)
    if (fault === undefined) entry.state$.complete()
    else entry.state$.error(fault)
  }
  const fail = (entry: Entry, status: 'failed' | 'lost', error: ClientError): void => {
    const { code, message, details } = error
    update(entry, failRun(entry.state, status, { code, message, ...(details.length > 0 ? { details } : {}) }), error)
  }
  const lose = (entry: Entry): void =>
    fail(
      entry,
      'lost',
      new ClientError('run_lost', 'the server does not know the run any more: how it ended is not known'),
    )

  const ask = (entries: Iterable<Entry>): void => {
    if (!isConnected) return
    const waiting = [...entries].filter((entry) => byId.has(entry.id) && entry.accepted !== undefined)
    for (let from = 0; from < waiting.length; from += MAX_IDS) {
      const some = waiting.slice(from, from + MAX_IDS)
      const id = createUuid()
      asked.add(id)
      requests.ask(
        {
          type: 'RUN_STATUS',
          payload: { executionIds: some.map(({ state }) => state.executionId) },
          onAnswer: () => {
            asked.delete(id)
            return true
          },
          onError: ({ code }) => {
            asked.delete(id)
            if (code === 'NO_EXECUTOR') for (const entry of some) lose(entry)
          },
        },
        id,
      )
    }
  }
  /** Whether an `unknown` says that the run is gone, and not that it is about to be known. */
  const isLost = ({ accepted }: Entry): boolean => {
    if (accepted === undefined) return false
    const now = epoch()
    const isOtherStream = typeof accepted.epoch === 'string' && now !== undefined && accepted.epoch !== now
    const isBeforeReset = wasReset && accepted.connection !== connection
    return isOtherStream || isBeforeReset || scheduler.now() - accepted.atMs >= SETTLING_MS
  }
  /** The run is over, and what ends a command or a chat is on its way, or was sent to a socket that is gone. */
  const awaitLastWords = (entry: Entry, end: RunState): void => {
    entry.ending ??= timer(LAST_WORDS_MS, scheduler).subscribe(() =>
      update(entry, { ...end, messages: entry.state.messages }),
    )
  }
  /** The first that is told of a run that was looked up. */
  const find = (entry: Entry, told: RunEntry): void => {
    if (told.status === 'unknown') {
      fail(entry, 'lost', new ClientError('run_unknown', `the server knows no run ${told.executionId}`))
      return
    }
    entry.accepted = { connection, epoch: epoch(), atMs: scheduler.now() }
    const state = foldEntry(entry.state, told)
    const { startSeq } = told
    if (!isOver(state) && startSeq !== undefined && Number.isSafeInteger(startSeq) && startSeq > 0) {
      entry.past = recollections.begin({ executionId: told.executionId, startSeq }, ({ messages, seq }) => {
        entry.readTo = seq
        const past = messages.filter((message) => !isForeignEnd(message))
        update(entry, past.reduce(foldRun, state))
      })
    }
    update(entry, state)
  }
  const receiveEntry = (told: RunEntry): void => {
    const entry = byExecution.get(told.executionId)
    if (entry === undefined) return
    entry.heardMs = scheduler.now()
    if (entry.accepted === undefined) return find(entry, told)
    if (told.status === 'unknown') {
      if (isLost(entry)) lose(entry)
      else timers.add(timer(ASK_AGAIN_MS, scheduler).subscribe(() => ask([entry])))
      return
    }
    const next = foldEntry(entry.state, told)
    if (entry.state.kind !== 'workflow' && isOver(next)) awaitLastWords(entry, next)
    else update(entry, next)
  }
  const cancel = (entry: Entry): void => {
    const { executionId } = entry.state
    const { cancelReason } = entry
    if (cancelReason === undefined || executionId === undefined || isOver(entry.state)) return
    entry.cancelReason = undefined
    // Whether it came about, the run tells by its end.
    askCancel(requests, { executionId }, cancelReason.reason).subscribe({ error: () => undefined })
  }
  /** Has `entry`, which was looked up, told what `same` is told: they are one run, as the server says now. */
  const join = (entry: Entry, same: Entry): void => {
    requests.withdraw(entry.id)
    forget(entry)
    const { state$ } = entry
    same.state$.subscribe({
      next: (state) => {
        entry.state = state
        state$.next(state)
      },
      error: (error) => state$.error(error),
      complete: () => state$.complete(),
    })
  }
  const accept = (entry: Entry, message: ServerFrame & { readonly type: 'accepted' }): void => {
    const { executionId, epoch: acceptedIn } = message.payload
    if (typeof executionId !== 'string') return
    entry.accepted ??= { connection, epoch: acceptedIn, atMs: scheduler.now() }
    const lookedUp = byExecution.get(executionId)
    byExecution.set(executionId, entry)
    if (lookedUp !== undefined && lookedUp !== entry) join(lookedUp, entry)
    update(entry, foldRun(entry.state, message))
    const mine = early.filter((kept) => kept.executionId === executionId)
    if (![...byId.values()].some(isUnaccepted)) early = []
    for (const kept of mine) apply(entry, kept.message)
    cancel(entry)
  }
  const apply = (entry: Entry, message: ServerFrame): void => {
    entry.heardMs = scheduler.now()
    if (!byId.has(entry.id) || isForeignEnd(message) || (message.seq ?? Infinity) <= entry.readTo) return
    entry.past?.keep(message)
    const next = foldRun(entry.state, message)
    update(entry, next)
    // Its answers were for the connection that asked; on another one the run's own end is the last that comes.
    const isElsewhere = entry.accepted !== undefined && entry.accepted.connection !== connection
    const end = isElsewhere || message.correlation_id === entry.id ? endOfChat(next, message) : undefined
    if (end !== undefined) awaitLastWords(entry, end)
  }
  const keepEarly = (executionId: string, message: ServerFrame): void => {
    if (message.event === undefined) return
    if (![...byId.values()].some(isUnaccepted)) return
    early.push({ executionId, message })
    if (early.length > MAX_EARLY) early.shift()
  }
  const askSilent = (): void => {
    const nowMs = scheduler.now()
    ask([...byId.values()].filter(({ heardMs }) => nowMs - heardMs >= QUIET_MS))
  }

  const open = (state: RunState, isLookedUp: boolean): Entry => {
    const entry: Entry = {
      id: createUuid(),
      state$: new ReplaySubject<RunState>(1),
      state,
      accepted: undefined,
      heardMs: scheduler.now(),
      cancelReason: undefined,
      ending: undefined,
      isLookedUp,
      past: undefined,
      readTo: 0,
    }
    entry.state$.next(state)
    byId.set(entry.id, entry)
    watching ??= interval(QUIET_MS / 2, scheduler).subscribe(askSilent)
    return entry
  }
  const runOf = (entry: Entry, state$: Observable<RunState>): Run =>
    new Run({
      id: entry.id,
      state$,
      state: () => entry.state,
      cancel: (reason) => {
        if (isOver(entry.state)) return
        if (!entry.isLookedUp && requests.isUnsent(entry.id)) {
          requests.withdraw(entry.id)
          const message = reason ?? 'cancelled before it was sent'
          update(entry, failRun(entry.state, 'cancelled', { code: 'run_cancelled', message }))
          return
        }
        entry.cancelReason = { reason }
        cancel(entry)
      },
    })

  return {
    start: ({ kind, type, payload, nodeIds }) => {
      const entry = open(newRun(kind, nodeIds), false)
      requests.ask(
        {
          type,
          payload,
          onAnswer: (message) => message.type === 'accepted' || isLastWord(kind, message),
          onError: (error) => fail(entry, 'failed', error),
        },
        entry.id,
      )
      return runOf(entry, entry.state$.asObservable())
    },
    lookUp: (executionId) => {
      const known = byExecution.get(executionId)
      if (known !== undefined) return runOf(known, endingAsRun(known.state$))
      const entry = open({ ...newRun('workflow'), executionId }, true)
      byExecution.set(executionId, entry)
      requests.ask(
        {
          type: 'RUN_STATUS',
          payload: { executionIds: [executionId] },
          onAnswer: ({ type }) => type === 'runStatus',
          onError: (error) => fail(entry, 'lost', error),
        },
        entry.id,
      )
      return runOf(entry, endingAsRun(entry.state$))
    },
    receive: (message, isRepeated) => {
      if (message.type === 'runStatus') {
        for (const told of message.payload.runs) receiveEntry(told)
        return
      }
      if (message.type === 'gap') {
        if (gapped === undefined || gapped.closed) gapped = timer(GAP_MS, scheduler).subscribe(() => ask(byId.values()))
        return
      }
      const executionId = 'executionId' in message.payload ? message.payload.executionId : undefined
      const entry = byId.get(message.correlation_id ?? '') ?? byExecution.get(String(executionId))
      if (entry === undefined) {
        if (typeof executionId === 'string') keepEarly(executionId, message)
      } else if (message.type === 'accepted') {
        // Another command about the run, such as a person's answer, is accepted too.
        if (message.correlation_id === entry.id) accept(entry, message)
      } else if (message.type === 'error') {
        // Before that its request sees to it.
        if (entry.accepted !== undefined && !entry.isLookedUp) fail(entry, 'failed', errorOf(message.payload))
      } else if (
        !isRepeated ||
        isOver(foldRun(entry.state, message)) ||
        endOfChat(entry.state, message) !== undefined
      ) {
        apply(entry, message)
      }
    },
    connected: () => {
      connection += 1
      isConnected = true
      wasReset = false
    },
    disconnected: () => {
      isConnected = false
      for (const id of asked) requests.withdraw(id)
      asked.clear()
    },
    live: (isReset) => {
      wasReset ||= isReset
      // Positions of another life of the stream mean nothing in this one.
      if (isReset) for (const entry of byId.values()) entry.readTo = 0
      ask(byId.values())
    },
    close: (error) => {
      timers.unsubscribe()
      for (const entry of [...byId.values()]) fail(entry, 'failed', error)
    },
  }
}

/** Whether what is said of it cannot be told from what is said of others yet. */
function isUnaccepted({ accepted, isLookedUp }: Entry): boolean {
  return accepted === undefined && !isLookedUp
}

/** `workflowComplete` and `workflowError` of a task inside a run, as the source's literal projection makes them, end no run. */
function isForeignEnd({ type, event }: ServerFrame): boolean {
  const isEnd = type === 'workflowComplete' || type === 'workflowError'
  return isEnd && event !== undefined && !event.startsWith('workflow.')
}

/** What answers a command that was never accepted, or whose acceptance is lost. */
function isLastWord(kind: RunKind, message: ServerFrame): boolean {
  return isOver(foldRun(newRun(kind), message))
}

/** `state` of a chat as the end of its run tells; undefined where `message` is no such end. */
function endOfChat(state: RunState, message: ServerFrame): RunState | undefined {
  if (state.kind !== 'chat' || isForeignEnd(message)) return undefined
  const end = foldRun({ ...state, kind: state.workflowId === undefined ? 'dsl' : 'workflow' }, message)
  return isOver(end) ? { ...end, kind: 'chat' } : undefined
}

function faultOf({ status, error }: RunState): ClientError | undefined {
  if (status === 'completed') return undefined
  return new ClientError(codeOf(status), error?.message ?? 'the run failed', error?.details)
}

/** `state$`, which errors where the run did not complete, whatever it is: a command's and a chat's complete then. */
function endingAsRun(state$: Observable<RunState>): Observable<RunState> {
  return new Observable((subscriber) => {
    let fault: ClientError | undefined
    return state$.subscribe({
      next: (state) => {
        fault = faultOf(state)
        subscriber.next(state)
      },
      error: (error) => subscriber.error(error),
      complete: () => (fault === undefined ? subscriber.complete() : subscriber.error(fault)),
    })
  })
}
