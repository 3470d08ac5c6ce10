import { expect } from 'chai'
import { OptionError } from '../../lib/base/options.ts'
import {
  checkQueueOptions,
  type ConnectionQueueOptions,
  createLimitsFor,
  type Overflow,
  type QueueOptions,
  type QueueOwner,
  waterMarksOf,
} from '../../lib/gateway/queue-options.ts'
import type { OverflowPolicy } from '../../lib/operators/overflow-queue.ts'
import { thrownBy } from '../base/thrown.ts'
import { outgoingAnswer, outgoingEvent } from '../connection/connection-fixture.ts'

const owner: QueueOwner = {
  connectionId: 'c1',
  principal: { id: 'alice' },
  remoteAddress: '127.0.0.1',
  path: '/ws',
}

/** Options as a host without types may give them. */
const untyped = (options: unknown): never => options as never

/** Limits for `owner`, and all that was reported. */
function limitsWith(
  queue: ConnectionQueueOptions,
  queueFor?: (whose: QueueOwner) => ConnectionQueueOptions | undefined,
) {
  const errors: unknown[] = []
  const limits = createLimitsFor(queue, queueFor, (error) => errors.push(error))(owner)
  return { limits, errors }
}

/** What the policy of some limits says of what arrives. */
function answerOf(policy: ReturnType<typeof limitsWith>['limits']['policy'], text = 'x'): OverflowPolicy {
  return typeof policy === 'function' ? policy(outgoingEvent('a.one', text)) : policy
}

describe('checkQueueOptions', () => {
  it('takes options that obey, and absent ones', () => {
    checkQueueOptions({})
    checkQueueOptions({
      maxMessages: 1,
      maxBytes: 1,
      policy: () => 'conflate',
      maxTotalBytes: 1,
      highWaterMarkBytes: 0,
      lowWaterMarkBytes: 0,
      stallTimeoutMs: 1,
    })
    for (const policy of ['disconnect', 'dropOldest', 'dropNewest', 'conflate'] as const) checkQueueOptions({ policy })
  })

  const wrong: Readonly<Record<keyof QueueOptions, readonly unknown[]>> = {
    maxMessages: [0, -1, 1.5, '10', Number.NaN, Number.POSITIVE_INFINITY, null],
    maxBytes: [0, -1, 1.5, '10', Number.POSITIVE_INFINITY],
    policy: ['drop', 'DropOldest', '', 7, null, ['dropOldest']],
    maxTotalBytes: [0, -1, '1'],
    highWaterMarkBytes: [-1, 0.5, '1', Number.NaN],
    lowWaterMarkBytes: [-1, 0.5, '1', 64 * 1024 + 1],
    stallTimeoutMs: [0, -1, '10', 2 ** 31, Number.POSITIVE_INFINITY],
  }
  for (const [option, values] of Object.entries(wrong)) {
    it(`names ${option} where it is wrong`, () => {
      for (const value of values) {
        const error = thrownBy(OptionError, () => checkQueueOptions(untyped({ [option]: value })))
        expect(error.option).to.equal(option)
        expect(error.message).to.include('createGateway: queue')
      }
    })
  }

  it('refuses a name it does not know', () => {
    expect(thrownBy(OptionError, () => checkQueueOptions(untyped({ maxMesages: 5 }))).option).to.equal('maxMesages')
  })

  it('refuses marks that are the wrong way round, also where one of them is a default', () => {
    for (const marks of [{ highWaterMarkBytes: 10, lowWaterMarkBytes: 11 }, { lowWaterMarkBytes: 65_537 }]) {
      expect(thrownBy(OptionError, () => checkQueueOptions(marks)).option).to.equal('lowWaterMarkBytes')
    }
    checkQueueOptions({ highWaterMarkBytes: 10, lowWaterMarkBytes: 10 })
    checkQueueOptions({ lowWaterMarkBytes: 65_536 })
  })
})

describe('waterMarksOf', () => {
  it('is 64 KiB and a quarter of it, unless said otherwise', () => {
    expect(waterMarksOf({})).to.deep.equal({ highWaterMarkBytes: 65_536, lowWaterMarkBytes: 16_384 })
    expect(waterMarksOf({ highWaterMarkBytes: 10 })).to.deep.equal({ highWaterMarkBytes: 10, lowWaterMarkBytes: 2 })
    expect(waterMarksOf({ highWaterMarkBytes: 0 })).to.deep.equal({ highWaterMarkBytes: 0, lowWaterMarkBytes: 0 })
    expect(waterMarksOf({ lowWaterMarkBytes: 0 })).to.deep.equal({ highWaterMarkBytes: 65_536, lowWaterMarkBytes: 0 })
  })
})

