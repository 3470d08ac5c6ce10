import { expect } from 'chai'
import { TestScheduler } from 'rxjs/testing'
import { ConnectionError } from '../../../examples/client/connection-error.ts'
import type { Frame } from '../../../examples/client/frame.ts'
import { silenceOf } from '../../../examples/client/silence.ts'

const welcome = (heartbeatIntervalMs: unknown): Frame => ({
  type: 'chatMessage',
  payload: { metadata: { heartbeatIntervalMs } },
})
const frames = { w: welcome(30_000), q: welcome(10), s: welcome('soon'), f: { type: 'heartbeat', payload: {} } }

const after = (seconds: number): ConnectionError =>
  new ConnectionError(`lost the connection to ws://x: not a word for ${seconds} s`)

describe('the silence of a server', () => {
  for (const [name, marbles, expected, subs, seconds] of [
    ['of 10 s at the beginning ends the connection', '-', '10s #', '^ 9999ms !', 10],
    ['of three of its intervals ends the connection', '5s w', '5s 90s #', '^ 94999ms !', 90],
    ['is counted from its last frame', 'w 60s f', '1ms 60s 90s #', '^ 150000ms !', 90],
    ['of less than 10 s is never too long', 'q', '10s #', '^ 9999ms !', 10],
    ['is measured as at the beginning where the welcome makes no sense', 's', '10s #', '^ 9999ms !', 10],
  ] as const) {
    it(name, () => {
      const scheduler = new TestScheduler((actual, wanted) => {
        expect(actual).to.deep.equal(wanted)
      })
      scheduler.run(({ hot, expectObservable, expectSubscriptions }) => {
        const frame$ = hot(marbles, frames)
        expectObservable(silenceOf(frame$, 'ws://x')).toBe(expected, undefined, after(seconds))
        expectSubscriptions(frame$.subscriptions).toBe(subs)
      })
    })
  }
})
