import { BehaviorSubject, distinctUntilChanged, ReplaySubject } from 'rxjs'
import type { Frame } from './frame.ts'
import type { Incoming, Transport } from './transport.ts'

/** The far end of a {@link createMemoryPair}: a peer that does what a spec tells it to. */
export interface MemoryPeer {
  /** The texts that arrived, in order. */
  readonly received: readonly string[]
  /** How many protocol pings arrived. */
  readonly pings: () => number
  /** How the server closed, once it did. `code` 1006 for a termination. */
  readonly closed: () => { readonly code: number; readonly reason: string } | undefined
  readonly send: (text: string) => void
  readonly sendBinary: () => void
  /** Whether pings are answered; they are at first. */
  readonly answerPings: (answers: boolean) => void
  /** Whether a close is answered; it is at first. */
  readonly answerClose: (answers: boolean) => void
  /** Stops taking frames, as a full socket does: what is written meanwhile is taken after {@link resume}. */
  readonly stall: () => void
  readonly resume: () => void
  readonly close: (code: number, reason?: string) => void
}

/** A transport without a socket, and the peer at its other end. Everything happens in the same turn. */
export function createMemoryPair(): { readonly transport: Transport; readonly peer: MemoryPeer } {
  // Replays, so that what a peer did before anybody listened is not lost; a socket's first bytes wait in the same way.
  const incoming$ = new ReplaySubject<Incoming>()
  const writable$ = new BehaviorSubject(true)
  const received: string[] = []
  let untaken: string[] = []
  let pings = 0
  let answersPings = true
  let answersClose = true
  let closed: { readonly code: number; readonly reason: string } | undefined
  let isOver = false

  const end = (code: number, reason: string): void => {
    if (isOver) return
    isOver = true
    incoming$.next({ _tag: 'Closed', code, reason })
    incoming$.complete()
  }

  const transport: Transport = {
    incoming$: incoming$.asObservable(),
    writable$: writable$.pipe(distinctUntilChanged()),
    write: (frame: Frame) => {
      if (isOver || closed !== undefined) return
      const text = frame.payload.toString('utf8')
      if (writable$.value) received.push(text)
      else untaken.push(text)
    },
    ping: () => {
      pings += 1
      if (answersPings && !isOver) incoming$.next({ _tag: 'SignOfLife' })
    },
    close: (code, reason) => {
      closed ??= { code, reason }
      if (answersClose) end(code, reason)
    },
    terminate: () => {
      closed ??= { code: 1006, reason: '' }
      end(1006, '')
    },
  }

  const peer: MemoryPeer = {
    received,
    pings: () => pings,
    closed: () => closed,
    send: (text) => {
      if (!isOver) incoming$.next({ _tag: 'Text', text, bytes: Buffer.byteLength(text) })
    },
    sendBinary: () => {
      if (!isOver) incoming$.next({ _tag: 'Binary' })
    },
    answerPings: (answers) => {
      answersPings = answers
    },
    answerClose: (answers) => {
      answersClose = answers
    },
    stall: () => writable$.next(false),
    resume: () => {
      received.push(...untaken)
      untaken = []
      writable$.next(true)
    },
    close: (code, reason = '') => end(code, reason),
  }

  return { transport, peer }
}
