import type { WireFilter } from '../protocol/client-payloads.ts'
import type { Position } from '../event/event.ts'
import { formatSince } from '../event/since.ts'
import { isRecord } from '../base/is-record.ts'
import type { ServerPayloads } from '../protocol/server-payloads.ts'
import type { QueryParameters } from './credentials.ts'

/** What the client is to hear of. */
export interface Wanted {
  /** Types or patterns; undefined is the server's default subscription. */
  readonly types: readonly string[] | undefined
  readonly filter: WireFilter | undefined
}

/** How a connection is asked for what is wanted. */
export interface Opening {
  readonly url: string
  /** To be sent first, where the query cannot say it all. */
  readonly subscribe: Readonly<Record<string, unknown>> | undefined
  /** Whether the position is told, so that `resumed` or `reset` will answer. */
  readonly isResuming: boolean
}

/** The subprotocol that is offered. */
export const PROTOCOL = 'praxis.v1'

const MAX_URL_LENGTH = 1_500
const queryLists: ReadonlySet<string> = new Set(['workflow_ids', 'execution_ids'])

/**
 * The door to open for `wanted`, continuing after `position`. The query says it where it can; tags and sources it cannot, and what is
 * too long for a URL neither: then the connection begins with an empty subscription, and a `SUBSCRIBE_EVENTS` with the position comes
 * first, so that nothing is heard out of its order.
 */
export function openingOf(
  door: string,
  {
    wanted,
    position,
    client,
    query,
  }: {
    readonly wanted: Wanted
    readonly position: Position | undefined
    readonly client: string
    readonly query: QueryParameters
  },
): Opening {
  const { types, filter = {} } = wanted
  const since = position === undefined ? [] : [['since', formatSince(position)] as const]
  const url = (pairs: readonly (readonly [string, string])[]): string => {
    const made = new URL(door)
    for (const [name, value] of [...Object.entries(query), ['client', client] as const, ...pairs]) {
      made.searchParams.append(name, value)
    }
    return made.href
  }
  const said = url([
    ...since,
    ...(types === undefined ? [] : [['types', types.join(',')] as const]),
    ...(filter.workflow_ids ?? []).map((id) => ['workflow_id', id] as const),
    ...(filter.execution_ids ?? []).map((id) => ['execution_id', id] as const),
  ])
  const lists = Object.entries(filter).filter(([, list]) => list !== undefined)
  // An empty list lets nothing pass; in a query it would be no list.
  const isSayable = lists.every(([name, list]) => queryLists.has(name) && list.length > 0)
  if (isSayable && said.length <= MAX_URL_LENGTH) {
    return { url: said, subscribe: undefined, isResuming: position !== undefined }
  }
  if (types === undefined) {
    // What the server's default is, its first `subscribed` will tell; without it nothing can be replayed.
    return { url: url([]), subscribe: { event_types: [], mode: 'add', filter }, isResuming: false }
  }
  return {
    url: url([['types', '']]),
    subscribe: { event_types: types, mode: 'replace', filter, ...Object.fromEntries(since) },
    isResuming: position !== undefined,
  }
}

/** What is wanted once the server has answered `subscribed`: its types are the effective ones. */
export function wantedOf({ event_types: types, filter }: ServerPayloads['subscribed']): Wanted | undefined {
  if (!isTexts(types)) return undefined
  const lists = isRecord(filter) ? Object.entries(filter).filter(([, list]) => isTexts(list)) : []
  return { types, filter: lists.length === 0 ? undefined : Object.fromEntries(lists) }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}
