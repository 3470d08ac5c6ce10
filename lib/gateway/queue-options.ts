import { isThenable } from '../base/is-thenable.ts'
import {
  aFunction,
  checkOptions,
  durationMs,
  either,
  nonNegativeInteger,
  oneOf,
  OptionError,
  positiveInteger,
} from '../base/options.ts'
import type { QueueLimits } from '../connection/backlog.ts'
import type { Outgoing } from '../connection/outgoing.ts'
import type { Principal } from '../connection/principal.ts'
import type { BusEvent } from '../event/event.ts'
import type { OverflowPolicy } from '../operators/overflow-queue.ts'

/** A connection whose queue is spoken of. */
export interface QueueOwner {
  readonly connectionId: string
  readonly principal: Principal | undefined
  readonly remoteAddress: string
  readonly path: string
}

/** Something that does not fit into a connection's queue. */
export interface Overflow extends QueueOwner {
  /** The event; undefined for an answer, which is never lost itself. */
  readonly event: BusEvent | undefined
}

/** What may wait for one peer, and what gives way when it is more. */
export interface ConnectionQueueOptions {
  /** 1,000 by default. */
  readonly maxMessages?: number
  /** 1 MiB by default. */
  readonly maxBytes?: number
  /** `disconnect` by default. A function is asked for each message that does not fit. */
  readonly policy?: OverflowPolicy | ((overflow: Overflow) => OverflowPolicy)
}

/** What may wait for peers, and when a socket counts as full. */
export interface QueueOptions extends ConnectionQueueOptions {
  /** What all queues may hold together, 64 MiB by default; beyond it the largest is shed, by its policy. */
  readonly maxTotalBytes?: number
  /** What a socket may hold before it counts as full, 64 KiB by default. */
  readonly highWaterMarkBytes?: number
  /** What it may still hold when it counts as free again; a quarter of the high-water mark by default. */
  readonly lowWaterMarkBytes?: number
  /** Under `disconnect`, how long a peer for whom something waits may take nothing; 10 s by default. */
  readonly stallTimeoutMs?: number
}

const policies: readonly OverflowPolicy[] = ['disconnect', 'dropOldest', 'dropNewest', 'conflate']

const connectionRules = {
  maxMessages: positiveInteger,
  maxBytes: positiveInteger,
  policy: either(oneOf(...policies), aFunction),
}

/** @throws OptionError naming the first bad option. */
export function checkQueueOptions(queue: QueueOptions): void {
  checkOptions('createGateway: queue', queue, {
    ...connectionRules,
    maxTotalBytes: positiveInteger,
    highWaterMarkBytes: nonNegativeInteger,
    lowWaterMarkBytes: nonNegativeInteger,
    stallTimeoutMs: durationMs,
  })
  const { highWaterMarkBytes, lowWaterMarkBytes } = waterMarksOf(queue)
  if (lowWaterMarkBytes > highWaterMarkBytes) {
    const expected = `at most the high-water mark, ${highWaterMarkBytes}`
    throw new OptionError('createGateway: queue', 'lowWaterMarkBytes', expected, lowWaterMarkBytes)
  }
}

export function waterMarksOf({ highWaterMarkBytes = 64 * 1024, lowWaterMarkBytes }: QueueOptions): {
  readonly highWaterMarkBytes: number
  readonly lowWaterMarkBytes: number
} {
  return { highWaterMarkBytes, lowWaterMarkBytes: lowWaterMarkBytes ?? Math.floor(highWaterMarkBytes / 4) }
}

/** The limits of one connection: its own where the host says some, else the gateway's. */
export type LimitsFor = (owner: QueueOwner) => QueueLimits

/** @param onError hears of a host's function that throws or answers nonsense: then it is as if it had not been given. */
export function createLimitsFor(
  queue: ConnectionQueueOptions,
  queueFor: ((owner: QueueOwner) => ConnectionQueueOptions | undefined) | undefined,
  onError: (error: unknown) => void,
): LimitsFor {
  const ownOf = (owner: QueueOwner): ConnectionQueueOptions => {
    try {
      const own: unknown = queueFor?.(owner) ?? {}
      if (isThenable(own)) {
        own.then(undefined, onError)
        throw new OptionError('createGateway', 'queueFor', 'a function that answers at once', own)
      }
      checkOptions('createGateway: queueFor', own, connectionRules)
      return own as ConnectionQueueOptions
    } catch (error) {
      onError(error)
      return {}
    }
  }

  return (owner) => {
    const own = queueFor === undefined ? {} : ownOf(owner)
    const policy = own.policy ?? queue.policy ?? 'disconnect'
    return {
      maxMessages: own.maxMessages ?? queue.maxMessages ?? 1_000,
      maxBytes: own.maxBytes ?? queue.maxBytes ?? 1024 * 1024,
      policy: typeof policy === 'function' ? guarded(policy, owner, onError) : policy,
    }
  }
}

/** Nothing is lost by mistake: a function that fails is `disconnect`. */
function guarded(
  policy: (overflow: Overflow) => OverflowPolicy,
  owner: QueueOwner,
  onError: (error: unknown) => void,
): (arriving: Outgoing) => OverflowPolicy {
  return ({ event }) => {
    try {
      const answer = policy({ ...owner, event })
      if (policies.includes(answer)) return answer
      throw new OptionError(
        'createGateway: queue',
        'policy',
        `a function that answers one of ${policies.join(', ')}`,
        answer,
      )
    } catch (error) {
      onError(error)
      return 'disconnect'
    }
  }
}
