import { parseArgs } from 'node:util'

/** What the command line asks for. */
export interface Settings {
  /** In upper case; empty: all. */
  readonly scenarios: readonly string[]
  /** As many as the scenario thinks right where it is not said. */
  readonly rounds: number | undefined
  /** One short round of everything, to see that it works: its figures mean nothing. */
  readonly isQuick: boolean
  readonly writesResults: boolean
  readonly profilesPraxis: boolean
  readonly withBun: boolean
  /** Of one frame on the wire, in S1 to S3. */
  readonly bytes: number
  /** In S1 to S3. */
  readonly connections: number
}

export const usage = `npm run bench -- [S1 S2 ...] [options]
  --rounds N        rounds of each scenario
  --quick           one short round, nothing is written
  --write           write to bench/results also what --quick measured
  --bytes N         size of a message on the wire in S1, S2 and S3 (300)
  --connections N   connections in S1, S2 and S3 (500)
  --cpu-prof        write a CPU profile of the praxis-rx server to bench/profiles
  --no-bun          leave Bun out`

/** @throws TypeError or RangeError saying what is wrong with the command line. */
export function readSettings(args: readonly string[]): Settings {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      bytes: { type: 'string', default: '300' },
      connections: { type: 'string', default: '500' },
      'cpu-prof': { type: 'boolean', default: false },
      'no-bun': { type: 'boolean', default: false },
    },
  })
  const { quick } = values
  return {
    scenarios: positionals.map((name) => name.toUpperCase()),
    rounds: values.rounds === undefined ? undefined : integerIn('--rounds', values.rounds, 1, 100),
    isQuick: quick,
    writesResults: !quick || values.write,
    profilesPraxis: values['cpu-prof'],
    withBun: !values['no-bun'],
    bytes: integerIn('--bytes', values.bytes, 50, 65_536),
    connections: integerIn('--connections', values.connections, 1, 10_000),
  }
}

function integerIn(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new RangeError(`${option} must be an integer from ${least} to ${most}, got ${JSON.stringify(text)}`)
}
