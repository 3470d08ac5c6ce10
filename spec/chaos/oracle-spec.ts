import { expect } from 'chai'
import { Oracle, type Verdict } from '../../chaos/oracle.ts'
import type { RawConnection, RawFrame } from '../../chaos/raw-client.ts'
import type { PublishedEntry } from '../../chaos/record.ts'

// An oracle that cannot see a fault proves nothing: each kind of it, in frames made by hand.

const published: readonly PublishedEntry[] = Array.from({ length: 6 }, (_, index) => ({
  _tag: 'Published',
  epoch: 'E',
  seq: index + 1,
  id: `id-${index + 1}`,
  type: index % 2 === 0 ? 'task.progress' : 'log.entry',
}))

const welcome = (seq: number): RawFrame => ({ type: 'chatMessage', payload: { metadata: { epoch: 'E', seq } } })
const event = (seq: number, more: Partial<RawFrame> = {}): RawFrame => ({
  type: 'eventStream',
  payload: {},
  id: `id-${seq}`,
  event: seq % 2 === 1 ? 'task.progress' : 'log.entry',
  seq,
  ...more,
})
const told = (type: string, seq: number, more: object = {}): RawFrame => ({
  type,
  payload: { epoch: 'E', seq, ...more },
})
const resumed = (from: number): RawFrame => ({ type: 'resumed', payload: { epoch: 'E', from } })

function connectionOf(since: number | undefined, ...frames: readonly RawFrame[]): RawConnection {
  return {
    since: since === undefined ? undefined : { epoch: 'E', seq: since },
    frames: frames.map((frame) => ({ frame, text: JSON.stringify(frame) })),
  }
}

function judge(
  connections: readonly RawConnection[],
  end?: number,
  wants: (type: string) => boolean = () => true,
): Verdict {
  const witness = { name: 'c', wants, connections }
  return new Oracle(published).judge(witness, end === undefined ? undefined : { epoch: 'E', seq: end })
}

describe('the oracle of the chaos', () => {
  it('finds nothing where nothing is amiss', () => {
    const connections = [
      connectionOf(undefined, welcome(0), event(1), event(2)),
      connectionOf(2, welcome(2), resumed(2), event(3), told('caughtUp', 3), event(4), told('heartbeat', 4)),
      connectionOf(4, welcome(4), told('reset', 5, { reason: 'too_old' }), event(6)),
    ]
    expect(judge(connections, 6)).to.deep.equal({ violations: [], events: 5, resumes: 2, resets: ['too_old'] })
  })

  it('does not ask for what the client did not', () => {
    const connections = [connectionOf(undefined, welcome(0), event(1), event(3), told('heartbeat', 4), event(5))]
    expect(judge(connections, 6, (type) => type === 'task.progress').violations).to.deep.equal([])
  })

  const faults: readonly (readonly [
    what: string,
    kind: string,
    connections: readonly RawConnection[],
    end?: number,
  ])[] = [
    ['an event is left out', 'lost', [connectionOf(undefined, welcome(0), event(1), event(3))]],
    ['the last events never come', 'lost', [connectionOf(undefined, welcome(0), event(1))], 2],
    ['a heartbeat runs ahead of its events', 'lost', [connectionOf(undefined, welcome(0), told('heartbeat', 2))]],
    [
      'caughtUp runs ahead of its events',
      'lost',
      [connectionOf(undefined, welcome(0)), connectionOf(0, welcome(0), resumed(0), told('caughtUp', 1))],
    ],
    ['an event comes twice', 'doubled', [connectionOf(undefined, welcome(0), event(1), event(1))]],
    ['events come in another order', 'doubled', [connectionOf(undefined, welcome(1), event(3), event(2))]],
    [
      'an event comes again after a resume',
      'doubled',
      [connectionOf(undefined, welcome(0), event(1)), connectionOf(1, welcome(1), resumed(1), event(1))],
    ],
    [
      'an event is lost between two connections',
      'lost',
      [connectionOf(undefined, welcome(0), event(1)), connectionOf(1, welcome(1), resumed(1), event(3))],
    ],
    ['an event has another id', 'wrong', [connectionOf(undefined, welcome(0), event(1, { id: 'other' }))]],
    ['an event has another type', 'wrong', [connectionOf(undefined, welcome(0), event(1, { event: 'log.entry' }))]],
    ['an event nobody published', 'wrong', [connectionOf(undefined, welcome(6), event(7))]],
    [
      'a welcome does not come first',
      'protocol',
      [connectionOf(undefined, welcome(0)), connectionOf(0, resumed(0), welcome(0))],
    ],
    [
      'neither resumed nor reset comes first',
      'protocol',
      [connectionOf(undefined, welcome(0)), connectionOf(0, welcome(0), event(1))],
    ],
    [
      'both resumed and reset come',
      'protocol',
      [connectionOf(undefined, welcome(0)), connectionOf(0, welcome(0), resumed(0), told('reset', 0))],
    ],
    [
      'it is resumed from somewhere else',
      'protocol',
      [connectionOf(undefined, welcome(0)), connectionOf(0, welcome(0), resumed(1))],
    ],
    ['caughtUp comes without a resume', 'protocol', [connectionOf(undefined, welcome(0), told('caughtUp', 0))]],
    [
      'the client itself goes back',
      'protocol',
      [connectionOf(undefined, welcome(0), event(1), event(2)), connectionOf(1, welcome(1), resumed(1), event(2))],
    ],
  ]
  for (const [what, kind, connections, end] of faults) {
    it(`sees that ${what}`, () => {
      const kinds = judge(connections, end).violations.map((violation) => violation.kind)
      expect(kinds).to.include(kind)
    })
  }

  it('sees that two clients got other bytes of one event, and one what it did not ask for', () => {
    const oracle = new Oracle(published)
    const connections = [connectionOf(undefined, welcome(0), event(1))]
    expect(oracle.judge({ name: 'a', wants: () => true, connections }).violations).to.deep.equal([])
    const other = [connectionOf(undefined, welcome(0), event(1, { payload: { more: 1 } }))]
    expect(oracle.judge({ name: 'b', wants: () => true, connections: other }).violations).to.have.length(1)
    expect(oracle.judge({ name: 'c', wants: () => false, connections }).violations).to.have.length(1)
  })
})
