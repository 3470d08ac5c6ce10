import { expect } from 'chai'
import * as fc from 'fast-check'
import type { EventLog } from '../../lib/bus/event-log.ts'
import { createHistory, createNotingHistory, type HistoryPage, type NotingHistory } from '../../lib/bus/history.ts'
import { createMemoryLog } from '../../lib/bus/memory-log.ts'
import type { Position } from '../../lib/event/event.ts'
import type { StoredRecord } from '../../lib/event/event-record.ts'
import { createSlowLog, type SlowLog, type SlowLogOptions } from '../support/slow-log.ts'
import { storedRecord } from '../support/stored-record.ts'

const MIB = 1024 * 1024

function fill(log: EventLog, count: number): void {
  for (let index = 0; index < count; index += 1) {
    const id = `id-${String(log.head().seq + 1).padStart(4, '0')}-and more`
    void log.append(storedRecord({ epoch: '', seq: 0 }, { id }))
  }
}

/** What comes back, as a few words: the positions, or that it is gone. */
function told(page: HistoryPage): unknown {
  return page._tag === 'Gone' ? 'Gone' : page.records.map(({ seq }) => seq)
}

/** What comes back at once. */
function now<Value>(value: Value | Promise<Value>): Value {
  return value instanceof Promise ? expect.fail('it has to be waited for') : value
}

/** A noting history over a slow log, which is told of what the log delivers. */
function createBench(options: SlowLogOptions = {}): { readonly log: SlowLog; readonly history: NotingHistory } {
  const log = createSlowLog({ appends: 'at once', ...options })
  const history = createNotingHistory(log)
  log.follow((record) => history.note(record))
  return { log, history }
}

const at = (seq: number, epoch = 'slow'): Position => ({ epoch, seq })
const since = (seq: number, idPrefix?: string, epoch = 'slow') => ({ epoch, seq, idPrefix })

describe('createHistory', () => {
  function createMemory(count: number, maxEvents = 100) {
    const log = createMemoryLog({ maxEvents })
    fill(log, count)
    const { epoch } = log.head()
    return { log, epoch, history: createHistory(log) }
  }

  it('reads at once what comes right after a position, as much as was asked for', () => {
    const { history, epoch } = createMemory(5)
    expect(told(now(history.read({ epoch, seq: 0 }, 2)))).to.deep.equal([1, 2])
    expect(told(now(history.read({ epoch, seq: 3 }, 9)))).to.deep.equal([4, 5])
    expect(told(now(history.read({ epoch, seq: 5 }, 9)))).to.deep.equal([])
  })

  it('has no hole: what was trimmed is gone, and with it all that would come after a hole', () => {
    const { history, epoch } = createMemory(5, 3)
    expect(told(now(history.read({ epoch, seq: 2 }, 9)))).to.deep.equal([3, 4, 5])
    expect(told(now(history.read({ epoch, seq: 1 }, 9)))).to.equal('Gone')
    expect(told(now(history.read({ epoch: 'another', seq: 2 }, 9)))).to.equal('Gone')
  })

  describe('checks where somebody says it was', () => {
    const check = (seq: number, { idPrefix, epoch }: { idPrefix?: string; epoch?: string } = {}) => {
      const memory = createMemory(5, 3)
      return now(memory.history.check({ epoch: epoch ?? memory.epoch, seq, idPrefix }))
    }

    it('and lets it go on from any place after which all is there', () => {
      expect([2, 3, 5].map((seq) => check(seq))).to.deep.equal([undefined, undefined, undefined])
    })

    it('and says why it cannot: first that it was another life', () => {
      expect([check(1), check(0), check(6), check(99)]).to.deep.equal(['too_old', 'too_old', 'ahead', 'ahead'])
      for (const seq of [0, 3, 99]) expect(check(seq, { epoch: 'another' })).to.equal('epoch_changed')
    })

    it('and compares the begin of the id of the event there', () => {
      expect(check(3, { idPrefix: 'id-0003-' })).to.equal(undefined)
      expect(check(3, { idPrefix: 'id-0004-' })).to.equal('mismatch')
      expect(check(5, { idPrefix: 'id-0004-' })).to.equal('mismatch')
    })

    it('and believes it of the last one that was trimmed, which nobody knows any more', () => {
      expect(check(2, { idPrefix: 'whatever' })).to.equal(undefined)
    })

    it('and of no event 0', () => {
      const { history, epoch } = createMemory(0)
      expect(now(history.check({ epoch, seq: 0, idPrefix: undefined }))).to.equal(undefined)
      expect(now(history.check({ epoch, seq: 0, idPrefix: 'whatever' }))).to.equal('mismatch')
    })
  })
})

