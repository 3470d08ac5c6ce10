import type { IncomingMessage } from 'node:http'
import {
  catchError,
  defaultIfEmpty,
  defer,
  finalize,
  from,
  map,
  type Observable,
  of,
  type SchedulerLike,
  take,
  timeout,
} from 'rxjs'
import { createId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { Principal } from '../connection/principal.ts'
import { type AccessRules, checkAccess } from './access.ts'
import { createDoorQueryParser, type DoorQuery } from './door-query.ts'
import type { Authentication, GatewayOptions } from './options.ts'
import { type Refusal, refusal } from './refusal.ts'
import type { Registry, Slot } from './registry.ts'

/** Whether a request may come in, and as whom. */
export type Decision<Granted> =
  | { readonly _tag: 'Refused'; readonly refusal: Refusal }
  | ({ readonly _tag: 'Admitted'; readonly principal: Principal | undefined } & Granted)

/** What an admitted upgrade holds. Its slot is the holder's to give back. */
export interface UpgradeGrant {
  readonly slot: Slot
  readonly query: DoorQuery
}

/**
 * All checks that come before an answer, in the order of PROTOCOL section 2: draining, host and origin, query, room, credentials. Each
 * emits one decision; without an authentication hook in the same turn.
 */
export interface Admission {
  /** For an upgrade. Takes a slot before it asks for credentials, and gives it back when the answer is no or nobody waits for it. */
  readonly admitUpgrade: (request: IncomingMessage) => Observable<Decision<UpgradeGrant>>
  /** What {@link admitUpgrade} would say, without taking a slot. */
  readonly tryUpgrade: (request: IncomingMessage) => Observable<Decision<unknown>>
  /** For the other doors: host, origin and credentials. */
  readonly admitRequest: (request: IncomingMessage) => Observable<Decision<unknown>>
}

export interface AdmissionOptions {
  readonly access: AccessRules
  readonly isLoopbackServer: (request: IncomingMessage) => boolean
  readonly isDraining: () => boolean
  readonly registry: Registry
  readonly knownTypes: readonly string[]
  readonly authenticate: GatewayOptions['authenticate']
  readonly scheduler: SchedulerLike
  readonly logger: Logger
  /** Counted in `/stats` by reason. */
  readonly onRefused: (refused: Refusal) => void
}

const AUTHENTICATION_DEADLINE_MS = 10_000
const RETRY_AFTER_SECONDS = '5'
/** It becomes the owner of events. */
const MAX_PRINCIPAL_LENGTH = 256

export function createAdmission(options: AdmissionOptions): Admission {
  const { access, isLoopbackServer, isDraining, registry, knownTypes, onRefused } = options
  const parseQuery = createDoorQueryParser(knownTypes)

  const refused = (found: Refusal): Decision<never> => {
    onRefused(found)
    return { _tag: 'Refused', refusal: found }
  }

  const checkApproach = (request: IncomingMessage): Refusal | undefined =>
    checkAccess({ request, isLoopbackServer: isLoopbackServer(request) }, access)

  const checkQuery = (request: IncomingMessage): { readonly query: DoorQuery } | Refusal => {
    const query = parseQuery(request.url ?? '')
    if (query._tag === 'Right') return { query: query.right }
    return refusal(400, 'INVALID_QUERY', 'the query is malformed', { details: query.left })
  }

  const authenticated = (request: IncomingMessage): Observable<Decision<unknown>> =>
    authenticate(request, options).pipe(map((found) => ('status' in found ? refused(found) : found)))

  return {
    admitUpgrade: (request) =>
      defer(() => {
        const early = isDraining() ? draining() : checkApproach(request)
        if (early !== undefined) return of(refused(early))
        const checked = checkQuery(request)
        if ('status' in checked) return of(refused(checked))
        const slot = registry.reserve(addressOf(request))
        if (slot === undefined) return of(refused(full()))
        let isGranted = false
        return authenticated(request).pipe(
          map((decision): Decision<UpgradeGrant> => {
            if (decision._tag === 'Refused') return decision
            isGranted = true
            return { _tag: 'Admitted', principal: decision.principal, slot, query: checked.query }
          }),
          finalize(() => {
            if (!isGranted) slot.release()
          }),
        )
      }),
    tryUpgrade: (request) =>
      defer(() => {
        const early = isDraining() ? draining() : checkApproach(request)
        if (early !== undefined) return of(refused(early))
        const checked = checkQuery(request)
        if ('status' in checked) return of(refused(checked))
        return registry.hasRoom(addressOf(request)) ? authenticated(request) : of(refused(full()))
      }),
    admitRequest: (request) =>
      defer(() => {
        const found = checkApproach(request)
        return found === undefined ? authenticated(request) : of(refused(found))
      }),
  }
}

export function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown'
}

type Authenticated = Refusal | { readonly _tag: 'Admitted'; readonly principal: Principal | undefined }

/** Asks the host's hook. A hook that throws, rejects, hangs or returns nonsense lets nobody in (THREATS T3). */
function authenticate(
  request: IncomingMessage,
  { authenticate: hook, scheduler, logger }: AdmissionOptions,
): Observable<Authenticated> {
  if (hook === undefined) return of({ _tag: 'Admitted', principal: undefined })
  return defer(() => {
    const found = hook(request)
    return isInput(found)
      ? from(found).pipe(take(1), timeout({ first: AUTHENTICATION_DEADLINE_MS, scheduler }), defaultIfEmpty(null))
      : of(found)
  }).pipe(
    map((found) => judge(found)),
    catchError((error: unknown) => {
      const correlationId = createId()
      logger.error({ err: error, correlationId }, 'the authentication hook failed')
      return of(refusal(500, 'WEBSOCKET_ERROR', `authentication failed (error ${correlationId})`))
    }),
  )
}

function judge(found: Authentication): Authenticated {
  if (found === 'forbidden') return refusal(403, 'FORBIDDEN', 'not allowed')
  if (found === null || typeof found !== 'object' || !isPrincipal(found) || hasExpired(found)) {
    return refusal(401, 'UNAUTHORIZED', 'credentials are missing, wrong or expired', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  return { _tag: 'Admitted', principal: found }
}

function isPrincipal({ id, expiresAt }: Principal): boolean {
  const isDate = expiresAt === undefined || (expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime()))
  return typeof id === 'string' && id !== '' && id.length <= MAX_PRINCIPAL_LENGTH && isDate
}

function hasExpired({ expiresAt }: Principal): boolean {
  return expiresAt !== undefined && expiresAt.getTime() <= Date.now()
}

type Found = ReturnType<NonNullable<GatewayOptions['authenticate']>>

function isInput(found: Found): found is Exclude<Found, Authentication> {
  return typeof found === 'object' && found !== null && !('id' in found)
}

export function draining(): Refusal {
  return refusal(503, 'DRAINING', 'the server is shutting down', { headers: { 'Retry-After': RETRY_AFTER_SECONDS } })
}

function full(): Refusal {
  return refusal(503, 'TOO_MANY_CONNECTIONS', 'all connections are taken', {
    headers: { 'Retry-After': RETRY_AFTER_SECONDS },
  })
}
