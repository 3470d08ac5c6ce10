import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { type Environment, environmentText } from './environment.ts'
import { resultsFolder, root } from './paths.ts'
import type { ScenarioReport } from './scenario-report.ts'

/** Writes the run for people (`.md`) and, with every round's figures, for programs (`.json`). Answers with their common path. */
export async function writeResults(environment: Environment, reports: readonly ScenarioReport[]): Promise<string> {
  await mkdir(resultsFolder, { recursive: true })
  const { date, commit, isDirty } = environment
  const day = date.slice(0, 16).replace(':', '')
  const path = join(resultsFolder, `${day}-${commit}${isDirty ? '-dirty' : ''}`)
  const raw = { environment, scenarios: reports.map((report) => ({ ...report, text: undefined })) }
  await writeFile(`${path}.json`, `${JSON.stringify(raw, undefined, 2)}\n`)
  const text = ['# Results of the bench', environmentText(environment), ...reports.map((report) => report.text)]
  await writeFile(`${path}.md`, `${text.join('\n\n')}\n`)
  return relative(root, path)
}
