import { expect } from 'chai'
import * as t from 'io-ts'
import { firstValueFrom, lastValueFrom, type Observable, take, toArray } from 'rxjs'
import { WebSocket } from 'ws'
import { type Client, connect, type ConnectOptions, type HostTypes, type ServerFrame } from '../../lib/client/index.ts'
import { defaultProjection, defineEvents } from '../../lib/index.ts'
import { DateFromText } from '../event/events.ts'
import { useServers } from '../support/server.ts'
import { inTime } from '../support/waiting.ts'

const events = defineEvents({
  'order.placed': { data: t.type({ orderId: t.string, at: DateFromText }) },
  'order.item.added': { data: t.type({ item: t.string }) },
  'order.seen': { data: t.type({ orderId: t.string }), stored: false },
  'workflow.reviewed': { data: t.type({ stars: t.number }) },
})

/** What the page of a shop is told of its server. */
interface Shop {
  events: typeof events
  projected: { 'order.seen': { type: 'orderSeen'; payload: { order: string } } }
  handlers: {
    ADD: { payload: { item: string }; answer: { type: 'cart'; payload: { items: string[] } } }
    LEAVE: { payload: Readonly<Record<string, never>> }
  }
}

/** What the compiler knows of what comes. Given no client: nothing of it runs. */
const neverRun = (shop: Client<Shop>, plain: Client): void => {
  shop.events('order.placed').subscribe((message) => {
    const { type, event, payload } = message
    const told: readonly ['eventStream', 'order.placed', string, string] = [
      type,
      event,
      payload.data.orderId,
      // As it travels, not as the server has it.
      payload.data.at,
    ]
    // @ts-expect-error -- there is no such field
    void [told, payload.data.total]
  })
  shop.events('ORDER_ITEM_ADDED').subscribe(({ payload }) => payload.data.item.length)
  shop.events('order.*').subscribe((message) => {
    if (message.event === 'order.item.added') void message.payload.data.item.length
    else if (message.type === 'orderSeen') void message.payload.order.length
    else void message.payload.data.orderId.length
  })
  shop.events('order.seen').subscribe(({ type, payload }) => {
    const told: readonly ['orderSeen', string] = [type, payload.order]
    // @ts-expect-error -- the projection made something else of it
    void [told, payload.data]
  })
  // What built-in types share a head with, or what is only known at run time, is any message.
  const name: string = shop.id
  const any: readonly Observable<ServerFrame>[] = [
    shop.events('workflow.*'),
    shop.events('*'),
    shop.events(name),
    plain.events('order.placed'),
  ]
  void any
  shop.events('workflow.reviewed').subscribe(({ payload }) => payload.data.stars.toFixed())

  shop.send('ADD', { item: 'tea' }, { answers: ({ payload }) => payload.items.length === 3 }).subscribe((answer) => {
    const told: readonly ['cart', string[]] = [answer.type, answer.payload.items]
    void told
  })
  shop.send('LEAVE', {}, { answers: 0 }).subscribe(({ type, payload }) => [type.length, payload['anything']])
  // @ts-expect-error -- an item is a text
  void shop.send('ADD', { item: 1 })
  // @ts-expect-error -- the host takes no such message
  void shop.send('REMOVE', { item: 'tea' })
  plain.send('ANYTHING', { at: 'all' }).subscribe(({ type, payload }) => [type.length, payload['anything']])
  // @ts-expect-error -- a message has a payload that is an object
  void plain.send('ANYTHING', 'all')

  // Who needs nothing of the host's own takes any client.
  const takes = (client: Client): string => client.id
  void takes(shop)
}

describe('what a client knows of its host', () => {
  const { serve, defer } = useServers()
  const connectTo = <Host extends HostTypes>(url: string, options: ConnectOptions = {}): Client<Host> => {
    const client = connect<Host>(url, { webSocket: WebSocket, ...options })
    defer(() => client.close())
    return client
  }

  it('is held by the compiler', () => {
    expect(neverRun).to.be.a('function')
  })

  it('is what comes: own events as they are, or as the projection of the host makes them', async () => {
    const { door, bus } = await serve({
      events,
      gateway: {
        projection: (event) =>
          event.type === 'order.seen'
            ? { type: 'orderSeen', payload: { order: event.data.orderId } }
            : defaultProjection(event),
      },
    })
    const client = connectTo<Shop>(door(), { types: ['order.*'] })
    const placed = firstValueFrom(client.events('ORDER_PLACED'))
    const all = lastValueFrom(client.events('order.*').pipe(take(3), toArray()))
    await inTime(lastValueFrom(client.ping()), 'the link')
    await bus.publish({ type: 'order.placed', data: { orderId: 'o', at: new Date(0) }, tags: ['t'] })
    await bus.publish({ type: 'order.item.added', data: { item: 'tea' } })
    await bus.publish({ type: 'order.seen', data: { orderId: 'o' } })
    const data = { orderId: 'o', at: '1970-01-01T00:00:00.000Z' }
    expect((await inTime(placed, 'the order')).payload).to.deep.equal({ data, tags: ['t'] })
    expect((await inTime(all, 'the events')).map(({ type, payload }) => [type, payload])).to.deep.equal([
      ['eventStream', { data, tags: ['t'] }],
      ['eventStream', { data: { item: 'tea' } }],
      ['orderSeen', { order: 'o' }],
    ])
  })
})
