import { expect } from 'chai'
import * as fc from 'fast-check'
import { concat, merge, NEVER, Observable, of, Subject, tap, throwError } from 'rxjs'
import { silentLogger } from '../../lib/base/logger.ts'
import { type Connection, type ConnectionOptions, createConnection } from '../../lib/connection/connection.ts'
import type { Outgoing } from '../../lib/connection/outgoing.ts'
import { changeSubscription, createSubscription } from '../../lib/connection/subscription.ts'
import { runMarbles } from '../../lib/testing/marbles.ts'
import { createTestTime } from '../../lib/testing/test-time.ts'
import { createFrame } from '../../lib/transport/frame.ts'
import type { Incoming, Transport } from '../../lib/transport/transport.ts'
import {
  audienceOf,
  brokenOutgoing,
  eventOf,
  fanOutTo,
  type Opened,
  openConnection,
  outgoing,
  outgoingAnswer,
  outgoingEvent,
  quietHost,
  spiedPair,
} from './connection-fixture.ts'
import { createRecordingLogger } from '../support/recording-logger.ts'

const bye = { code: 4_408, reason: 'heartbeat timeout' }

/** The one thing `ended$` told, before it completed. */
function onlyEnd({ ended }: Opened): object {
  expect(ended).to.have.length(1)
  return Object(ended[0]) as object
}

const nothing = {
  sent: 0,
  sentBytes: 0,
  received: 0,
  dropped: 0,
  conflated: 0,
  lost: 0,
  queued: 0,
  queuedBytes: 0,
}

function offerAll({ offer }: Connection, texts: readonly string[]): void {
  for (const text of texts) offer(outgoingAnswer(text))
}

