import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { type AnyServer, createUpgrades } from '../../lib/gateway/upgrades.ts'

/** A server that listens where it is told to, without a socket. */
function aServer() {
  let bound: { readonly address: string; readonly port: number } | null = null
  const events = Object.assign(new EventEmitter(), { address: () => bound })
  return {
    server: events as unknown as AnyServer,
    listen: (address: string, port: number): void => {
      bound = { address, port }
      events.emit('listening')
    },
    listeners: (): number => events.eventNames().length,
  }
}

/** A request that came to the loopback interface. */
const requestAt = (localPort: number): IncomingMessage =>
  ({ socket: { localPort, localAddress: '127.0.0.1' } }) as unknown as IncomingMessage

describe('createUpgrades', () => {
  const upgrades = () => createUpgrades(new Set(['/ws']), () => undefined)

  it('knows whether a server listens on loopback only, from when it listens, and wherever it listens later', () => {
    const { attach, isLoopbackServer } = upgrades()
    const { server, listen } = aServer()
    attach(server)
    expect(isLoopbackServer(requestAt(80)), 'unknown yet: as it came').to.equal(true)
    listen('0.0.0.0', 80)
    expect(isLoopbackServer(requestAt(80)), 'everywhere').to.equal(false)
    listen('127.0.0.1', 81)
    expect(isLoopbackServer(requestAt(81)), 'on loopback').to.equal(true)
    expect(isLoopbackServer(requestAt(80)), 'nobody of ours: as it came').to.equal(true)
  })

  it('knows it of a server that listened before', () => {
    const { attach, isLoopbackServer } = upgrades()
    const { server, listen } = aServer()
    listen('::', 80)
    attach(server)
    expect(isLoopbackServer(requestAt(80))).to.equal(false)
  })

  it('leaves nothing behind where it is detached', () => {
    const { attach, detach } = upgrades()
    const { server, listeners } = aServer()
    attach(server)
    expect(listeners()).to.be.above(0)
    detach()
    expect(listeners()).to.equal(0)
  })
})
