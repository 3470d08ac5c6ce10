import { expect } from 'chai'
import { useServers } from '../support/server.ts'

describe('a client that sends too much', () => {
  const { serve } = useServers()

  it('is told how long to wait, then closed with 4429 if it goes on, while others are served', async () => {
    const { connect, stats } = await serve({ gateway: { rateLimits: { messagesPerSecond: 2, messageBurst: 5 } } })
    const other = await connect()
    const client = await connect()
    for (let count = 1; count <= 6; count++) client.send('PING', { count }, `p${count}`)
    const answers = [
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
      await client.next(),
    ]
    expect(answers.map(({ type, payload }) => [type, payload['count']])).to.deep.equal(
      [1, 2, 3, 4, 5].map((count) => ['PONG', count]),
    )
    const limited = await client.next()
    expect(limited).to.include({ type: 'error', correlation_id: 'p6' })
    expect(limited.payload).to.include({ code: 'RATE_LIMITED' })
    expect(limited.payload['retryAfterMs']).to.be.a('number').and.within(1, 1_000)
    expect(await other.ask('PING')).to.include({ type: 'PONG' })

    const flood = setInterval(() => client.socket.readyState === client.socket.OPEN && client.send('PING'), 1)
    try {
      expect(await client.closed()).to.include({ code: 4429 })
    } finally {
      clearInterval(flood)
    }
    expect(await other.ask('PING')).to.include({ type: 'PONG' })
    expect((await stats()).websocket_manager.closed).to.deep.equal({ 4429: 1 })
  })

  it('of pings is closed too, and one that only answers them never is', async () => {
    const { connect, stats } = await serve({ gateway: { rateLimits: { messagesPerSecond: 10, messageBurst: 20 } } })
    const calm = await connect()
    for (let count = 0; count < 100; count++) calm.socket.pong()
    expect(await calm.ask('PING')).to.include({ type: 'PONG' })
    const unasked = await connect()
    for (let count = 0; count < 400; count++) unasked.socket.pong()
    expect(await unasked.closed()).to.include({ code: 4429 })
    const asking = await connect()
    // one after the other: `ws` cuts those who send many before they read an answer
    asking.socket.on('pong', () => asking.socket.ping())
    asking.socket.ping()
    expect(await asking.closed()).to.include({ code: 4429 })
    expect(await calm.ask('PING')).to.include({ type: 'PONG' })
    expect((await stats()).websocket_manager.closed).to.deep.equal({ 4429: 2 })
  })

  it('of pongs is let go on where there are no limits', async () => {
    const { connect } = await serve({ gateway: { rateLimits: false } })
    const client = await connect()
    for (let count = 0; count < 1_000; count++) client.socket.pong()
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
  })

  it('is served again once it has waited as long as it was told', async () => {
    const { connect } = await serve({ gateway: { rateLimits: { messagesPerSecond: 20, messageBurst: 1 } } })
    const client = await connect()
    client.send('PING')
    client.send('PING')
    expect(await client.next()).to.include({ type: 'PONG' })
    const { retryAfterMs } = (await client.next()).payload
    await new Promise((resolve) => setTimeout(resolve, Number(retryAfterMs) + 1))
    client.send('PING')
    expect(await client.next()).to.include({ type: 'PONG' })
  })

  it('of commands is limited apart from other messages', async () => {
    const { connect } = await serve({ gateway: { rateLimits: { commandsPerSecond: 1, commandBurst: 2 } } })
    const client = await connect('?types=')
    const answers = []
    for (let count = 0; count < 3; count++) answers.push(await client.ask('DSL_COMMAND', { command: 'CALL echo' }))
    expect(answers.map(({ type }) => type)).to.deep.equal(['accepted', 'accepted', 'error'])
    expect(answers[2]?.payload).to.include({ code: 'RATE_LIMITED' })
    expect(await client.ask('PING')).to.include({ type: 'PONG' })
    expect(await client.ask('SUBSCRIBE_EVENTS', { event_types: [] })).to.include({ type: 'subscribed' })
  })

  it('of bytes is limited too', async () => {
    const { connect } = await serve({ gateway: { rateLimits: { bytesPerSecond: 1_000, byteBurst: 3_000 } } })
    const client = await connect()
    const filler = 'x'.repeat(2_000)
    expect(await client.ask('PING', { filler })).to.include({ type: 'PONG' })
    expect((await client.ask('PING', { filler })).payload).to.include({ code: 'RATE_LIMITED' })
  })

  it('is not limited where the host says so', async () => {
    const { connect } = await serve({ gateway: { rateLimits: false } })
    const client = await connect()
    for (let count = 0; count < 10_200; count++) client.send('PING')
    const frames = await client.settle()
    expect(frames.every(({ type }) => type === 'PONG')).to.equal(true)
    expect(frames).to.have.length(10_200)
  })

  it('at once is served without harm to a run’s events', async () => {
    const { connect, bus } = await serve()
    const flooder = await connect('?types=')
    const watcher = await connect('?types=log.entry')
    for (let count = 0; count < 3_000; count++) flooder.send('PING')
    for (let count = 0; count < 50; count++) {
      void bus.publish({ type: 'log.entry', data: { level: 'info', message: String(count) } })
    }
    expect((await watcher.settle()).map(({ payload }) => payload['message'])).to.deep.equal(
      Array.from({ length: 50 }, (_, count) => String(count)),
    )
  })
})
