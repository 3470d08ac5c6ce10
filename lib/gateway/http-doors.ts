import type { IncomingMessage, ServerResponse } from 'node:http'
import { createId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { AccessRules } from './access.ts'
import { allowedForeignOrigin } from './access.ts'
import type { Admission, Decision } from './admission.ts'
import { refusal, refuseRequest } from './refusal.ts'
import { pathOf } from './upgrades.ts'
import type { Observable } from 'rxjs'

export interface HttpDoorsOptions {
  readonly admission: Admission
  readonly access: AccessRules
  readonly webSocketPaths: ReadonlySet<string>
  readonly isDraining: () => boolean
  readonly stats: () => object
  readonly logger: Logger
}

/** Answers `request` if it is for one of the gateway's HTTP doors; false: it is somebody else's, and was not touched. */
export type HttpDoors = (request: IncomingMessage, response: ServerResponse) => boolean

/** `/stats`, `/health`, and the WebSocket door when it is asked without an upgrade (PROTOCOL section 1). */
export function createHttpDoors(options: HttpDoorsOptions): HttpDoors {
  const { admission, access, webSocketPaths, isDraining, stats, logger } = options

  /** A host's executor may throw when it is asked for its numbers: that ends this request, not the process. */
  const guarded = (response: ServerResponse, answer: () => void): void => {
    try {
      answer()
    } catch (error) {
      const correlationId = createId()
      logger.error({ err: error, correlationId }, 'a request could not be answered')
      refuseRequest(
        response,
        refusal(500, 'WEBSOCKET_ERROR', `the request could not be answered (error ${correlationId})`),
      )
    }
  }

  const behindAdmission = (
    decisions: Observable<Decision<unknown>>,
    request: IncomingMessage,
    response: ServerResponse,
    answer: () => void,
  ): void => {
    const decided = decisions.subscribe((decision) => {
      const origin = allowedForeignOrigin(request, access)
      if (origin !== undefined) {
        response.setHeader('Access-Control-Allow-Origin', origin)
        response.setHeader('Vary', 'Origin')
      }
      if (decision._tag === 'Refused') refuseRequest(response, decision.refusal)
      else guarded(response, answer)
    })
    response.once('close', () => decided.unsubscribe())
  }

  return (request, response) => {
    const path = pathOf(request)
    const isWebSocketDoor = webSocketPaths.has(path)
    if (!isWebSocketDoor && path !== '/stats' && path !== '/health') return false
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuseRequest(
        response,
        refusal(405, 'METHOD_NOT_ALLOWED', 'only GET is answered here', { headers: { Allow: 'GET' } }),
      )
      return true
    }
    if (isWebSocketDoor) {
      behindAdmission(admission.tryUpgrade(request), request, response, () => refuseRequest(response, upgradeRequired))
    } else if (path === '/stats') {
      behindAdmission(admission.admitRequest(request), request, response, () => sendJson(response, 200, stats()))
    } else {
      const [status, text] = isDraining() ? ([503, 'draining'] as const) : ([200, 'ok'] as const)
      behindAdmission(admission.admitRequest(request), request, response, () => {
        sendJson(response, status, { status: text })
      })
    }
    return true
  }
}

const upgradeRequired = refusal(426, 'UPGRADE_REQUIRED', 'this is a WebSocket door', {
  headers: { Upgrade: 'websocket', Connection: 'Upgrade' },
})

function sendJson(response: ServerResponse, status: number, value: object): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
  })
  response.end(body)
}
