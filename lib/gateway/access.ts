import type { IncomingMessage } from 'node:http'
import { remembering } from '../base/remembering.ts'
import type { Refusal } from './refusal.ts'
import { refusal } from './refusal.ts'

export interface AccessRules {
  readonly allowedOrigins: readonly string[] | ((origin: URL, request: IncomingMessage) => boolean)
  /** Undefined: loopback names where the server is bound to loopback, else any. */
  readonly allowedHosts: readonly string[] | undefined
  /** The host's rule about origins threw: it then allows none. */
  readonly onError: (error: unknown) => void
}

/** Of a request, what decides whether its page and its way here may be trusted. */
export interface Approach {
  readonly request: IncomingMessage
  /** Whether the server it came to listens on loopback only. */
  readonly isLoopbackServer: boolean
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Host and origin check, before anything else is done for a request (PROTOCOL section 2, THREATS T1). The host check stops DNS
 * rebinding: a foreign name that was made to resolve to this machine. The origin check stops foreign pages, whose browser would
 * send this site's cookies along.
 */
export function checkAccess({ request, isLoopbackServer }: Approach, rules: AccessRules): Refusal | undefined {
  const host = parseHost(request.headers.host)
  if (host === undefined) return forbidden('the Host header is missing or malformed')
  const names = rules.allowedHosts ?? (isLoopbackServer ? LOOPBACK_NAMES : undefined)
  if (names !== undefined && ![...names].includes(host.hostname))
    return forbidden('this server does not answer to that host')
  const { origin } = request.headers
  return origin === undefined ? checkWithoutOrigin(request) : checkOrigin(origin, host, request, rules)
}

/** Whether the origin of `request` is another site that the rules allow: its pages may then read the HTTP doors. */
export function allowedForeignOrigin(request: IncomingMessage, rules: AccessRules): string | undefined {
  const { origin } = request.headers
  if (origin === undefined) return undefined
  const parsed = parseOrigin(origin)
  return parsed !== undefined && isAllowed(parsed, request, rules) ? origin : undefined
}

function checkOrigin(text: string, host: Host, request: IncomingMessage, rules: AccessRules): Refusal | undefined {
  const origin = parseOrigin(text)
  if (origin === undefined) return forbidden('the Origin header is malformed')
  if (isAllowed(origin, request, rules) || isSameOrigin(origin, host, request)) return undefined
  return forbidden('pages of that origin may not connect')
}

function isAllowed(origin: URL, request: IncomingMessage, { allowedOrigins, onError }: AccessRules): boolean {
  if (typeof allowedOrigins !== 'function') return allowedOrigins.includes(origin.origin)
  try {
    // Nothing but `true` allows: what is truthy only, a promise for one, is a mistake.
    return (allowedOrigins(origin, request) as unknown) === true
  } catch (error) {
    onError(error)
    return false
  }
}

/** A plain socket may be the inner end of a proxy that speaks TLS outside, so there either scheme will do. */
function isSameOrigin(origin: URL, host: Host, request: IncomingMessage): boolean {
  const isEncrypted = 'encrypted' in request.socket && request.socket.encrypted === true
  if (isEncrypted && origin.protocol !== 'https:') return false
  return origin.host === parseHost(request.headers.host, origin.protocol)?.host && origin.hostname === host.hostname
}

/**
 * Programs send no Origin, and pages do not on plain same-origin requests. Where a cookie comes along it may be a foreign page's
 * doing, unless the browser itself says that it is not.
 */
function checkWithoutOrigin(request: IncomingMessage): Refusal | undefined {
  if (request.headers.cookie === undefined) return undefined
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return undefined
  return forbidden('a request with a cookie needs an Origin header')
}

function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  // An origin and nothing more: no path, no user, and not "null".
  return isWeb && url.origin === text.toLowerCase() ? url : undefined
}

/** A host as a URL has it: what is said in several ways is one. */
interface Host {
  /** With its port, unless that is the protocol's own. */
  readonly host: string
  readonly hostname: string
}

function parseHost(text: string | undefined, protocol = 'http:'): Host | undefined {
  return text === undefined || !/^[A-Za-z0-9.\-_:[\]]+$/.test(text) ? undefined : hostOf(`${protocol}//${text}`)
}

/** Nearly all requests name the same one. */
const hostOf = remembering(
  (url): Host | undefined => {
    if (!URL.canParse(url)) return undefined
    const { host, hostname } = new URL(url)
    return { host, hostname }
  },
  { maxAnswers: 32, maxLength: 300 },
)

function forbidden(message: string): Refusal {
  return refusal(403, 'FORBIDDEN', message)
}
