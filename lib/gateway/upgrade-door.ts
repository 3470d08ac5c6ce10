import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { Acceptor } from '../transport/ws-acceptor.ts'
import { addressOf, type Admission, type Decision, draining, type UpgradeGrant } from './admission.ts'
import type { OpenSession } from './open-session.ts'
import { type Refusal, refusal, refuseUpgrade } from './refusal.ts'
import { pathOf, type UpgradeHandler } from './upgrades.ts'
import { watchWaitingPeer } from './waiting-peer.ts'

export interface UpgradeDoorDeps {
  readonly admission: Admission
  readonly acceptor: Acceptor
  readonly open: OpenSession
  readonly isClosing: () => boolean
  /** Told of a refusal that the admission did not see. */
  readonly onRefused: (refused: Refusal) => void
  readonly logger: Logger
}

type Admitted = Extract<Decision<UpgradeGrant>, { _tag: 'Admitted' }>

/** From an upgrade request to a session, or to a refusal. */
export function createUpgradeDoor(deps: UpgradeDoorDeps): UpgradeHandler {
  const { admission, acceptor, open, isClosing, onRefused, logger } = deps

  const admit = (request: IncomingMessage, socket: Duplex, head: Buffer, grant: Admitted): void => {
    const { slot, query, principal } = grant
    const turnAway = (refused: Refusal): void => {
      slot.release()
      onRefused(refused)
      refuseUpgrade(socket, refused)
    }
    // The gateway may have begun to close while credentials were looked at.
    if (isClosing()) return turnAway(draining())
    const peer = { slot, query, principal, remoteAddress: addressOf(request), path: pathOf(request) }
    try {
      return acceptor.accept(
        request,
        socket,
        head,
        (transport) => open({ transport, ...peer }),
        (why) => turnAway(refusal(400, 'INVALID_HANDSHAKE', why)),
      )
    } catch (error) {
      // A fault of ours, or of whoever else took the socket: it ends this peer, not the process (SEMANTICS P9).
      const correlationId = createId()
      logger.error({ err: error, correlationId }, 'a handshake failed')
      return turnAway(refusal(500, 'WEBSOCKET_ERROR', `the handshake failed (error ${correlationId})`))
    }
  }

  return (request, socket, head) => {
    let stopWatching: (() => Buffer) | undefined
    const decided = admission.admitUpgrade(request).subscribe((decision) => {
      const early = stopWatching?.() ?? Buffer.alloc(0)
      if (decision._tag === 'Refused') refuseUpgrade(socket, decision.refusal)
      else admit(request, socket, Buffer.concat([head, early]), decision)
    })
    if (decided.closed) return
    // Credentials take time. Who leaves meanwhile gives the slot back at once.
    stopWatching = watchWaitingPeer(socket)
    socket.once('close', () => decided.unsubscribe())
  }
}
