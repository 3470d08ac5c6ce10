import { EventEmitter } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { expect } from 'chai'
import { OptionError } from '../../lib/base/options.ts'
import { type AnyServer, createUpgrades } from '../../lib/gateway/upgrades.ts'

/** A server that listens where it is told to, without a socket. */
function aServer() {
  let bound: { readonly address: string; readonly port: number } | null = null
  const events = Object.assign(new EventEmitter(), { listening: false, address: () => bound })
  return {
    server: events as unknown as AnyServer,
    listen: (address: string, port: number): void => {
      bound = { address, port }
      events.listening = true
      events.emit('listening')
    },
    /** Its sockets may live on. */
    close: (): void => {
      bound = null
      events.listening = false
    },
    listeners: (): number => events.eventNames().length,
  }
}

/** A request that came to the loopback interface, unless another is said. */
const requestAt = (localPort: number, localAddress = '127.0.0.1'): IncomingMessage =>
  ({ socket: { localPort, localAddress } }) as unknown as IncomingMessage

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

  it('knows nothing of a server that was closed, at whose place another may listen now', () => {
    const { attach, isLoopbackServer } = upgrades()
    const [before, now] = [aServer(), aServer()]
    for (const { server } of [before, now]) attach(server)
    before.listen('0.0.0.0', 80)
    before.close()
    now.listen('127.0.0.1', 80)
    expect(isLoopbackServer(requestAt(80))).to.equal(true)
  })

  it('knows servers apart that listen on one port at several addresses', () => {
    const { attach, isLoopbackServer } = upgrades()
    const [outside, inside] = [aServer(), aServer()]
    for (const { server } of [outside, inside]) attach(server)
    outside.listen('192.0.2.1', 80)
    inside.listen('::ffff:127.0.0.1', 80)
    expect(isLoopbackServer(requestAt(80))).to.equal(true)
    expect(isLoopbackServer(requestAt(80, '192.0.2.1'))).to.equal(false)
  })

  it('takes no server that cannot say where it listens', () => {
    const { attach } = upgrades()
    expect(() => attach(new EventEmitter() as never)).to.throw(OptionError, 'an HTTP server')
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
