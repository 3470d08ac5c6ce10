import { expect } from 'chai'
import { killServers } from '../../chaos/kills.ts'
import { cutLinks, leaveBehind } from '../../chaos/links.ts'

// The short form of `npm run chaos`: real processes, real sockets, a proxy that cuts them, and an oracle that imports nothing of the
// library. A seed that failed is repeated there with `--seed`.

const seed = Date.now() % 1_000_000

describe(`chaos (seed ${seed})`, () => {
  it('links cut in every way, inside the history: nothing lost, nothing doubled, nothing out of order', async () => {
    const { violations, counts } = await cutLinks({ clients: 20, cuts: 100, seed, maxHistoryEvents: 100_000 })
    expect(violations).to.deep.equal([])
    expect(counts).to.include({ resets: 0 })
    expect(counts['resumes']).to.be.at.least(50)
    expect(counts['seen']).to.be.at.least(1_000)
  })

  it('clients that the history leaves behind: one reset for each absence', async () => {
    const { violations, counts } = await leaveBehind({ clients: 10, rounds: 2, seed })
    expect(violations).to.deep.equal([])
    expect(counts).to.include({ absences: 20, resets: 20 })
  })

  it('servers killed at any moment: one reset for each, every order ends, none is done twice', async () => {
    const { violations, counts } = await killServers({ clients: 6, kills: 2, seed })
    expect(violations).to.deep.equal([])
    expect(counts).to.include({ kills: 2, resets: 6, orders: 18 })
  })
}).timeout(60_000)
