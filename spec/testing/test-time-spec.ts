import { expect } from 'chai'
import { firstValueFrom, interval, timer } from 'rxjs'
import { createTestTime } from '../../lib/testing/test-time.ts'

describe('createTestTime', () => {
  it('stands still until it is moved, and then is where it was moved to', async () => {
    const time = createTestTime()
    expect([time.now(), time.scheduler.now()]).to.deep.equal([0, 0])
    await time.advance(1_500)
    await time.advance(0.5)
    expect([time.now(), time.scheduler.now()]).to.deep.equal([1_500.5, 1_500.5])
  })

  it('lets happen what falls due, in its order, each at its time', async () => {
    const time = createTestTime()
    const log: string[] = []
    const at = (ms: number, name: string) => time.scheduler.schedule(() => log.push(`${name} at ${time.now()}`), ms)
    at(20, 'c')
    at(10, 'a')
    at(10, 'b')
    at(30, 'late')
    await time.advance(20)
    expect(log).to.deep.equal(['a at 10', 'b at 10', 'c at 20'])
    await time.advance(9)
    expect(log).to.have.length(3)
    await time.advance(1)
    expect(log.at(-1)).to.equal('late at 30')
  })

  it('lets happen what is scheduled while time goes by, where it falls due in that time', async () => {
    const time = createTestTime()
    const log: number[] = []
    const subscription = interval(100, time.scheduler).subscribe(() => log.push(time.now()))
    await time.advance(350)
    expect(log).to.deep.equal([100, 200, 300])
    subscription.unsubscribe()
    await time.advance(1_000)
    expect(log).to.have.length(3)
  })

  it('settles promises in between: what waits for a timer goes on before the next falls due', async () => {
    const time = createTestTime()
    const log: string[] = []
    const work = async (): Promise<void> => {
      await firstValueFrom(timer(10, time.scheduler))
      log.push(`awaited at ${time.now()}`)
      await Promise.resolve()
      await firstValueFrom(timer(5, time.scheduler))
      log.push(`again at ${time.now()}`)
    }
    const done = work()
    time.scheduler.schedule(() => log.push(`timer at ${time.now()}`), 12)
    await time.advance(100)
    await done
    expect(log).to.deep.equal(['awaited at 10', 'timer at 12', 'again at 15'])
  })

  it('settles promises before it begins, and after it has ended', async () => {
    const time = createTestTime()
    const log: string[] = []
    void Promise.resolve().then(() => time.scheduler.schedule(() => log.push(`due at ${time.now()}`), 5))
    await time.advance(5)
    expect(log).to.deep.equal(['due at 5'])
    void firstValueFrom(timer(5, time.scheduler)).then(() => log.push('settled'))
    await time.advance(5)
    expect(log).to.deep.equal(['due at 5', 'settled'])
  })

  it('moves nothing with 0 but lets promises settle and what is due now happen', async () => {
    const time = createTestTime()
    const log: string[] = []
    void Promise.resolve().then(() => log.push('settled'))
    time.scheduler.schedule(() => log.push('due'), 0)
    time.scheduler.schedule(() => log.push('not due'), 1)
    await time.advance(0)
    expect(log).to.deep.equal(['settled', 'due'])
    expect(time.now()).to.equal(0)
  })

  it('has times that know nothing of each other', async () => {
    const [one, other] = [createTestTime(), createTestTime()]
    await one.advance(10)
    expect([one.now(), other.now()]).to.deep.equal([10, 0])
  })
})
