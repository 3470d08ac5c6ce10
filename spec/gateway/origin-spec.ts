import { expect } from 'chai'
import type { GatewayOptions } from '../../lib/index.ts'
import { refusalOf } from '../support/client.ts'
import { errorOf } from '../support/http.ts'
import { type TestServer, useServers } from '../support/server.ts'

type Headers = Readonly<Record<string, string>>

describe('the origin and host checks', () => {
  const { serve } = useServers()
  const start = (gateway: Omit<GatewayOptions, 'bus' | 'engine'> = {}) => serve({ gateway })

  const expectPassing = async ({ connect, get }: TestServer, headers: Headers): Promise<void> => {
    const what = JSON.stringify(headers)
    const client = await connect('', { headers: { ...headers } })
    expect(client.welcome.type, what).to.equal('chatMessage')
    expect(await get('/stats', headers), what).to.include({ status: 200 })
    expect(await get('/health', headers), what).to.include({ status: 200 })
    expect(await get('/ws/events', headers), what).to.include({ status: 426 })
  }
  const expectRefused = async ({ door, get }: TestServer, headers: Headers): Promise<void> => {
    const what = JSON.stringify(headers)
    const answers = [
      await refusalOf(door(), { headers: { ...headers } }),
      await get('/stats', headers),
      await get('/health', headers),
      await get('/ws/workflow', headers),
    ]
    for (const answer of answers) {
      expect(answer, what).to.include({ status: 403 })
      expect(errorOf(answer), what).to.include({ code: 'FORBIDDEN' })
    }
  }

  it('let in a request of the same origin, and one without origin and cookie', async () => {
    const server = await start()
    await expectPassing(server, { Origin: server.url })
    await expectPassing(server, { Origin: `http://localhost:${server.port}`, Host: `localhost:${server.port}` })
    await expectPassing(server, { Origin: `http://[::1]:${server.port}`, Host: `[::1]:${server.port}` })
    await expectPassing(server, {})
  })

  it('refuse an origin that is foreign, null or malformed', async () => {
    const server = await start()
    const { port } = server
    for (const Origin of [
      'https://evil.example',
      `http://127.0.0.1:${port + 1}`,
      'http://127.0.0.1',
      `http://127.0.0.1:${port}.evil.example`,
      `http://evil.example:${port}`,
      `http://127.0.0.1:${port}@evil.example`,
      'null',
      'file://',
      'not an origin',
      `127.0.0.1:${port}`,
      '',
    ]) {
      if (Origin !== '') await expectRefused(server, { Origin })
    }
  })

  it('let in the origins of a list, compared as a whole, and the same origin still', async () => {
    const server = await start({ allowedOrigins: ['https://app.example.com'] })
    await expectPassing(server, { Origin: 'https://app.example.com' })
    await expectPassing(server, { Origin: 'https://APP.example.com' })
    await expectPassing(server, { Origin: server.url })
    for (const Origin of [
      'http://app.example.com',
      'https://app.example.com.evil.example',
      'https://app.example.com:8443',
      'https://evil-app.example.com',
    ]) {
      await expectRefused(server, { Origin })
    }
  })

  it('ask a function with the parsed origin; one that throws refuses', async () => {
    const server = await start({
      allowedOrigins: ({ hostname }) => {
        if (hostname === 'broken.example') throw new Error('no')
        return hostname.endsWith('.example.com')
      },
    })
    await expectPassing(server, { Origin: 'https://one.example.com' })
    await expectRefused(server, { Origin: 'https://example.com' })
    await expectRefused(server, { Origin: 'null' })
    await expectRefused(server, { Origin: 'https://broken.example' })
    expect(server.logs.some(({ level, fields }) => level === 'error' && 'err' in fields)).to.equal(true)
  })

  it('refuse where a function answers anything but true: a promise is no answer', async () => {
    const { door } = await serve({ gateway: { allowedOrigins: (() => Promise.resolve(true)) as never } })
    const refused = await refusalOf(door(), { headers: { Origin: 'https://app.example' } })
    expect(refused).to.include({ status: 403 })
  })

  it('refuse a cookie without an origin, unless the browser says that it comes from here', async () => {
    const server = await start()
    const Cookie = 'session=1'
    await expectRefused(server, { Cookie })
    await expectRefused(server, { Cookie, 'Sec-Fetch-Site': 'cross-site' })
    await expectRefused(server, { Cookie, 'Sec-Fetch-Site': 'same-site' })
    await expectPassing(server, { Cookie, 'Sec-Fetch-Site': 'same-origin' })
    await expectPassing(server, { Cookie, 'Sec-Fetch-Site': 'none' })
    await expectPassing(server, { Cookie, Origin: server.url })
  })

  it('refuse a name that was bent to point here, also where its origin agrees', async () => {
    const server = await start()
    const { port } = server
    for (const Host of [`evil.example:${port}`, 'evil.example', `localhost.evil.example:${port}`, `127.0.0.1.nip.io`]) {
      await expectRefused(server, { Host })
      await expectRefused(server, { Host, Origin: `http://${Host}` })
    }
  })

  it('let in the hosts of a list and no others', async () => {
    const server = await start({ allowedHosts: ['app.internal'] })
    const { port } = server
    await expectPassing(server, { Host: `app.internal:${port}` })
    await expectPassing(server, { Host: 'APP.internal' })
    await expectPassing(server, { Host: `app.internal:${port}`, Origin: `http://app.internal:${port}` })
    await expectRefused(server, { Host: `evil.example:${port}` })
    await expectRefused(server, { Host: `sub.app.internal:${port}` })
  })
})
