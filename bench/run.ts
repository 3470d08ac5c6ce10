// The bench: `npm run bench`. Each scenario of the design, praxis-rx beside raw `ws`, Socket.IO and Bun, in one run.

import { mkdir, readdir } from 'node:fs/promises'
import { relative } from 'node:path'
import { scenarios } from './scenarios/index.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { createBench } from './support/bench.ts'
import { type Bun, findBun } from './support/bun.ts'
import { compile } from './support/compile.ts'
import { describeEnvironment, environmentText } from './support/environment.ts'
import type { Measurement } from './support/measurements.ts'
import { profilesFolder, root } from './support/paths.ts'
import { writeResults } from './support/results.ts'
import { reportScenario, type ScenarioReport } from './support/scenario-report.ts'
import { readSettings, type Settings, usage } from './support/settings.ts'

/** Answers with the exit code: 0; 1 where something was lost, doubled or out of order, or crashed; 2 for a bad command line. */
async function main(args: readonly string[]): Promise<number> {
  let settings: Settings
  let chosen: readonly Scenario[]
  try {
    settings = readSettings(args)
    chosen = choose(settings.scenarios)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  const complaints = await compile()
  if (complaints !== '')
    console.error(`the compiler complains, and what it made is measured all the same:\n${complaints}`)
  const bun = await bunFor(settings)
  const environment = await describeEnvironment(args, bun)
  console.log(environmentText(environment))
  if (settings.isQuick) console.log('- quick: figures of one short round mean nothing')

  const reports: ScenarioReport[] = []
  let hasCrashed = false
  for (const scenario of chosen) {
    const measurements: Measurement[] = []
    hasCrashed = !(await measure(scenario, settings, bun, measurements)) || hasCrashed
    const report = reportScenario(scenario, titleOf(scenario, settings), measurements)
    reports.push(report)
    console.log(`\n${report.text}`)
  }
  if (settings.scenarios.length === 0) {
  }
  if (settings.writesResults) console.log(`\nwritten to ${await writeResults(environment, reports)}.{md,json}`)
  if (settings.profilesPraxis) await listProfiles()
  return hasCrashed || reports.some(({ faults }) => faults > 0) ? 1 : 0
}

/** @throws RangeError for a scenario that there is not. */
function choose(names: readonly string[]): readonly Scenario[] {
  if (names.length === 0) return scenarios
  return names.map((name) => {
    const found = scenarios.find(({ id }) => id === name)
    if (found !== undefined) return found
    throw new RangeError(`no scenario ${name}`)
  })
}

async function bunFor({ withBun }: Settings): Promise<Bun | undefined> {
  if (!withBun) return undefined
  const bun = await findBun()
  if (bun === undefined) console.log('Bun could not be installed or does not run here: left out')
  return bun
}

/** False where it crashed. */
async function measure(
  scenario: Scenario,
  settings: Settings,
  bun: Bun | undefined,
  measurements: Measurement[],
): Promise<boolean> {
  const bench = createBench(settings, bun, console.log)
  const rounds = settings.isQuick ? 1 : (settings.rounds ?? scenario.rounds)
  const start = performance.now()
  try {
    await scenario.run(bench, rounds, (measurement) => measurements.push(measurement))
    return true
  } catch (error) {
    console.error(`${scenario.id} crashed:`, error)
    return false
  } finally {
    await bench.stopAll()
    console.log(`\n${scenario.id}: ${rounds} rounds, ${Math.round((performance.now() - start) / 1_000)} s`)
  }
}

function titleOf({ id, title }: Scenario, { connections, bytes }: Settings): string {
  return ['S1', 'S2', 'S3'].includes(id) ? `${title}, ${connections} connections, ${bytes} bytes on the wire` : title
}

async function listProfiles(): Promise<void> {
  await mkdir(profilesFolder, { recursive: true })
  const names = await readdir(profilesFolder)
  console.log(`\nCPU profiles in ${relative(root, profilesFolder)}:\n${names.join('\n')}`)
}

process.exitCode = await main(process.argv.slice(2))