describe('createConnection', () => {
  describe('what a peer gets', () => {
    it('is the events it subscribed to and is entitled to, and every answer', () => {
      const { connection, peer } = openConnection({ isEntitled: ({ owner }) => owner !== 'bob' })
      connection.offer(outgoingEvent('a.one', 'subscribed'))
      connection.offer(outgoingEvent('b.one', 'not subscribed'))
      connection.offer(outgoingEvent('a.two', 'not entitled', { owner: 'bob' }))
      connection.offer(outgoingEvent('a.two', 'entitled', { owner: 'alice' }))
      connection.offer(outgoingAnswer('an answer'))
      expect(peer.received).to.deep.equal(['subscribed', 'entitled', 'an answer'])
      expect(connection.counts()).to.include({ sent: 3, dropped: 0 })
    })

    it('is not an event that is shown to no client', () => {
      const { connection, peer } = openConnection()
      connection.offer(outgoing({ event: eventOf('a.one'), label: 'a.one' }))
      expect(peer.received).to.deep.equal([])
      expect(connection.counts()).to.include({ sent: 0, dropped: 0, queued: 0 })
    })

    it('costs no frame where the peer does not want it', () => {
      const { connection, ended } = openConnection({ isEntitled: ({ type }) => type !== 'a.two' })
      for (const type of ['b.one', 'a.two']) {
        const frame = brokenOutgoing(new Error('a frame was made'))
        connection.offer(Object.defineProperty(frame, 'event', { value: eventOf(type) }))
      }
      expect(ended).to.deep.equal([])
    })

    it('is what was offered before it began to listen, too: the welcome', () => {
      const { connection, peer } = openConnection({ isStarted: false })
      connection.offer(outgoingAnswer('welcome'))
      connection.start()
      expect(peer.received).to.deep.equal(['welcome'])
    })

    it('comes in the order of the offers, answers and events alike, however the peer reads', () => {
      const step = fc.record({
        does: fc.constantFrom('answer', 'event', 'unwanted', 'stall', 'resume'),
        index: fc.nat(),
      })
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const { connection, peer } = openConnection()
          const wanted: string[] = []
          for (const [index, { does }] of steps.entries()) {
            const text = `${does} ${index}`
            if (does === 'stall') peer.stall()
            if (does === 'resume') peer.resume()
            if (does === 'answer') connection.offer(outgoingAnswer(text))
            if (does === 'event') connection.offer(outgoingEvent('a.one', text))
            if (does === 'unwanted') connection.offer(outgoingEvent('b.one', text))
            if (does === 'answer' || does === 'event') wanted.push(text)
            expect(peer.received).to.deep.equal(wanted.slice(0, peer.received.length))
          }
          peer.resume()
          expect(peer.received).to.deep.equal(wanted)
          expect(connection.counts()).to.include({ sent: wanted.length, queued: 0, queuedBytes: 0, dropped: 0 })
        }),
      )
    })

    for (const isStalled of [false, true]) {
      it(`changes exactly between two offers${isStalled ? ', also while the peer does not read' : ''}`, () => {
        const { connection, peer } = openConnection()
        if (isStalled) peer.stall()
        connection.offer(outgoingEvent('a.one', 'old 1'))
        connection.offer(outgoingEvent('b.one', 'new 1'))
        const change = { mode: 'replace', types: new Set(['b.one']) } as const
        connection.join(audienceOf(changeSubscription(connection.audience().subscription, change)))
        connection.offer(outgoingAnswer('subscribed'))
        connection.offer(outgoingEvent('a.one', 'old 2'))
        connection.offer(outgoingEvent('b.one', 'new 2'))
        peer.resume()
        expect(peer.received).to.deep.equal(['old 1', 'subscribed', 'new 2'])
        expect([...connection.audience().subscription.types]).to.deep.equal(['b.one'])
      })
    }
  })

  describe('in virtual time', () => {
    /** What a connection writes to a socket whose readiness is `writable$`, and its close as `Z`. */
    const written = (
      offered$: Observable<string>,
      writable$: Observable<boolean>,
      options: Pick<ConnectionOptions, 'scheduler'> & Partial<ConnectionOptions>,
      incoming$: Observable<Incoming> = NEVER,
    ): Observable<string> =>
      new Observable((subscriber) => {
        const transport: Transport = {
          incoming$,
          writable$,
          write: ({ payload }) => subscriber.next(payload.toString('utf8')),
          ping: () => undefined,
          close: (code) => subscriber.next(String(code)),
          terminate: () => subscriber.next('terminated'),
        }
        const connection = createConnection({
          id: 'c1',
          transport,
          audience: audienceOf(createSubscription([], undefined)),
          queue: { maxMessages: 3, maxBytes: 1_000, policy: 'disconnect' },
          logger: silentLogger,
          host: quietHost,
          ...options,
        })
        connection.open()
        connection.start()
        return offered$.subscribe({
          next: (text) => connection.offer(outgoingAnswer(text)),
          complete: () => connection.finish({ code: 1_001, reason: 'bye' }),
        })
      })
    const flags = { t: true, f: false }
    const marks = { Z: '4413', N: '1001', E: '1011', B: '1003', T: 'terminated' }

    it('flows, holds and drains as the socket does', () => {
      runMarbles(({ hot, cold, expectObservable }, scheduler) => {
        const offered = hot('  -a-b-c-d------e-')
        const writable = cold('t-f-----t-------', flags)
        const expected = '     -a------(bcd)-e-'
        expectObservable(written(offered, writable, { scheduler })).toBe(expected)
      })
    })

    it('closes a slow peer with 4413 at the message beyond the queue, and cuts it 3 s later', () => {
      runMarbles(({ hot, cold, expectObservable }, scheduler) => {
        const offered = hot('  -a-b-c-d-e-f')
        const writable = cold('t-f---------', flags)
        const expected = '     -a-------Z 2999ms T'
        expectObservable(written(offered, writable, { scheduler })).toBe(expected, { a: 'a', ...marks })
      })
    })

    it('bounds the queue in bytes too, and takes one message into an empty queue however large', () => {
      runMarbles(({ hot, cold, expectObservable }, scheduler) => {
        const values = { a: 'a'.repeat(50), b: 'b' }
        const offered = hot('  -a--b-a', values)
        const writable = cold('f-tf-t-', flags)
        const expected = '     --a--ba'
        const queue = { maxMessages: 9, maxBytes: 10, policy: 'disconnect' as const }
        expectObservable(written(offered, writable, { scheduler, queue })).toBe(expected, values)
        const overflowing = hot('-a--b-', values)
        expectObservable(written(overflowing, cold('f', flags), { scheduler, queue })).toBe('----Z 2999ms T', marks)
      })
    })

    it('finishes when what waits has been written, and not before', () => {
      runMarbles(({ hot, cold, expectObservable }, scheduler) => {
        const offered = hot('  -a-b-|')
        const writable = cold('t-f------t', flags)
        const expected = '     -a-------(bN) 2996ms T'
        expectObservable(written(offered, writable, { scheduler })).toBe(expected, { a: 'a', b: 'b', ...marks })
      })
    })

    it('finishes at once where nothing waits', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const offered = hot('  -a-|')
        const expected = '     -a-N 2999ms T'
        const writable = concat(of(true), NEVER)
        expectObservable(written(offered, writable, { scheduler })).toBe(expected, { a: 'a', ...marks })
      })
    })

    it('ends with 1011 when the socket cannot say whether it takes more', () => {
      runMarbles(({ hot, cold, expectObservable }, scheduler) => {
        const offered = hot('  -a-b-c')
        const writable = cold('t---#', flags)
        const expected = '     -a-bE 2999ms T'
        expectObservable(written(offered, writable, { scheduler })).toBe(expected, { a: 'a', b: 'b', ...marks })
      })
    })

    it('ends a peer that sends binary with 1003, in the turn it does', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const offered = hot('  -a-b-c')
        const incoming = hot<Incoming>('----x', { x: { _tag: 'Binary' } })
        const expected = '     -a-bB 2999ms T'
        const writable = concat(of(true), NEVER)
        expectObservable(written(offered, writable, { scheduler }, incoming)).toBe(expected, {
          a: 'a',
          b: 'b',
          ...marks,
        })
      })
    })

    it('does not cut a peer that answers the close in time', () => {
      runMarbles(({ hot, expectObservable }, scheduler) => {
        const offered = hot('  -a-|')
        const closed: Incoming = { _tag: 'Closed', code: 1_001, reason: '' }
        const incoming = hot<Incoming>('--- 2s x', { x: closed })
        const expected = '     -a-N'
        const writable = concat(of(true), NEVER)
        expectObservable(written(offered, writable, { scheduler }, incoming)).toBe(expected, { a: 'a', ...marks })
      })
    })
  })

  describe('counts', () => {
    it('what waits, in messages and in bytes as they go over the wire', () => {
      const { connection, peer } = openConnection()
      peer.stall()
      offerAll(connection, ['abc', 'x'.repeat(200)])
      expect(connection.counts()).to.include({ sent: 0, queued: 2, queuedBytes: 5 + 204 })
      peer.resume()
      expect(connection.counts()).to.include({ sent: 2, sentBytes: 5 + 204, queued: 0, queuedBytes: 0 })
    })

    it('what is handed to the socket, each told to onSent after it was', () => {
      const seen: unknown[] = []
      const pair = spiedPair()
      const { connection } = openConnection({
        pair,
        host: { onSent: ({ first, bytes }) => seen.push([first.label, bytes, pair.peer.received.length]) },
      })
      connection.offer(outgoingEvent('a.one', 'abc'))
      connection.offer(outgoingAnswer('d'))
      expect(seen).to.deep.equal([
        ['a.one', 5, 1],
        ['answer', 3, 2],
      ])
    })

    it('texts that arrive, each told to onText with its size', () => {
      const heard: unknown[] = []
      const { connection, peer } = openConnection({ host: { onText: (text, bytes) => heard.push([text, bytes]) } })
      for (const text of ['abc', '✓']) peer.send(text)
      expect(heard).to.deep.equal([
        ['abc', 3],
        ['✓', 3],
      ])
      expect(connection.counts().received).to.equal(2)
    })

    it('as dropped, what overflowed and all that waited', () => {
      const opened = openConnection({ queue: { maxMessages: 2, maxBytes: 1_000, policy: 'disconnect' } })
      opened.connection.offer(outgoingAnswer('sent'))
      opened.peer.stall()
      offerAll(opened.connection, ['1', '2', '3', 'after the end'])
      const counts = { ...nothing, sent: 1, sentBytes: 6, dropped: 3 }
      expect(onlyEnd(opened)).to.deep.equal({ code: 4_413, reason: 'too slow', durationMs: 0, ...counts })
      expect(opened.peer.closed()).to.deep.equal({ code: 4_413, reason: 'too slow' })
      expect(opened.connection.counts()).to.deep.equal(counts)
      opened.peer.resume()
      expect(opened.peer.received).to.deep.equal(['sent'])
    })

    it('as dropped no more than was lost, where a burst that its own frames cause overflows', () => {
      const pair = spiedPair()
      const opened = openConnection({
        pair,
        queue: { maxMessages: 2, maxBytes: 1_000, policy: 'disconnect' },
        host: {
          onSent: ({ first }) => {
            if (first.label !== 'a.one') return
            offerAll(opened.connection, ['1', '2', '3'])
            pair.peer.stall()
          },
        },
      })
      opened.connection.offer(outgoingEvent('a.one'))
      expect(onlyEnd(opened)).to.include({ code: 4_413, sent: 1, dropped: 3, queued: 0 })
    })

    it('when the peer was last seen and last sent something', async () => {
      const time = createTestTime()
      const { connection, peer } = openConnection({ scheduler: time.scheduler })
      await time.advance(10)
      expect([connection.lastSeenMs(), connection.lastSentMs()]).to.deep.equal([0, 0])
      offerAll(connection, ['a'])
      await time.advance(10)
      peer.send('b')
      expect([connection.lastSeenMs(), connection.lastSentMs()]).to.deep.equal([20, 10])
      await time.advance(10)
      connection.ping()
      expect([peer.pings(), connection.lastSeenMs(), connection.lastSentMs()]).to.deep.equal([1, 30, 10])
    })
  })

  describe('ends', () => {
    it('now, with what waits dropped and counted', async () => {
      const time = createTestTime()
      const opened = openConnection({ scheduler: time.scheduler })
      opened.peer.send('hello')
      opened.connection.offer(outgoingAnswer('sent'))
      opened.peer.stall()
      offerAll(opened.connection, ['1', '2'])
      await time.advance(1_500)
      opened.connection.end(bye)
      const counts = { ...nothing, sent: 1, sentBytes: 6, received: 1, dropped: 2 }
      expect(onlyEnd(opened)).to.deep.equal({ ...bye, durationMs: 1_500, ...counts })
      expect(opened.peer.closed()).to.deep.equal(bye)
      opened.peer.resume()
      expect(opened.peer.received).to.deep.equal(['sent'])
    })

    it('once: the first decides', () => {
      const ways: Readonly<Record<string, (opened: Opened) => void>> = {
        end: ({ connection }) => connection.end({ code: 1_000, reason: 'later' }),
        finish: ({ connection }) => connection.finish({ code: 1_001, reason: 'later' }),
        'an offer': ({ connection }) => offerAll(connection, ['late']),
        'a broken offer': ({ connection }) => connection.offer(brokenOutgoing(new Error('late'))),
        'a text': ({ peer }) => peer.send('late'),
        binary: ({ peer }) => peer.sendBinary(),
        'the close of the peer': ({ peer }) => peer.close(4_000, 'later'),
      }
      for (const [way, then] of Object.entries(ways)) {
        const pair = spiedPair()
        pair.peer.answerClose(false)
        const opened = openConnection({ pair })
        opened.connection.end(bye)
        then(opened)
        expect(onlyEnd(opened), way).to.include(bye)
        expect(opened.peer.closed(), way).to.deep.equal(bye)
        expect([opened.texts, opened.peer.received], way).to.deep.equal([[], []])
      }
    })

    it('as the peer closed, with what waited dropped; its words are made safe to print', () => {
      const opened = openConnection()
      opened.peer.stall()
      offerAll(opened.connection, ['1', '2'])
      opened.peer.close(4_000, 'bye\n{"level":"error"}')
      expect(onlyEnd(opened)).to.include({ code: 4_000, reason: 'bye\\u000a{"level":"error"}', dropped: 2 })
      expect(opened.peer.closed()).to.equal(undefined)
      expect(opened.isGone()).to.equal(true)
    })

    it('with what waits written first when it is finished, and takes no more offers', () => {
      const opened = openConnection()
      opened.peer.stall()
      offerAll(opened.connection, ['1', '2'])
      opened.connection.finish({ code: 1_001, reason: 'bye' })
      offerAll(opened.connection, ['late'])
      expect([opened.ended, opened.connection.state()]).to.deep.equal([[], 'connected'])
      opened.peer.resume()
      expect(opened.peer.received).to.deep.equal(['1', '2'])
      expect(onlyEnd(opened)).to.include({ code: 1_001, reason: 'bye', sent: 2, dropped: 0 })
    })

    it('at once when a finish takes too long', () => {
      const opened = openConnection()
      opened.peer.stall()
      offerAll(opened.connection, ['1', '2'])
      opened.connection.finish({ code: 1_001, reason: 'bye' })
      opened.connection.end(bye)
      opened.peer.resume()
      expect(opened.peer.received).to.deep.equal([])
      expect(onlyEnd(opened)).to.include({ ...bye, sent: 0, dropped: 2 })
    })

    it('with 1003 for a binary frame, which is no text', () => {
      const opened = openConnection()
      opened.peer.sendBinary()
      opened.peer.send('late')
      expect(onlyEnd(opened)).to.include({ code: 1_003 })
      expect(opened.peer.closed()).to.include({ code: 1_003 })
      expect(opened.texts).to.deep.equal([])
    })

    it('with the code of a fault of the protocol', () => {
      const incoming$ = new Subject<Incoming>()
      const opened = openConnection({ pair: spiedPair(() => ({ incoming$ })) })
      incoming$.next({ _tag: 'Fault', code: 1_009, error: new Error('too big') })
      expect(onlyEnd(opened)).to.include({ code: 1_009, reason: 'protocol error' })
      expect(opened.connection.state()).to.equal('error')
      incoming$.next({ _tag: 'Closed', code: 1_006, reason: '' })
      expect([opened.connection.state(), opened.isGone()]).to.deep.equal(['disconnected', true])
    })

    it('are decided before the socket is gone', () => {
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const opened = openConnection({ pair })
      opened.connection.end(bye)
      expect(onlyEnd(opened)).to.include(bye)
      expect([opened.connection.state(), opened.isGone()]).to.deep.equal(['disconnecting', false])
      pair.peer.close(4_408)
      expect([opened.connection.state(), opened.isGone()]).to.deep.equal(['disconnected', true])
    })

    it('by force 3 s after a close that the peer never answers (THREATS T25)', async () => {
      const time = createTestTime()
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const opened = openConnection({ pair, scheduler: time.scheduler })
      opened.connection.end(bye)
      await time.advance(2_999)
      expect([opened.terminations(), opened.isGone()]).to.deep.equal([0, false])
      await time.advance(1)
      expect([opened.terminations(), opened.isGone(), opened.connection.state()]).to.deep.equal([
        1,
        true,
        'disconnected',
      ])
      expect(onlyEnd(opened)).to.include(bye)
    })

    it('without force where the peer answers', async () => {
      const time = createTestTime()
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const opened = openConnection({ pair, scheduler: time.scheduler })
      opened.connection.end(bye)
      await time.advance(2_000)
      pair.peer.close(4_408)
      await time.advance(60_000)
      expect(opened.terminations()).to.equal(0)
    })

    it('before it began to listen: it still hears when the socket is gone', async () => {
      const time = createTestTime()
      const opened = openConnection({ isStarted: false, scheduler: time.scheduler })
      opened.connection.end(bye)
      opened.connection.start()
      expect([opened.connection.state(), opened.isGone()]).to.deep.equal(['disconnected', true])
      expect(onlyEnd(opened)).to.include(bye)
      await time.advance(10_000)
      expect(opened.terminations()).to.equal(0)
    })

    it('before it began to listen: it does not come back to life', () => {
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const opened = openConnection({ isStarted: false, pair })
      opened.connection.end(bye)
      opened.connection.start()
      pair.peer.send('late')
      expect([opened.connection.state(), opened.texts]).to.deep.equal(['disconnecting', []])
    })
  })

  describe('state', () => {
    it('goes from connecting over connected and disconnecting to disconnected', () => {
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const { connection } = openConnection({ pair, isStarted: false })
      const states = [connection.state()]
      connection.start()
      states.push(connection.state())
      connection.end(bye)
      states.push(connection.state())
      pair.peer.close(4_408)
      states.push(connection.state())
      expect(states).to.deep.equal(['connecting', 'connected', 'disconnecting', 'disconnected'])
    })

    it('is error from a fault until the socket is gone', () => {
      const pair = spiedPair()
      pair.peer.answerClose(false)
      const { connection } = openConnection({ pair })
      connection.offer(brokenOutgoing(new Error('broken')))
      expect(connection.state()).to.equal('error')
      connection.start()
      connection.end(bye)
      expect(connection.state()).to.equal('error')
      pair.peer.close(1_011)
      expect(connection.state()).to.equal('disconnected')
    })

    it('does not change by another start: nothing is heard twice', () => {
      const { connection, peer, texts } = openConnection()
      connection.start()
      peer.send('once')
      expect(texts).to.deep.equal(['once'])
      expect(connection.counts().received).to.equal(1)
    })
  })

  describe('a fault ends only the connection it is in, with 1011 (SEMANTICS P9):', () => {
    const error = new Error('secret details')
    const fail = (): never => {
      throw error
    }
    const faults: Readonly<Record<string, () => Opened>> = {
      'the entitlement throws': () => openConnection({ isEntitled: fail }),
      'the subscription throws': () =>
        openConnection({ subscription: { types: new Set(), filter: undefined, accepts: fail } }),
      'the socket throws': () => openConnection({ pair: spiedPair(() => ({ write: fail })) }),
      'what is told of frames throws': () => openConnection({ host: { onSent: fail } }),
      'the socket cannot say whether it takes more': () =>
        openConnection({ pair: spiedPair(() => ({ writable$: throwError(() => error) })) }),
    }

    for (const [what, open] of Object.entries(faults)) {
      it(what, () => {
        const [before, faulty, after] = [openConnection(), open(), openConnection()]
        const offered = fanOutTo([before.connection, faulty.connection, after.connection])
        for (const text of ['1', '2']) offered.next(outgoingEvent('a.one', text))
        expect(onlyEnd(faulty)).to.include({ code: 1_011, reason: 'internal error' })
        expect(faulty.peer.closed()).to.deep.equal({ code: 1_011, reason: 'internal error' })
        for (const { peer, ended } of [before, after]) expect([peer.received, ended]).to.deep.equal([['1', '2'], []])
      })
    }

    it('a frame cannot be made', () => {
      const [other, faulty] = [openConnection(), openConnection()]
      offerAll(faulty.connection, ['sent'])
      faulty.connection.offer(brokenOutgoing(error))
      offerAll(other.connection, ['1'])
      expect(onlyEnd(faulty)).to.include({ code: 1_011, reason: 'internal error', sent: 1 })
      expect([other.peer.received, other.ended]).to.deep.equal([['1'], []])
    })

    it('what hears its texts throws', () => {
      const [other, faulty] = [openConnection(), openConnection({ host: { onText: fail } })]
      for (const { peer } of [faulty, other]) peer.send('a')
      expect(onlyEnd(faulty)).to.include({ code: 1_011 })
      expect(faulty.isGone()).to.equal(true)
      expect([other.texts, other.ended]).to.deep.equal([['a'], []])
    })

    it('is logged with its details, which the peer is not told', () => {
      const { logger, lines } = createRecordingLogger()
      const { connection, peer } = openConnection({ logger })
      connection.offer(brokenOutgoing(error))
      const warning = lines.find(({ level }) => level === 'warn')
      expect(warning?.fields).to.deep.equal({ connectionId: 'c1', err: error, code: 1_011 })
      expect(JSON.stringify([peer.closed(), peer.received])).not.to.include('secret')
    })
  })

  describe('log', () => {
    it('has a debug line with its time for every message in and out, cut at 256, controls escaped (THREATS T21)', () => {
      const { logger, lines } = createRecordingLogger()
      const { connection, peer } = openConnection({ logger })
      peer.send('in\r\n\u001b[31m{"level":50}')
      connection.offer(outgoingEvent('a.one', `out\u2028${'x'.repeat(300)}`))
      connection.offer(outgoingAnswer('answered'))
      const told = lines.map(({ level, message, fields: { at, ...fields } }) => {
        expect(at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        return { level, message, fields }
      })
      expect(told).to.deep.equal([
        {
          level: 'debug',
          message: 'message in',
          fields: { connectionId: 'c1', text: 'in\\u000d\\u000a\\u001b[31m{"level":50}' },
        },
        {
          level: 'debug',
          message: 'message out',
          fields: { connectionId: 'c1', label: 'a.one', text: `out\\u2028${'x'.repeat(252)}…` },
        },
        {
          level: 'debug',
          message: 'message out',
          fields: { connectionId: 'c1', label: 'answer', text: 'answered' },
        },
      ])
    })

    it('has lengths instead of words where the host says so', () => {
      const { logger, lines } = createRecordingLogger()
      const { connection, peer } = openConnection({ logger, host: { showsTexts: () => false } })
      peer.send('hunter2')
      connection.offer(outgoingAnswer('hunter2 it is'))
      expect(JSON.stringify(lines)).to.not.contain('hunter2')
      expect(lines.map(({ fields }) => fields['characters'])).to.deep.equal([7, 13])
    })

    it('does no work for debug lines that nobody reads', () => {
      const { logger, lines } = createRecordingLogger()
      const quiet = { ...logger, isLevelEnabled: (level: string) => level !== 'debug' }
      const pair = spiedPair(() => ({ write: () => undefined }))
      const { connection, peer, texts } = openConnection({ logger: quiet, pair })
      let reads = 0
      const frame = createFrame('abc')
      frame.payload.toString = () => {
        reads += 1
        return ''
      }
      connection.offer(outgoing({ label: 'answer', frame }))
      peer.send('abc')
      expect([reads, lines, texts, connection.counts().sent]).to.deep.equal([0, [], ['abc'], 1])
    })

    it('says once how the connection ended', () => {
      const { logger, lines } = createRecordingLogger()
      const { connection } = openConnection({ logger })
      connection.end(bye)
      connection.end(bye)
      const ends = lines.filter(({ message }) => message === 'a connection ends')
      expect(ends).to.have.length(1)
      expect(ends[0]?.fields).to.include({ connectionId: 'c1', ...bye, dropped: 0, durationMs: 0 })
    })
  })

  it('offers to itself while it writes: what is caused comes after its cause', () => {
    const order: string[] = []
    const { connection, peer } = openConnection({
      host: {
        onSent: ({ first }) => {
          if (first.label === 'a.one') offerAll(connection, ['caused'])
          order.push(first.label)
        },
      },
    })
    const offers: Observable<Outgoing> = merge(of(outgoingEvent('a.one')), of(outgoingEvent('a.two')))
    offers.pipe(tap(connection.offer)).subscribe()
    expect(peer.received).to.deep.equal(['a.one', 'caused', 'a.two'])
    expect(order).to.deep.equal(['a.one', 'answer', 'a.two'])
  })
})
