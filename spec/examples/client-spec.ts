import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { main } from '../../examples/client.ts'
import { demonstration } from '../../examples/client/demonstration.ts'
import { help } from '../../examples/client/arguments.ts'
import {
  accept,
  type Child,
  type ClientRun,
  createRecording,
  endChildren,
  type Peer,
  runClient,
  startChild,
  startClient,
  whileListening,
  withFolder,
  withPeer,
} from './fixtures.ts'
import { createTerminal } from './terminal.ts'

/** Ends the run `E` well. */
const complete = (peer: Peer): void => peer.say('workflowComplete', { executionId: 'E', message: 'done', results: {} })

const takeAndComplete = async (peer: Peer): Promise<void> => {
  await accept(peer, 'EXECUTE_WORKFLOW')
  complete(peer)
}

describe('the example client', () => {
  afterEach(endChildren)

  describe('asks', () => {
    it('for everything a run may say, whatever is subscribed, before it gives its order', async () => {
      const heard: string[] = []
      await withPeer(
        async (peer) => {
          peer.socket.on('message', (data: Buffer) =>
            heard.push((JSON.parse(data.toString()) as { type: string }).type),
          )
          const { payload } = await peer.heard('SUBSCRIBE_EVENTS')
          expect(payload).to.deep.equal({ event_types: ['dsl.*', 'task.*', 'workflow.*', 'log.*'], filter: null })
          await takeAndComplete(peer)
        },
        (url) => runClient(['workflow', '--url', url]),
      )
      expect(heard).to.deep.equal(['SUBSCRIBE_EVENTS', 'EXECUTE_WORKFLOW'])
    })

    it('for the demonstration, or for the workflow in a file as it stands there', async () => {
      const workflow = { workflow: { id: 'mine', nodes: [{ id: 'a' }], edges: [] }, more: [1] }
      const payloads: unknown[] = []
      await withFolder((folder) =>
        withPeer(
          async (peer) => {
            payloads.push((await peer.heard('EXECUTE_WORKFLOW')).payload)
            await takeAndComplete(peer)
          },
          async (url) => {
            await writeFile(join(folder, 'w.json'), JSON.stringify(workflow))
            expect(await runClient(['workflow', '--url', url])).to.include({ code: 0 })
            expect(await runClient(['workflow', join(folder, 'w.json'), '--url', url])).to.include({ code: 0 })
          },
        ),
      )
      expect(payloads).to.deep.equal([demonstration, workflow])
    })

    it('for a demonstration that is a diamond of the file tools', () => {
      expect(demonstration.nodes.map(({ tool }) => tool)).to.deep.equal([
        'write_file',
        'copy_file',
        'read_file',
        'list_files',
      ])
      expect(demonstration.edges.map(({ source, target }) => `${source} ${target}`)).to.deep.equal([
        'write copy',
        'write read',
        'copy list',
        'read list',
      ])
    })

    it('for a command and a chat by their types, at PRAXIS_URL', async () => {
      const payloads: unknown[] = []
      await withPeer(
        async (peer) => {
          const { id, type, payload } = await Promise.race([peer.heard('DSL_COMMAND'), peer.heard('CHAT_MESSAGE')])
          payloads.push([type, payload])
          peer.say('error', { code: 'NO_EXECUTOR', message: 'nobody here runs commands' }, id)
        },
        async (url) => {
          const refused = { code: 1, out: 'refused: nobody here runs commands (NO_EXECUTOR)\n', err: '' }
          expect(await runClient(['dsl', 'CALL x'], { PRAXIS_URL: url })).to.deep.equal(refused)
          const answered = await runClient(['chat', 'say hi'], { PRAXIS_URL: url })
          expect(answered).to.deep.equal({ ...refused, out: `assistant: ${refused.out}` })
        },
      )
      expect(payloads).to.deep.equal([
        ['DSL_COMMAND', { command: 'CALL x' }],
        ['CHAT_MESSAGE', { content: 'say hi', sender: 'user' }],
      ])
    })
  })

  describe('ends', () => {
    it('with help where nothing is asked', async () => {
      expect(await runClient([])).to.deep.equal({ code: 0, out: help, err: '' })
      expect(await runClient(['--help'])).to.deep.equal({ code: 0, out: help, err: '' })
    })

    it('with 2 and one line where the arguments are wrong', async () => {
      await withFolder(async (folder) => {
        await writeFile(join(folder, 'list.json'), '[]')
        await writeFile(join(folder, 'half.json'), '{"nodes":')
        for (const [argv, message] of [
          [['walk'], /^there is no command "walk".*\n$/],
          [['workflow', join(folder, 'none.json')], /^cannot read .*none\.json: ENOENT\n$/],
          [['workflow', join(folder, 'list.json')], /^.*list\.json holds no workflow: .*\n$/],
          [['workflow', join(folder, 'half.json')], /^.*half\.json is not JSON: .*\n$/],
          [['walk\u001b[2J'], /^there is no command "walk\\u001b\[2J".*\n$/],
        ] as const) {
          const { code, out, err } = await runClient(argv)
          expect({ code, out }).to.deep.equal({ code: 2, out: '' })
          expect(err).to.match(message)
        }
      })
    })

    it('only with its own run, and closes the connection', async () => {
      const ran = await withPeer(
        async (peer) => {
          const closed = once(peer.socket, 'close')
          await accept(peer, 'EXECUTE_WORKFLOW')
          peer.say('workflowComplete', { executionId: 'F', message: 'not ours', results: {} })
          peer.say('workflowError', { executionId: 'F', error: 'not ours', status: 'failed' })
          peer.say('error', { code: 'RATE_LIMITED', message: 'slower' })
          complete(peer)
          expect((await closed)[0]).to.equal(1005)
        },
        (url) => runClient(['workflow', '--url', url]),
      )
      expect(ran).to.deep.equal({ code: 0, out: '- the server objects: slower\ndone\n', err: '' })
    })

    it('also where the server does not answer its close', async () => {
      await withPeer(
        async (peer) => {
          await takeAndComplete(peer)
          // What the client sends from now on, its close too, is never read.
          peer.socket.pause()
        },
        async (url) => expect(await startChild('examples/client.ts', ['workflow', '--url', url]).ended).to.equal(0),
      )
    })

    it('with 3 and the reason where the connection is closed', async () => {
      const { code, err } = await withPeer(
        async (peer) => {
          await accept(peer, 'EXECUTE_WORKFLOW')
          peer.socket.close(1001, 'server\u009b2J shutting down')
        },
        (url) => runClient(['workflow', '--url', url]),
      )
      expect(code).to.equal(3)
      expect(err).to.match(/^lost the connection to ws:.*: closed with 1001 server\\u009b2J shutting down\n$/)
    })

    it('with 3 where the connection breaks', async () => {
      const { code, err } = await withPeer(
        async (peer) => {
          await accept(peer, 'EXECUTE_WORKFLOW')
          peer.socket.terminate()
        },
        (url) => runClient(['workflow', '--url', url]),
      )
      expect(code).to.equal(3)
      expect(err).to.match(/^lost the connection to ws:.*: closed with 1006\n$/)
    })

    it('with 3 where the server speaks something else', async () => {
      for (const words of ['hello', Buffer.from('{"type":"x","payload":{}}')]) {
        const { code, err } = await withPeer(
          async (peer) => peer.socket.send(words),
          (url) => runClient(['workflow', '--url', url]),
        )
        expect(code).to.equal(3)
        expect(err).to.match(/^ws:.* does not speak this protocol: that was no frame\n$/)
      }
    })

    it('with 3 and what the door says where the upgrade is refused', async () => {
      for (const [status, body, reason] of [
        [
          503,
          '{"error":{"code":"X","message":"all\\u001b are taken"}}',
          'all\\u001b are taken (503 Service Unavailable)',
        ],
        [403, 'not you\nnor you', 'not you (403 Forbidden)'],
        [404, '', '(404 Not Found)'],
        [426, '{}', 'it was refused, but would be accepted now: try again'],
      ] as const) {
        const asked: (string | undefined)[] = []
        const door = createHttpServer((request, response) => {
          asked.push(request.url)
          response.writeHead(status).end(body)
        })
        door.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 503 Full\r\nConnection: close\r\n\r\n'))
        await whileListening(door, async (address) => {
          const url = `${address}/ws/events?types=`
          const ran = await runClient(['dsl', 'x', '--url', url])
          expect(ran).to.deep.equal({ code: 3, out: '', err: `cannot connect to ${url}: ${reason}\n` })
        })
        expect(asked).to.deep.equal(['/ws/events?types='])
      }
    })

    it('with 3 where the upgrade is refused and the door does not open either', async () => {
      const door = createHttpServer((request) => request.socket.destroy())
      door.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 502 Bad\r\nConnection: close\r\n\r\n'))
      await whileListening(door, async (url) => {
        const err = `cannot connect to ${url}: the upgrade was answered with 502\n`
        expect(await runClient(['dsl', 'x', '--url', url])).to.deep.equal({ code: 3, out: '', err })
      })
    })
  })

  describe('when it is interrupted', () => {
    let client: ClientRun

    it('has its run cancelled once its id is known, and waits for the end', async () => {
      const { code, out } = await withPeer(
        async (peer) => {
          const { id } = await peer.heard('DSL_COMMAND')
          client.interrupt()
          await client.out.until('cancelling')
          // Neither somebody else's acceptance nor another answer to us tells which run is ours.
          peer.say('accepted', { executionId: 'F' }, 'c9')
          peer.say('heartbeat', { executionId: 'G' }, id)
          peer.say('accepted', { executionId: 'E' }, id)
          const { payload } = await peer.heard('CANCEL_WORKFLOW')
          expect(payload).to.deep.equal({ executionId: 'E', reason: 'cancelled from the terminal' })
          const error = { code: 'CANCELLED', message: 'the command was cancelled' }
          peer.say('dslResult', { executionId: 'E', success: false, result: null, error })
        },
        async (url) => {
          client = startClient(['dsl', 'x', '--url', url])
          return { code: await client.code, out: client.out.text() }
        },
      )
      expect(code).to.equal(1)
      expect(out.split('\n').slice(1)).to.deep.equal(['failed: the command was cancelled (CANCELLED)', ''])
    })

    it('ends where the server does not know the run any more', async () => {
      const code = await withPeer(
        async (peer) => {
          await accept(peer, 'EXECUTE_WORKFLOW')
          client.interrupt()
          const { id } = await peer.heard('CANCEL_WORKFLOW')
          peer.say('runStatus', { runs: [{ executionId: 'E', status: 'unknown', nodes: {} }] }, id)
        },
        (url) => {
          client = startClient(['workflow', '--url', url])
          return client.code
        },
      )
      expect(code).to.equal(1)
      expect(client.out.text()).to.include('the server says the run is unknown\n')
    })

    it('gives up on a server that never answered', async () => {
      const silent = createTcpServer()
      await whileListening(silent, async (url) => {
        client = startClient(['workflow', '--url', url])
        await once(silent, 'connection')
        client.interrupt()
        expect(await client.code).to.equal(3)
        expect(client.err.text()).to.equal(`cannot connect to ${url}: interrupted\n`)
      })
    })

    it('does not even ask when it was interrupted before', async () => {
      const controller = new AbortController()
      controller.abort()
      const [stdout, stderr] = [createRecording(), createRecording()]
      const argv = ['dsl', 'x', '--url', 'ws://127.0.0.1:1/']
      expect(await main({ argv, env: {}, stdout, stderr, signal: controller.signal })).to.equal(3)
      expect(stderr.text()).to.equal('cannot connect to ws://127.0.0.1:1/: interrupted\n')
    })

    it('quits the second time, as any process does', async () => {
      await withPeer(
        async (peer) => {
          await accept(peer, 'EXECUTE_WORKFLOW')
          peer.say('workflowStart', { executionId: 'E', nodes: [{ id: 'a', tool: 't' }] })
        },
        async (url) => {
          const { process, out, ended } = startChild('examples/client.ts', ['workflow', '--url', url])
          await out.until('pending')
          process.kill('SIGINT')
          await out.until('cancelling')
          process.kill('SIGINT')
          expect(await ended).to.equal('SIGINT')
        },
      )
    })
  })

  describe('shows', () => {
    it('every frame as a line of JSON with --json, as it was, and nothing else', async () => {
      const evil = 'x\u001b[2J\u009b\u202e\n"\u2028'
      const { code, out } = await withPeer(
        async (peer) => {
          const id = await accept(peer, 'CHAT_MESSAGE')
          peer.say('nobody.knows.this', { evil, [evil]: [1] })
          peer.say('chatMessage', { content: evil, sender: 'assistant', type: 'text' }, id)
        },
        (url) => runClient(['chat', 'hi', '--json', '--url', url]),
      )
      expect(code).to.equal(0)
      const lines = out.split('\n')
      expect(lines.pop()).to.equal('')
      expect(lines.join('')).to.not.match(/[\p{Cc}\p{Cf}\u2028]/u)
      const frames = lines.map((text) => JSON.parse(text) as { type: string; payload: unknown })
      expect(frames.map(({ type }) => type)).to.deep.equal(['accepted', 'nobody.knows.this', 'chatMessage'])
      expect(frames[1]?.payload).to.deep.equal({ evil, [evil]: [1] })
    })

    it('nothing of a server that could move the cursor or forge a line', async () => {
      const evil = 'x\u001b]0;t\u0007\u001b[2J\u009b1m\r\u202e\u2028'
      const { out } = await withPeer(
        async (peer) => {
          const id = await accept(peer, 'EXECUTE_WORKFLOW')
          peer.say('workflowStart', { executionId: 'E', nodes: [{ id: evil, tool: evil }] })
          peer.say('nodeStatusUpdate', { executionId: 'E', nodeId: evil, status: evil, error: evil, attempt: 2 })
          peer.say('workflowLog', { executionId: 'E', level: evil, message: evil })
          peer.say('error', { message: evil, code: evil })
          peer.say('error', { message: evil, code: evil, details: [{ path: evil, expected: evil, actual: evil }] }, id)
        },
        (url) => runClient(['workflow', '--url', url]),
      )
      expect(out.split('\n')).to.have.lengthOf(1 + 1 + 1 + 1 + 2 + 1)
      expect(out.replaceAll('\n', '')).to.not.match(/[\p{Cc}\p{Cf}\u2028]/u)
    })

    const drawnOn = async (env: Readonly<Record<string, string>>, isTTY = true): Promise<string> => {
      const terminal = { isTTY, columns: 60, rows: 10 }
      return withPeer(
        async (peer) => {
          await accept(peer, 'EXECUTE_WORKFLOW')
          peer.say('workflowStart', { executionId: 'E', nodes: ['a', 'b'].map((id) => ({ id, tool: 't' })) })
          peer.say('nodeStatusUpdate', { executionId: 'E', nodeId: 'a', status: 'running', attempt: 1 })
          peer.say('workflowLog', { executionId: 'E', level: 'info', message: 'a line'.repeat(20) })
          peer.say('nodeStatusUpdate', { executionId: 'E', nodeId: 'b', status: 'failed', error: 'e'.repeat(99) })
          complete(peer)
        },
        async (url) => {
          const client = startClient(['workflow', '--url', url], env, terminal)
          expect(await client.code).to.equal(0)
          return client.out.text()
        },
      )
    }

    it('a run in place on a terminal, within its width', async () => {
      const text = await drawnOn({})
      expect(text).to.include('\u001b[36m')
      const terminal = createTerminal(60, 10)
      terminal.write(text)
      expect(terminal.faults).to.deep.equal([])
      expect(terminal.rows()).to.deep.equal([
        `- info: ${'a line'.repeat(20)}`.slice(0, 60),
        `- info: ${'a line'.repeat(20)}`.slice(60, 120),
        `- info: ${'a line'.repeat(20)}`.slice(120),
        '[··········]   0 %  a  t  running',
        `[··········]   0 %  b  t  failed: ${'e'.repeat(24)}…`,
        'done',
        '',
      ])
    })

    it('no colours with NO_COLOR', async () => {
      const text = await drawnOn({ NO_COLOR: '1' })
      expect(text)
        .to.include('\u001b[2A')
        .and.not.match(/\[\d*m/)
    })

    it('only lines where the terminal is dumb or there is none', async () => {
      expect(await drawnOn({ TERM: 'dumb' })).to.not.include('\u001b')
      expect(await drawnOn({}, false)).to.not.include('\u001b')
    })
  })

  let child: Child

  it('ends quietly when nobody reads it any more', async () => {
    await withPeer(
      async (peer) => {
        const { id } = await peer.heard('CHAT_MESSAGE')
        const processing = { content: 'Processing: x', sender: 'assistant', type: 'text' }
        const closed = once(peer.socket, 'close')
        peer.say('chatMessage', processing, id)
        await child.out.until('Processing')
        child.process.stdout.destroy()
        await once(child.process.stdout, 'close')
        peer.say('chatMessage', processing, id)
        await closed
      },
      async (url) => {
        child = startChild('examples/client.ts', ['chat', 'x', '--url', url])
        expect(await child.ended).to.equal(1)
        expect(child.err.text()).to.equal('')
      },
    )
  })
})
