import { expect } from 'chai'
import { createId } from '../../lib/base/ids.ts'

describe('createId', () => {
  it('makes a UUID of version 4, another one each time', () => {
    const ids = Array.from({ length: 1_000 }, createId)
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(ids)).to.have.property('size', ids.length)
  })
})
