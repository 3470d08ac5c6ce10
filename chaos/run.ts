// npm run chaos [-- links|left-behind|kills] [--clients N] [--cuts N] [--kills N] [--seed N]

import { parseArgs } from 'node:util'
import { killServers } from './kills.ts'
import { cutLinks, leaveBehind } from './links.ts'
import type { Report } from './scenario.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: 'string', default: '50' },
    cuts: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const clients = Number(values.clients)
const seed = Number(values.seed)
const scenarios: Readonly<Record<string, () => Promise<Report>>> = {
  links: () => cutLinks({ clients, cuts: Number(values.cuts), seed, maxHistoryEvents: 100_000 }),
  'left-behind': () => leaveBehind({ clients, rounds: 5, seed }),
  kills: () => killServers({ clients: Math.min(clients, 20), kills: Number(values.kills), seed }),
}

console.log(`seed ${seed}: --seed ${seed} repeats what is drawn`)
for (const name of positionals.length === 0 ? Object.keys(scenarios) : positionals) {
  const run = scenarios[name]
  if (run === undefined) throw new RangeError(`no scenario ${name}: ${Object.keys(scenarios).join(', ')}`)
  const startMs = performance.now()
  const { violations, counts } = await run()
  console.log(`\n${name}, ${((performance.now() - startMs) / 1_000).toFixed(1)} s`)
  for (const [what, count] of Object.entries(counts)) console.log(`  ${what}: ${count}`)
  console.log(`  violations: ${violations.length}`)
  for (const { kind, what } of violations.slice(0, 20)) console.log(`    ${kind}: ${what}`)
  if (violations.length > 0) process.exitCode = 1
}
