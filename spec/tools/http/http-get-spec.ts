import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { expect } from 'chai'
import { OptionError } from '../../../lib/base/options.ts'
import { httpTools, type HttpToolsOptions } from '../../../lib/tools/http/http-tools.ts'
import { createToolRegistry } from '../../../lib/tools/registry.ts'
import { ToolError } from '../../../lib/tools/tool.ts'
import { toolContext } from '../../support/tool-context.ts'
import { inTime } from '../../support/waiting.ts'

const servers: Server[] = []

/** A server on a port of its own, and what was asked of it. */
async function serve(listener: RequestListener) {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    listener(request, response)
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return { requests, server, port: (server.address() as AddressInfo).port }
}

function tool(options: Partial<HttpToolsOptions> = {}) {
  const registry = createToolRegistry(
    httpTools({ allowedHosts: ['127.0.0.1', '*.test'], allowPrivate: true, ...options }),
  )
  return async (url: string, signal = new AbortController().signal): Promise<unknown> => {
    const prepared = registry.prepare('http_get', { url })
    if (prepared._tag === 'Left') throw new Error('not prepared')
    return inTime(prepared.right.run(toolContext({ signal })), url)
  }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason)
  if (error instanceof ToolError) return error.code
  throw error
}

/** A resolver that answers with `answers`, one after the other, the last again and again. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = []
  const lookup: LookupFunction = (hostname, _, callback) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? []
    asked.push(hostname)
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    setImmediate(() => callback(null, found))
  }
  return { asked, lookup }
}

describe('http_get', () => {
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  })

  it('answers the status, a few headers and the text', async () => {
    const { port, requests } = await serve((_, response) => {
      response.writeHead(404, { 'content-type': 'text/plain', 'set-cookie': 'secret=1', etag: '"x"' }).end('not hére')
    })
    expect(await tool()(`http://127.0.0.1:${port}/a?b=c`)).to.deep.equal({
      status: 404,
      headers: { 'content-type': 'text/plain', etag: '"x"' },
      body: 'not hére',
    })
    expect(requests.map(({ method, url }) => [method, url])).to.deep.equal([['GET', '/a?b=c']])
  })

  it('reads the charset that is named, and UTF-8 where that is unknown', async () => {
    const { port } = await serve(({ url }, response) => {
      response.setHeader('content-type', `text/plain; charset=${url === '/latin' ? 'ISO-8859-1' : 'klingon'}`)
      response.end(Buffer.from('é', url === '/latin' ? 'latin1' : 'utf8'))
    })
    for (const path of ['/latin', '/other']) {
      expect(await tool()(`http://127.0.0.1:${port}${path}`)).to.have.property('body', 'é')
    }
  })

  it('reads no more than its bound, and lets the connection go', async () => {
    let hasEnded: Promise<unknown> = Promise.resolve()
    const { port } = await serve((_, response) => {
      hasEnded = once(response, 'close')
      const more = (): void => {
        while (!response.destroyed && response.write('é'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    expect(await tool({ maxBytes: 1_001 })(`http://127.0.0.1:${port}`)).to.deep.include({
      body: 'é'.repeat(500),
      truncated: true,
    })
    await inTime(hasEnded, 'the end of the connection')
  })

  it('asks no host but those that are allowed', async () => {
    const { asked, lookup } = resolver(['127.0.0.1'])
    const get = tool({ lookup })
    for (const host of ['example.com', 'test', '127.0.0.2', '127.0.0.1.evil.org', '[::1]']) {
      expect(await codeOf(get(`http://${host}/`)), host).to.equal('HOST_FORBIDDEN')
    }
    expect(asked).to.be.empty
  })

  it('takes http and https only, and no user or password', async () => {
    for (const url of ['ftp://127.0.0.1', 'file:///etc/passwd', 'data:,x', 'javascript:1', 'a', '//127.0.0.1']) {
      expect(await codeOf(tool()(url)), url).to.equal('INVALID_URL')
    }
    for (const url of ['http://user@127.0.0.1', 'http://:pass@127.0.0.1']) {
      expect(await codeOf(tool()(url)), url).to.equal('INVALID_URL')
    }
  })

  it('connects to no address that is not public, however it is written or found', async () => {
    const { port, requests } = await serve((_, response) => response.end('secret'))
    const literals = ['127.0.0.1', '0x7f.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '169.254.169.254']
    for (const host of literals) {
      const get = tool({ allowedHosts: [host], allowPrivate: false })
      expect(await codeOf(get(`http://${host}:${port}/`)), host).to.equal('ADDRESS_FORBIDDEN')
    }
    for (const addresses of [['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['10.0.0.1'], ['8.8.8.8', '127.0.0.1']]) {
      const { lookup } = resolver(addresses)
      const get = tool({ lookup, allowPrivate: false })
      expect(await codeOf(get(`http://x.test:${port}/`)), addresses.join(' ')).to.equal('ADDRESS_FORBIDDEN')
    }
    expect(
      await codeOf(tool({ allowedHosts: ['localhost'], allowPrivate: false })(`http://localhost:${port}/`)),
    ).to.equal('ADDRESS_FORBIDDEN')
    expect(requests).to.be.empty
  })

  it('connects to the address it checked: it asks once, so that a name cannot change its meaning in between', async () => {
    const { port } = await serve((_, response) => response.end('ok'))
    const { asked, lookup } = resolver(['127.0.0.1'], ['10.0.0.1'])
    expect(await tool({ lookup })(`http://rebind.test:${port}/`)).to.have.property('body', 'ok')
    expect(asked).to.deep.equal(['rebind.test'])
  })

  it('follows three redirects, and no fourth', async () => {
    const { port, requests } = await serve(({ url }, response) => {
      const left = Number(url?.slice(1))
      if (left === 0) response.end('there')
      else response.writeHead(302, { location: `/${left - 1}` }).end('x'.repeat(100))
    })
    expect(await tool()(`http://127.0.0.1:${port}/3`)).to.deep.include({ status: 200, body: 'there' })
    expect(requests).to.have.lengthOf(4)
    expect(await codeOf(tool()(`http://127.0.0.1:${port}/4`))).to.equal('TOO_MANY_REDIRECTS')
    expect(requests).to.have.lengthOf(8)
  })

  it('checks where each redirect leads as it checks the first URL', async () => {
    const places: Readonly<Record<string, readonly [location: string, code: string]>> = {
      '/host': ['http://example.com/', 'HOST_FORBIDDEN'],
      '/scheme': ['file:///etc/passwd', 'INVALID_URL'],
      '/user': ['http://user@127.0.0.1/', 'INVALID_URL'],
      '/nonsense': ['http://', 'INVALID_URL'],
      '/inside': ['http://b.test/', 'ADDRESS_FORBIDDEN'],
    }
    const { port } = await serve(({ url = '' }, response) => {
      response.writeHead(301, { location: places[url]?.[0] }).end()
    })
    for (const [path, [, code]] of Object.entries(places)) {
      const isInside = path === '/inside'
      // the first name is the server's, as a public one would be; the second is not
      const lookup: LookupFunction = (name, _, callback) => {
        callback(isInside && name === 'b.test' ? new ToolError('ADDRESS_FORBIDDEN', 'x', { permanent: true }) : null, [
          { address: '127.0.0.1', family: 4 },
        ])
      }
      expect(await codeOf(tool({ lookup })(`http://a.test:${port}${path}`)), path).to.equal(code)
    }
  })

  it('answers a redirect that leads nowhere as it is', async () => {
    const { port } = await serve((_, response) => response.writeHead(302).end('x'))
    expect(await tool()(`http://127.0.0.1:${port}/`)).to.deep.equal({ status: 302, headers: {}, body: 'x' })
  })

  it('gives up in time: before the answer, in it, between redirects', async () => {
    const { port } = await serve(({ url = '' }, response) => {
      if (url === '/half') response.write('half')
      if (url === '/round') response.writeHead(302, { location: '/never' }).end()
    })
    for (const path of ['/never', '/half', '/round']) {
      expect(await codeOf(tool({ timeoutMs: 50 })(`http://127.0.0.1:${port}${path}`)), path).to.equal('TIMED_OUT')
    }
    const lookup: LookupFunction = () => undefined
    expect(await codeOf(tool({ timeoutMs: 50, lookup })('http://a.test/'))).to.equal('TIMED_OUT')
  })

  it('stops when it is cancelled, and the connection with it', async () => {
    let hasEnded: Promise<unknown> = Promise.resolve()
    let isAsked = (): void => undefined
    const asked = new Promise<void>((resolve) => {
      isAsked = resolve
    })
    const { port } = await serve((_, response) => {
      hasEnded = once(response, 'close')
      response.write('half')
      isAsked()
    })
    const controller = new AbortController()
    const answer = codeOf(tool()(`http://127.0.0.1:${port}/`, controller.signal))
    await asked
    controller.abort()
    expect(await answer).to.equal('ABORTED')
    await inTime(hasEnded, 'the end of the connection')
    expect(await codeOf(tool()(`http://127.0.0.1:${port}/`, controller.signal))).to.equal('ABORTED')
  })

  it('tells nothing of the network where it cannot be reached, or speaks something else', async () => {
    const { port, server } = await serve(({ socket, url }, response) => {
      if (url === '/gone') socket.destroy()
      if (url === '/short') {
        response.writeHead(200, { 'content-length': 100 }).write('short')
        setImmediate(() => socket.destroy())
      }
      if (url === '/garbage') socket.end('no HTTP\r\n\r\n')
      if (url === '/switch') socket.end('HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n')
      if (url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
    })
    const get = (path: string): Promise<unknown> => tool()(`http://127.0.0.1:${port}${path}`)
    for (const path of ['/gone', '/short', '/switch']) expect(await codeOf(get(path)), path).to.equal('UNREACHABLE')
    for (const path of ['/garbage', '/gzip']) expect(await codeOf(get(path)), path).to.equal('INVALID_RESPONSE')
    const { lookup } = resolver([])
    expect(await codeOf(tool({ lookup })('http://a.test/'))).to.equal('UNREACHABLE')
    server.close()
    server.closeAllConnections()
    const error: unknown = await get('/').catch((reason: unknown) => reason)
    expect(error).to.include({ message: 'the host could not be reached', permanent: false })
  })
})

describe('httpTools', () => {
  it('names the option that is wrong', () => {
    const wrong: readonly (readonly [string, object])[] = [
      ['allowedHosts', {}],
      ['allowedHosts', { allowedHosts: ['https://example.com'] }],
      ['allowedHosts', { allowedHosts: 'example.com' }],
      ['maxBytes', { allowedHosts: [], maxBytes: 11 * 1024 * 1024 }],
      ['timeoutMs', { allowedHosts: [], timeoutMs: 0 }],
      ['allowPrivate', { allowedHosts: [], allowPrivate: 'yes' }],
      ['lookup', { allowedHosts: [], lookup: 'dns' }],
      ['hosts', { allowedHosts: [], hosts: [] }],
    ]
    for (const [option, options] of wrong) {
      expect(() => httpTools(options as HttpToolsOptions), option).to.throw(OptionError, `"${option}"`)
    }
  })
})
