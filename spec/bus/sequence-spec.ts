import { expect } from 'chai'
import { createSequence } from '../../lib/bus/sequence.ts'
import { builtInEvents } from '../../lib/event/catalogue.ts'
import { encodeEvent } from '../../lib/event/encode-event.ts'

const record = () =>
  encodeEvent({ type: 'log.entry', data: { level: 'info', message: 'a' } }, builtInEvents['log.entry'])

describe('createSequence', () => {
  it('begins before 1, and gives each event one more', () => {
    const { head, assign } = createSequence()
    const { epoch } = head()
    expect(head().seq).to.equal(0)
    expect([assign(record()), assign(record()), assign(record())].map(({ seq }) => seq)).to.deep.equal([1, 2, 3])
    expect(head()).to.deep.equal({ epoch, seq: 3 })
  })

  it('names its life as the protocol allows, and each life otherwise', () => {
    const epochs = Array.from({ length: 100 }, () => createSequence().head().epoch)
    expect(new Set(epochs).size).to.equal(100)
    for (const epoch of epochs) expect(epoch).to.match(/^[A-Za-z0-9_-]{1,64}$/)
  })
})
