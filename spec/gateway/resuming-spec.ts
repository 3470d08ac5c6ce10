import { expect } from 'chai'
import type { Connection } from '../../lib/connection/connection.ts'
import type { ReplaySource } from '../../lib/connection/replay.ts'
import type { Position } from '../../lib/event/event.ts'
import type { ClientSession } from '../../lib/gateway/client-session.ts'
import { createResuming } from '../../lib/gateway/resuming.ts'
import type { ResetReason } from '../../lib/protocol/message-types.ts'
import type { ServerMessage } from '../../lib/protocol/server-payloads.ts'
import { createDeferred, type Deferred } from '../support/waiting.ts'

type Check = ResetReason | undefined | Promise<ResetReason | undefined>

const source = {} as ReplaySource
const place = { epoch: 'e', seq: 3, idPrefix: undefined }

/** Resuming whose checks answer as a spec says, and what was done, in order. */
function createBench(...checks: readonly Check[]) {
  const did: string[] = []
  const left = [...checks]
  let position: Position = { epoch: 'e', seq: 9 }
  let rests = 0
  const replays = {
    ...source,
    rest: () => {
      rests += 1
    },
  }
  const resuming = createResuming({
    history: { check: () => left.shift(), read: () => expect.fail('it read') },
    position: () => position,
    replays,
  })

  /** A session of which only its connection's part in a replay is there. */
  const session = (name: string, { isOver = false } = {}) => {
    const note = (text: string): void => void did.push(`${name}: ${text}`)
    let replayPosition: Position | undefined
    let isHeld = false
    const connection = {
      hold: (from: Position, given: unknown) => {
        expect(given).to.equal(replays)
        note(`hold at ${from.seq}`)
        if (!isOver) replayPosition = from
        return !isOver
      },
      replay: () => note('replay'),
      goLive: () => {
        note('live')
        replayPosition = undefined
      },
      replayPosition: () => replayPosition,
      isReplayHeld: () => isHeld,
      fail: (error: Error) => note(`failed: ${error.message}`),
    }
    const one = {
      connection: connection as unknown as Connection,
      answer: ({ type, payload }: ServerMessage) => note(`${type} ${JSON.stringify(payload)}`),
    } as ClientSession
    return {
      one,
      come: (since: typeof place = place) => resuming.from(one, since, ({ epoch, seq }) => note(`at ${epoch}:${seq}`)),
      setHeld: (held: boolean) => {
        isHeld = held
      },
    }
  }

  return {
    resuming,
    did,
    rests: () => rests,
    session,
    moveTo: (next: Position) => {
      position = next
    },
  }
}

async function settle(): Promise<void> {
  for (let tick = 0; tick < 5; tick += 1) await Promise.resolve()
}

const resumed = ['a: hold at 3', 'a: at e:3', 'a: resumed {"epoch":"e","from":3}', 'a: replay']
const resetTo = (reason: string, epoch = 'e', seq = 9): readonly string[] => [
  'a: live',
  `a: reset ${JSON.stringify({ reason, epoch, seq })}`,
]