describe('createLimitsFor', () => {
  it('has the defaults of the protocol (section 10)', () => {
    const { limits, errors } = limitsWith({})
    expect(limits).to.deep.equal({ maxMessages: 1_000, maxBytes: 1024 * 1024, policy: 'disconnect' })
    expect(errors).to.deep.equal([])
  })

  it("has the gateway's limits where the host says nothing of this connection", () => {
    const queue = { maxMessages: 5, maxBytes: 6, policy: 'dropNewest' as const }
    for (const queueFor of [undefined, () => undefined, () => ({})]) {
      expect(limitsWith(queue, queueFor)).to.deep.equal({ limits: queue, errors: [] })
    }
  })

  it("has the connection's own, each for itself", () => {
    const queue = { maxMessages: 5, maxBytes: 6, policy: 'dropNewest' as const }
    expect(limitsWith(queue, () => ({ maxMessages: 7 })).limits).to.deep.equal({ ...queue, maxMessages: 7 })
    expect(limitsWith(queue, () => ({ maxBytes: 8 })).limits).to.deep.equal({ ...queue, maxBytes: 8 })
    expect(limitsWith(queue, () => ({ policy: 'conflate' })).limits).to.deep.equal({ ...queue, policy: 'conflate' })
  })

  it('asks about each connection, by all that is known of it', () => {
    const asked: QueueOwner[] = []
    const limitsFor = createLimitsFor(
      {},
      (whose) => {
        asked.push(whose)
        return { maxMessages: asked.length }
      },
      () => expect.fail('nothing is wrong'),
    )
    const other = { ...owner, connectionId: 'c2', principal: undefined }
    expect([limitsFor(owner).maxMessages, limitsFor(other).maxMessages]).to.deep.equal([1, 2])
    expect(asked).to.deep.equal([owner, other])
  })

  describe('is as if nothing had been said, and reports it, where the function for a connection', () => {
    const queue = { maxMessages: 5, policy: 'dropOldest' as const }
    const expected = { maxMessages: 5, maxBytes: 1024 * 1024, policy: 'dropOldest' }

    it('throws', () => {
      const error = new Error('from queueFor')
      const failing = (): never => {
        throw error
      }
      expect(limitsWith(queue, failing)).to.deep.equal({ limits: expected, errors: [error] })
    })

    for (const [what, option, answer] of [
      ['a number', 'options', 5],
      ['a text', 'options', 'dropOldest'],
      ['a list', 'options', []],
      ['true', 'options', true],
      ['a wrong bound', 'maxMessages', { maxMessages: 0, maxBytes: 9 }],
      ['an unknown policy', 'policy', { maxBytes: 9, policy: 'drop' }],
      ['an option that is none of a connection', 'maxTotalBytes', { maxTotalBytes: 9 }],
      ['a misspelling', 'maxMesages', { maxMesages: 9 }],
    ] as const) {
      it(`answers ${what}`, () => {
        const { limits, errors } = limitsWith(queue, () => untyped(answer))
        expect(limits).to.deep.equal(expected)
        expect(errors).to.have.length(1)
        expect(errors[0]).to.be.instanceOf(OptionError).and.to.include({ option })
      })
    }

    it('answers a promise, which would be asked too late', () => {
      const { limits, errors } = limitsWith(queue, () => untyped(Promise.resolve({ maxMessages: 9 })))
      expect(limits).to.deep.equal(expected)
      expect(errors).to.have.length(1)
    })
  })

  describe('asks a policy that is a function', () => {
    it('about the event and the connection', () => {
      const asked: Overflow[] = []
      const policy = (overflow: Overflow): OverflowPolicy => {
        asked.push(overflow)
        return 'dropOldest'
      }
      const { limits } = limitsWith({ policy })
      const event = outgoingEvent('a.one', 'x')
      expect(typeof limits.policy === 'function' && limits.policy(event)).to.equal('dropOldest')
      expect(typeof limits.policy === 'function' && limits.policy(outgoingAnswer('x'))).to.equal('dropOldest')
      expect(asked).to.deep.equal([
        { ...owner, event: event.event },
        { ...owner, event: undefined },
      ])
    })

    it("that is the connection's own rather than the gateway's", () => {
      const never = (): never => expect.fail('the gateway was asked')
      const { limits } = limitsWith({ policy: never }, () => ({ policy: () => 'conflate' }))
      expect(answerOf(limits.policy)).to.equal('conflate')
    })

    for (const policy of ['disconnect', 'dropOldest', 'dropNewest', 'conflate'] as const) {
      it(`and takes ${policy} for an answer`, () => {
        const { limits, errors } = limitsWith({ policy: () => policy })
        expect([answerOf(limits.policy), errors]).to.deep.equal([policy, []])
      })
    }

    it('and loses nothing by mistake: one that throws is disconnect, and is reported each time', () => {
      const error = new Error('from the policy')
      const { limits, errors } = limitsWith({
        policy: () => {
          throw error
        },
      })
      expect([answerOf(limits.policy), answerOf(limits.policy)]).to.deep.equal(['disconnect', 'disconnect'])
      expect(errors).to.deep.equal([error, error])
    })

    for (const answer of [undefined, null, 'drop', '', 7, true, ['dropOldest'], Promise.resolve('dropOldest')]) {
      it(`and loses nothing by mistake: ${typeof answer} ${JSON.stringify(answer) ?? ''} is disconnect, and is reported`, () => {
        const { limits, errors } = limitsWith({ policy: () => untyped(answer) })
        expect(answerOf(limits.policy)).to.equal('disconnect')
        expect(errors).to.have.length(1)
        expect(errors[0]).to.be.instanceOf(OptionError).and.to.include({ option: 'policy' })
      })
    }
  })
})
