// Publishes within one process, without a socket (S10).

import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BehaviorSubject, NEVER } from 'rxjs'
import { createEventBus, createGateway, type Transport } from '../../lib/index.ts'
import { answerCalls } from '../control/calls.ts'
import { monotonicMicros } from '../control/clock.ts'
import { type Progress, progressMessage } from '../control/progress.ts'
import type { PublishAudience, PublishCalls, PublishLoad, PublishResult } from '../control/publish-calls.ts'

const PER_TURN = 100
/** The default bound of the history. */
const HISTORY = 10_000
const PADDING = ' step of the export done'.repeat(3)

interface Publisher {
  readonly publish: (data: Progress) => void
  /** Messages that reached the one connection. */
  readonly delivered: () => number
  /** Lets go of everything: a gateway has a clock of its own, which would keep it and its history. */
  readonly stop: () => void
}

const calls: PublishCalls = { publish }
answerCalls(calls)

async function publish({ publisher, audience, durationMs }: PublishLoad): Promise<PublishResult> {
  const make = publisher === 'praxis' ? makePraxis : makeEmitter
  let current = make(audience)
  let number = 0
  const publishNext = (): void => {
    number += 1
    current.publish(progressMessage('run-0', number, monotonicMicros(), PADDING))
  }
  if (audience === 'full history') for (let i = 0; i < HISTORY; i += 1) publishNext()

  const start = performance.now()
  const before = process.cpuUsage()
  let events = 0
  while (performance.now() - start < durationMs) {
    // A history that fills is a case of its own: without it, whoever publishes on and on would measure that one only.
    if (audience === 'no connection' && events % HISTORY === 0) {
      current.stop()
      current = make(audience)
    }
    for (let i = 0; i < PER_TURN; i += 1) publishNext()
    events += PER_TURN
    await nextTurn()
  }
  const elapsedMs = performance.now() - start
  const { user, system } = process.cpuUsage(before)
  const lost = audience === 'one connection' ? await missing(current, events) : 0
  return { events, elapsedMs, cpuMicros: user + system, lost }
}

/** What is still under way may take a while. */
async function missing({ delivered }: Publisher, events: number): Promise<number> {
  const deadline = performance.now() + 1_000
  while (delivered() < events && performance.now() < deadline) await nextTurn()
  return Math.abs(events - delivered())
}

function makePraxis(audience: PublishAudience): Publisher {
  const bus = createEventBus()
  const gateway = createGateway({ bus })
  const { transport, delivered } = countingTransport()
  if (audience === 'one connection') gateway.accept(transport)
  const stop = (): void => {
    void gateway.close({ timeoutMs: 1 })
    bus.close()
  }
  return { publish: (data) => void bus.publish({ type: 'workflow.progress', data }), delivered, stop }
}

/** For scale: what Node itself needs for as little as can be done. */
function makeEmitter(audience: PublishAudience): Publisher {
  const emitter = new EventEmitter()
  let delivered = 0
  const encode = (data: Progress): void => {
    if (JSON.stringify({ type: 'workflowProgress', payload: data }) !== '') delivered += 1
  }
  if (audience === 'one connection') emitter.on('workflow.progress', encode)
  return {
    publish: (data) => void emitter.emit('workflow.progress', data),
    delivered: () => delivered,
    stop: () => undefined,
  }
}

/** A peer that takes everything at once, and counts the events. */
function countingTransport(): { readonly transport: Transport; readonly delivered: () => number } {
  let delivered = 0
  const nothing = (): void => undefined
  return {
    transport: {
      incoming$: NEVER,
      writable$: new BehaviorSubject(true),
      write: ({ payload }) => {
        if (payload.includes('"workflowProgress"')) delivered += 1
      },
      ping: nothing,
      close: nothing,
      terminate: nothing,
    },
    delivered: () => delivered,
  }
}
