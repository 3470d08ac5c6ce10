import { Audience } from '../connection/audience.ts'
import { type Authorize, createEntitlement, type Scope } from '../connection/entitlement.ts'
import type { Principal } from '../connection/principal.ts'
import type { EventSubscription } from '../connection/subscription.ts'
import type { Flusher } from '../transport/flusher.ts'
import type { Topics } from './topics.ts'

export interface AudiencesOptions {
  readonly topics: Topics<Audience>
  readonly scope: Scope
  readonly authorize: Authorize | undefined
  readonly flusher: Pick<Flusher, 'bookGathering'>
  readonly highWaterMarkBytes: number
  /** Hears of an authorisation rule that throws. */
  readonly onRuleError: (error: unknown, connectionId: string) => void
}

/** A connection, as far as it matters for what it sees. */
export interface Viewer {
  readonly connectionId: string
  readonly principal: Principal | undefined
}

/** Who sees the same as whom. */
export interface Audiences {
  /** The audience of those who asked for `subscription` and may see what `viewer` may. */
  readonly of: (viewer: Viewer, subscription: EventSubscription) => Audience
  /** To be called when somebody has left it: one with nobody in it is forgotten. */
  readonly release: (audience: Audience) => void
  /** Where the stream has begun another life: its positions begin anew. */
  readonly restart: () => void
}

export function createAudiences(options: AudiencesOptions): Audiences {
  const { topics, scope, authorize, flusher, highWaterMarkBytes } = options
  const byKey = new Map<string, Audience>()
  const keys = new Map<Audience, string>()
  // A subscription that many share, such as the default one, is recognised without looking into it.
  const keyOfSubscription = new WeakMap<EventSubscription, string>()

  const wishOf = (subscription: EventSubscription): string => {
    const known = keyOfSubscription.get(subscription)
    if (known !== undefined) return known
    const { types, filter = null } = subscription
    const key = JSON.stringify([[...types].sort(), filter])
    keyOfSubscription.set(subscription, key)
    return key
  }

  /** What decides what may be seen: of a rule of the host's own nobody knows, so each connection is asked about by itself. */
  const rightOf = ({ connectionId, principal }: Viewer): string => {
    const owner = scope === 'own' ? (principal?.id ?? null) : null
    return JSON.stringify([owner, authorize === undefined ? null : connectionId])
  }

  const create = (viewer: Viewer, subscription: EventSubscription): Audience => {
    const { connectionId, principal } = viewer
    const onError = (error: unknown): void => options.onRuleError(error, connectionId)
    const audience = new Audience({
      subscription,
      isEntitled: createEntitlement(principal, scope, authorize, onError),
      flusher,
      highWaterMarkBytes,
    })
    const { types, filter } = subscription
    const { executionIds, workflowIds } = filter ?? {}
    const owner = scope === 'own' ? (principal?.id ?? null) : undefined
    topics.set(audience, { types, executionIds, workflowIds, owner })
    return audience
  }

  return {
    of: (viewer, subscription) => {
      const key = rightOf(viewer) + wishOf(subscription)
      const known = byKey.get(key)
      if (known !== undefined) return known
      const audience = create(viewer, subscription)
      byKey.set(key, audience)
      keys.set(audience, key)
      return audience
    },
    restart: () => {
      for (const audience of byKey.values()) audience.restart()
    },
    release: (audience) => {
      const key = keys.get(audience)
      if (audience.size > 0 || key === undefined) return
      byKey.delete(key)
      keys.delete(audience)
      topics.remove(audience)
    },
  }
}