describe('createResuming', () => {
  it('holds, introduces, tells and replays, in this order: nothing new may come between', () => {
    const { did, session } = createBench(undefined)
    session('a').come()
    expect(did).to.deep.equal(resumed)
  })

  it('introduces, goes live and resets where it cannot go on, at the position where everybody is', () => {
    const { did, session, rests } = createBench('too_old')
    session('a').come()
    expect(did).to.deep.equal(['a: hold at 9', 'a: at e:9', ...resetTo('too_old')])
    expect(rests()).to.equal(0)
  })

  describe('where the log has to be looked into', () => {
    for (const [found, after] of [
      [undefined, resumed.slice(2)],
      ['mismatch', resetTo('mismatch', 'e', 12)],
    ] as const) {
      it(`holds and introduces at once, and tells later: ${found ?? 'resumed'}`, async () => {
        const { promise, resolve } = createDeferred<ResetReason | undefined>()
        const { did, session, moveTo } = createBench(promise)
        session('a').come()
        await settle()
        expect(did).to.deep.equal(resumed.slice(0, 2))
        moveTo({ epoch: 'e', seq: 12 })
        resolve(found)
        await settle()
        expect(did.slice(2)).to.deep.equal(after)
      })
    }

    it('fails who asked where the log fails', async () => {
      const { did, session } = createBench(Promise.reject(new Error('away')))
      session('a').come()
      await settle()
      expect(did.slice(2)).to.deep.equal(['a: failed: away'])
    })

    const lateAnswers: readonly (readonly [string, (key: Deferred<ResetReason | undefined>) => void])[] = [
      ['resumed', ({ resolve }) => resolve(undefined)],
      ['reset', ({ resolve }) => resolve('mismatch')],
      ['failure', ({ reject }) => reject(new Error('away'))],
    ]
    for (const [what, answer] of lateAnswers) {
      it(`tells nothing late, no ${what}, to who has left or has asked for something else since`, async () => {
        const [first, second] = [createDeferred<ResetReason | undefined>(), createDeferred<ResetReason | undefined>()]
        const { did, session, resuming } = createBench(first.promise, second.promise, undefined, 'too_old')
        const [a, b] = [session('a'), session('b')]
        a.come()
        b.come()
        resuming.ended(b.one)
        a.come({ ...place, seq: 5 })
        const before = [...did]
        answer(first)
        answer(second)
        await settle()
        expect(did).to.deep.equal(before)
        expect(did.slice(4)).to.deep.equal([
          'a: hold at 5',
          'a: at e:5',
          'a: resumed {"epoch":"e","from":5}',
          'a: replay',
        ])
      })
    }

    it('lets a reset that is known at once stand for an answer that is not', async () => {
      const { promise, resolve } = createDeferred<ResetReason | undefined>()
      const { did, session } = createBench(promise, 'ahead')
      const a = session('a')
      a.come()
      a.come()
      resolve(undefined)
      await settle()
      expect(did.slice(2)).to.deep.equal(['a: hold at 9', 'a: at e:9', ...resetTo('ahead')])
    })

    it('keeps nothing of who ended when it was to be held', async () => {
      const { did, session, resuming } = createBench(Promise.resolve('mismatch'))
      const gone = session('a', { isOver: true })
      gone.setHeld(true)
      gone.come()
      await settle()
      expect(did).to.deep.equal(['a: hold at 3', 'a: at e:3'])
      expect([...resuming.held()]).to.deep.equal([])
    })
  })

  it('names those whose peers keep them from catching up, and nobody who is through', () => {
    const { resuming, session } = createBench(undefined, undefined, undefined)
    const all = [session('a'), session('b'), session('c')] as const
    for (const one of all) one.come()
    all[0].setHeld(true)
    all[2].setHeld(true)
    expect([...resuming.held()]).to.deep.equal([all[0].one.connection, all[2].one.connection])
    resuming.ended(all[0].one)
    expect([...resuming.held()]).to.deep.equal([all[2].one.connection])
  })

  it('lets the replays rest when the last one is through, and only then', () => {
    const { resuming, session, rests } = createBench(undefined, undefined)
    const [a, b] = [session('a'), session('b')]
    resuming.ended(a.one)
    a.come()
    b.come()
    resuming.ended(a.one)
    resuming.ended(a.one)
    expect(rests()).to.equal(0)
    resuming.ended(b.one)
    expect(rests()).to.equal(1)
    resuming.ended(b.one)
    expect(rests()).to.equal(1)
  })

  it('tells those who are live of another life of the stream; who still replays finds out by itself', () => {
    const { resuming, did, session } = createBench(undefined)
    const [a, b] = [session('a'), session('b')]
    b.come()
    did.length = 0
    resuming.restart([a.one, b.one], { epoch: 'f', seq: 0 })
    expect(did).to.deep.equal(['a: reset {"reason":"epoch_changed","epoch":"f","seq":0}'])
  })
})
