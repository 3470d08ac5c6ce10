import { connect, type TransportEvent } from '../../lib/client/index.ts'
import { runMarbles } from '../../lib/testing/index.ts'

describe('the client in a marble test', () => {
  it('opens, loses, waits, opens again, and is refused', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }, scheduler) => {
      const closed = (code: number): TransportEvent => ({ _tag: 'Closed', code, reason: 'why' })
      const sockets = [cold('--l|', { l: closed(1006) }), cold('-f|', { f: closed(4403) })]
      const first = '  ^-!'
      const second = ' 752ms ^!'
      const states = ' c-w 749ms c(x|)'

      let opened = 0
      const transport = () => {
        const incoming$ = sockets[opened] ?? cold<TransportEvent>('-')
        opened += 1
        return { incoming$, send: () => undefined, close: () => undefined }
      }
      const client = connect('ws://server/ws/events', { scheduler, transport, random: () => 0.5 })
      expectObservable(client.state$).toBe(states, {
        c: { _tag: 'connecting' },
        w: { _tag: 'waiting', attempt: 1, retryAtMs: 752 },
        x: { _tag: 'closed', code: 4403, reason: 'why' },
      })
      expectSubscriptions(sockets[0]?.subscriptions ?? []).toBe(first)
      expectSubscriptions(sockets[1]?.subscriptions ?? []).toBe(second)
    })
  })
})
