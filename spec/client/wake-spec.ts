import { expect } from 'chai'
import { wakeSignals } from '../../lib/client/wake.ts'

/** As much of a page as is listened to. */
class Page extends EventTarget {
  readonly document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
}

describe('the wake-up signals of a page', () => {
  it('are that the network is back, and that the page is seen again', () => {
    const page = new Page()
    let count = 0
    const listening = wakeSignals(page).subscribe(() => (count += 1))
    page.dispatchEvent(new Event('online'))
    page.dispatchEvent(new Event('offline'))
    expect(count).to.equal(1)
    page.document.visibilityState = 'hidden'
    page.document.dispatchEvent(new Event('visibilitychange'))
    expect(count).to.equal(1)
    page.document.visibilityState = 'visible'
    page.document.dispatchEvent(new Event('visibilitychange'))
    expect(count).to.equal(2)
    listening.unsubscribe()
    page.dispatchEvent(new Event('online'))
    expect(count).to.equal(2)
  })

  it('are none where there is no page', () => {
    let isComplete = false
    wakeSignals({}).subscribe({ complete: () => (isComplete = true) })
    expect(isComplete).to.equal(true)
  })
})