describe('createNotingHistory', () => {
  it('reads at once what was handed out last, and else waits for the log', async () => {
    const { log, history } = createBench({ weight: MIB })
    fill(log, 10)
    expect(told(now(history.read(at(6), 9)))).to.deep.equal([7, 8, 9, 10])
    expect(told(now(history.read(at(8), 1)))).to.deep.equal([9])
    const page = history.read(at(5), 9)
    expect(page).to.be.instanceOf(Promise)
    expect(told(await page)).to.deep.equal([6, 7, 8, 9, 10])
  })

  it('keeps 1,000 events of what was handed out, or 4 MiB', () => {
    const counted = createBench()
    fill(counted.log, 1_005)
    expect(told(now(counted.history.read(at(5), 1)))).to.deep.equal([6])
    expect(counted.history.read(at(4), 1)).to.be.instanceOf(Promise)
    const weighed = createBench({ weight: 2 * MIB + 1 })
    fill(weighed.log, 3)
    expect(told(now(weighed.history.read(at(2), 9)))).to.deep.equal([3])
    expect(weighed.history.read(at(1), 9)).to.be.instanceOf(Promise)
  })

  it('keeps it however old it is: no clock is asked', () => {
    const { log, history } = createBench()
    fill(log, 1)
    expect(told(now(history.read(at(0), 1)))).to.deep.equal([1])
  })

  it('keeps what has no hole only: what comes after one begins anew', () => {
    const { log, history } = createBench({ deliveries: 'held' })
    fill(log, 5)
    const [first, second, , fourth, fifth] = log.undelivered()
    for (const record of [first, second, fourth, fifth] as StoredRecord[]) history.note(record)
    expect(history.read(at(0), 9)).to.be.instanceOf(Promise)
    expect(told(now(history.read(at(3), 9)))).to.deep.equal([4, 5])
  })

  it('keeps nothing of a life that is over', async () => {
    const { log, history } = createBench()
    fill(log, 3)
    log.restart()
    expect(told(await history.read(at(1), 9)), 'nothing of the new one has come').to.equal('Gone')
    fill(log, 2)
    expect(told(now(history.read(at(0, 'slow-2'), 9)))).to.deep.equal([1, 2])
    expect(told(await history.read(at(1), 9))).to.equal('Gone')
  })

  it('looks into the log for a new life of which nothing has been handed out', async () => {
    const { log, history } = createBench({ deliveries: 'held' })
    fill(log, 3)
    for (let count = 0; count < 3; count += 1) log.deliver()
    log.restart()
    fill(log, 2)
    for (const seq of [0, 1]) expect(told(await history.read(at(seq, 'slow-2'), 9))).to.deep.equal([1, 2].slice(seq))
  })

  it('believes no log that begins later than it was asked to', async () => {
    const { log, history } = createBench({ deliveries: 'held', reads: 'held' })
    fill(log, 5)
    const page = history.read(at(1), 9)
    log.trim(4)
    log.answer(0, { asOf: 'now' })
    expect(told(await page)).to.equal('Gone')
  })

  it('believes no log that has trimmed all, and answers nothing', async () => {
    const { log, history } = createBench({ deliveries: 'held' })
    fill(log, 5)
    log.trim(6)
    expect(told(await history.read(at(4), 9))).to.equal('Gone')
    expect(told(await history.read(at(5), 9)), 'there is none yet').to.deep.equal([])
  })

  it('believes no answer that comes when the life it is about is over', async () => {
    const { log, history } = createBench({ deliveries: 'held', reads: 'held' })
    fill(log, 5)
    for (const asOf of ['asked', 'now'] as const) {
      const page = history.read({ ...log.head(), seq: 1 }, 9)
      log.restart()
      fill(log, 5)
      log.answer(0, { asOf })
      expect(told(await page)).to.equal('Gone')
    }
  })

  it('believes no page with a hole, or of two lives', async () => {
    const pages = [
      [storedRecord(at(2)), storedRecord(at(4))],
      [storedRecord(at(2)), storedRecord(at(2))],
      [storedRecord(at(1)), storedRecord(at(2))],
      [storedRecord(at(2)), storedRecord(at(3, 'another'))],
    ]
    for (const page of pages) {
      const log = { ...createSlowLog({ appends: 'at once' }), read: () => Promise.resolve(page) }
      fill(log, 5)
      expect(told(await createNotingHistory(log).read(at(1), 9))).to.equal('Gone')
    }
  })

  it('fails where the log fails', async () => {
    const { log, history } = createBench({ deliveries: 'held', reads: 'held' })
    fill(log, 3)
    const error = new Error('the log is away')
    const failures: unknown[] = []
    const note = (failure: unknown): void => void failures.push(failure)
    const both = [
      Promise.resolve(history.read(at(0), 9)).then(undefined, note),
      Promise.resolve(history.check(since(2, 'x'))).then(undefined, note),
    ]
    for (const _ of both) log.failRead(error)
    await Promise.all(both)
    expect(failures).to.deep.equal([error, error])
  })

  describe('checks where somebody says it was', () => {
    it('at once where the log need not be looked into', () => {
      const { log, history } = createBench({ reads: 'held', weight: MIB })
      fill(log, 10)
      log.trim(3)
      expect(now(history.check(since(2)))).to.equal(undefined)
      expect(now(history.check(since(1)))).to.equal('too_old')
      expect(now(history.check(since(11)))).to.equal('ahead')
      expect(now(history.check(since(3, 'x', 'gone')))).to.equal('epoch_changed')
      expect(now(history.check(since(10, 'id-0010-')))).to.equal(undefined)
      expect(now(history.check(since(10, 'id-0011-')))).to.equal('mismatch')
      expect(log.reads()).to.equal(0)
    })

    it('when the log has answered where it must, by what is there then', async () => {
      const { log, history } = createBench({ deliveries: 'held' })
      fill(log, 5)
      const check = async (seq: number, idPrefix: string) => history.check(since(seq, idPrefix))
      expect(await check(3, 'id-0003-')).to.equal(undefined)
      expect(await check(3, 'id-0002-')).to.equal('mismatch')
      log.trim(4)
      expect(await check(3, 'id-0002-'), 'what it was nobody knows').to.equal(undefined)
    })

    it('by where the log stands, which may be further than what was handed out', () => {
      const { log, history } = createBench({ deliveries: 'held' })
      fill(log, 5)
      expect(now(history.check(since(5)))).to.equal(undefined)
      expect(now(history.check(since(6)))).to.equal('ahead')
    })
  })

  it('gives, at once or later, what the log has, or nothing', async () => {
    const runs = fc.record({
      count: fc.nat(12),
      keeps: fc.integer({ min: 1, max: 12 }),
      firstSeq: fc.nat(14),
      delivered: fc.nat(12),
      seq: fc.nat(13),
      limit: fc.integer({ min: 1, max: 14 }),
    })
    await fc.assert(
      fc.asyncProperty(runs, async ({ count, keeps, firstSeq, delivered, seq, limit }) => {
        const { log, history } = createBench({ deliveries: 'held', weight: Math.floor((4 * MIB) / keeps) })
        fill(log, count)
        for (let index = 0; index < delivered; index += 1) log.deliver()
        log.trim(firstSeq)
        const isTrimmed = log.stats().firstSeq > seq + 1
        const page = history.read(at(seq), limit)
        const isHere = page instanceof Promise ? false : page._tag === 'Records'
        const all = Array.from({ length: count }, (_, index) => index + 1)
        // What was trimmed far away may still be here: it is no less true.
        const wanted = isTrimmed && !isHere ? 'Gone' : all.slice(seq, seq + limit)
        const found = told(await page)
        if (isHere) expect(wanted.slice(0, (found as readonly number[]).length)).to.deep.equal(found)
        else expect(found).to.deep.equal(wanted)
      }),
    )
  })
})
