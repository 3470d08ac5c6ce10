import type { IncomingMessage, Server as HttpServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Server as HttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { OptionError } from '../base/options.ts'
import { refusal, refuseUpgrade } from './refusal.ts'

export type AnyServer = HttpServer | HttpsServer

/** Takes the upgrades of HTTP servers, on some paths only. */
export interface Upgrades {
  /** @throws OptionError for what is no server, and for one on which another gateway has one of our paths. */
  readonly attach: (server: AnyServer) => void
  /** Lets go of all servers. */
  readonly detach: () => void
  /** Whether the server `request` came to listens on loopback only. Of a server that was never attached: whether it came that way. */
  readonly isLoopbackServer: (request: IncomingMessage) => boolean
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** On our listeners: what they claim. Shared by name, so that two copies of this library on one server know each other's. */
const CLAIMS = Symbol.for('praxis-rx.upgrade-claims')

export function createUpgrades(paths: ReadonlySet<string>, onUpgrade: UpgradeHandler): Upgrades {
  const isOurs = (path: string): boolean => paths.has(path)
  const attached = new Map<AnyServer, Attachment>()

  return {
    attach: (server) => {
      if (typeof server?.on !== 'function' || typeof server.address !== 'function') {
        throw new OptionError('gateway.attach', 'server', 'an HTTP server', server)
      }
      if (attached.has(server)) return
      const taken = [...paths].find((path) =>
        server.listeners('upgrade').some((other) => claimsOf(other)?.(path) === true),
      )
      if (taken !== undefined) {
        throw new OptionError('gateway.attach', 'server', 'a server on which no other gateway has our paths', taken)
      }
      const listener: UpgradeHandler = (request, socket, head) => {
        const path = pathOf(request)
        if (isOurs(path)) {
          // Before anything asynchronous: an error without a listener would end the process (THREATS T2).
          socket.on('error', destroy)
          onUpgrade(request, socket, head)
        } else if (isForUsToRefuse(server, listener, path)) {
          socket.on('error', destroy)
          refuseUpgrade(socket, refusal(404, 'NOT_FOUND', 'nothing is served at that path'))
        }
      }
      Object.assign(listener, { [CLAIMS]: isOurs })
      attached.set(server, new Attachment(server, listener))
    },
    detach: () => {
      for (const attachment of attached.values()) attachment.end()
      attached.clear()
    },
    isLoopbackServer: ({ socket }) => {
      for (const [server, { address }] of attached) {
        // One that was closed may have listened where another does now.
        if (!server.listening || address === undefined) continue
        if (leadsTo(address, socket)) return isLoopback(address.address)
      }
      return isLoopback(socket.localAddress ?? '')
    },
  }
}

/** Our listeners on one server, and where it listened last: every connection asks for it, and to ask the server is dear. */
class Attachment {
  /** Undefined while it does not listen, and where it listens on no port. */
  address: AddressInfo | undefined
  readonly #server: AnyServer
  readonly #onUpgrade: UpgradeHandler
  readonly #onListening = (): void => {
    const address = this.#server.address()
    this.address = typeof address === 'object' && address !== null ? address : undefined
  }

  constructor(server: AnyServer, onUpgrade: UpgradeHandler) {
    this.#server = server
    this.#onUpgrade = onUpgrade
    this.#onListening()
    server.on('listening', this.#onListening)
    server.on('upgrade', onUpgrade)
  }

  end(): void {
    this.#server.off('listening', this.#onListening)
    this.#server.off('upgrade', this.#onUpgrade)
  }
}

/**
 * Others may share the server, and answer for paths of their own. When there are none but gateways, and none of them claims the path,
 * nobody will: the first of them does.
 */
function isForUsToRefuse(server: AnyServer, listener: UpgradeHandler, path: string): boolean {
  const all: readonly unknown[] = server.listeners('upgrade')
  return all[0] === listener && all.every((other) => claimsOf(other)?.(path) === false)
}

function claimsOf(listener: unknown): ((path: string) => boolean) | undefined {
  const claims: unknown = typeof listener === 'function' ? Reflect.get(listener, CLAIMS) : undefined
  return typeof claims === 'function' ? (path) => Reflect.apply(claims, undefined, [path]) === true : undefined
}

/** One for all sockets, as each keeps it for as long as it lives. */
function destroy(this: Duplex): void {
  this.destroy()
}

/** The path of a request, as it was sent. */
export function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/'
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

function isLoopback(address: string): boolean {
  return address === '::1' || withoutPrefix(address).startsWith('127.')
}

/** Whether a server that listens at `address` is the one that a socket came to. */
function leadsTo({ address, port }: AddressInfo, { localAddress = '', localPort }: Socket): boolean {
  const isEverywhere = address === '::' || address === '0.0.0.0'
  return port === localPort && (isEverywhere || withoutPrefix(address) === withoutPrefix(localAddress))
}

/** An address of IPv4 may come written as one of IPv6. */
function withoutPrefix(address: string): string {
  return address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
}
