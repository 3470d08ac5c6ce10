import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import * as t from 'io-ts'
import { defineTool } from '../define-tool.ts'
import { textParam } from '../params.ts'
import type { Tool } from '../tool.ts'
import type { AllowsHost } from './allowed-hosts.ts'
import { checkedLookup } from './checked-lookup.ts'
import { httpError, toHttpError } from './http-error.ts'
import { isPublicAddress } from './public-address.ts'
import { readBody } from './read-body.ts'

export interface HttpGetRules {
  readonly allowsHost: AllowsHost
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly allowPrivate: boolean
  readonly lookup: LookupFunction
}

const MAX_URL_LENGTH = 2_048
const MAX_REDIRECTS = 3
const REDIRECTING: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
/** What is told of an answer's headers; others may hold cookies. */
const TOLD_HEADERS = ['content-type', 'content-length', 'last-modified', 'etag', 'retry-after'] as const

/** `GET`s a URL of an allowed host, and answers what it got, whatever its status. */
export function httpGetTool(rules: HttpGetRules): Tool {
  return defineTool({
    name: 'http_get',
    description: `Gets a web page or other text by its URL, at most ${rules.maxBytes} bytes of it; only hosts on a list are asked.`,
    params: t.type({ url: textParam('a URL', MAX_URL_LENGTH) }),
    positional: ['url'],
    idempotent: true,
    run: async ({ url }, { signal }) => {
      const deadline = AbortSignal.timeout(rules.timeoutMs)
      try {
        return await get(toUrl(url), rules, AbortSignal.any([signal, deadline]))
      } catch (error) {
        if (signal.aborted) throw httpError('ABORTED', signal.reason)
        if (deadline.aborted) throw httpError('TIMED_OUT', error)
        throw toHttpError(error)
      }
    },
  })
}

async function get(first: URL, rules: HttpGetRules, signal: AbortSignal): Promise<object> {
  let url = first
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await responseOf(url, rules, signal)
    try {
      const status = response.statusCode ?? 0
      const location = REDIRECTING.has(status) ? response.headers.location : undefined
      if (location === undefined) {
        const body = await readBody(response, rules.maxBytes)
        return { status, headers: toldHeaders(response), ...body }
      }
      url = redirected(url, location)
    } finally {
      // the connection is for this one answer, and what was not read of it nobody wants
      response.destroy()
    }
  }
  throw httpError('TOO_MANY_REDIRECTS')
}

async function responseOf(url: URL, rules: HttpGetRules, signal: AbortSignal): Promise<IncomingMessage> {
  signal.throwIfAborted()
  if (!rules.allowsHost(url)) throw httpError('HOST_FORBIDDEN')
  const isAllowed = (address: string): boolean => rules.allowPrivate || isPublicAddress(address)
  // an address needs no lookup, so that none would check it
  const literal = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(literal) !== 0 && !isAllowed(literal)) throw httpError('ADDRESS_FORBIDDEN')
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  return answerTo(
    request(url, {
      method: 'GET',
      // a connection of its own: one that is kept might lead to an address nobody checked
      agent: false,
      lookup: checkedLookup(rules.lookup, isAllowed),
      headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'praxis-rx' },
      signal,
    }),
  )
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    // stays: what goes wrong after the answer is told by the answer too
    request.on('error', reject)
    // an answer that is none, such as one that switches protocols
    request.once('close', () => reject(httpError('UNREACHABLE')))
    request.end()
  })
}

function toUrl(text: string, base?: string): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:'
  if (url === undefined || !isHttp || url.username !== '' || url.password !== '') throw httpError('INVALID_URL')
  return url
}

/** Where a redirect leads; never from a connection that nobody can listen to into the open. */
function redirected(from: URL, location: string): URL {
  const to = toUrl(location, from.href)
  if (from.protocol === 'https:' && to.protocol === 'http:') throw httpError('INSECURE_REDIRECT')
  return to
}

function toldHeaders({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  const told = TOLD_HEADERS.map((name) => [name, headers[name]] as const)
  return Object.fromEntries(told.filter((header): header is [(typeof header)[0], string] => header[1] !== undefined))
}
