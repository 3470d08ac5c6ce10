import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

async function runBench(...args: readonly string[]): Promise<Ended> {
  const command = ['--import', 'tsx', 'bench/run.ts', ...args]
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, command, { cwd: root })
    return { code: 0, stdout, stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as Ended
    return { code, stdout, stderr }
  }
}

describe('the bench', () => {
  it('measures, loses nothing and judges its targets', async function () {
    this.timeout(60_000)
    const { code, stdout, stderr } = await runBench('S1', 'S10', '--quick', '--no-bun', '--connections', '20')
    expect(code, stdout + stderr).to.equal(0)
    const rows = stdout.split('\n').filter((line) => line.startsWith('| '))
    for (const server of ['praxis', 'ws', 'socket.io', 'EventEmitter']) {
      expect(rows.some((row) => row.includes(`| ${server} `) && /\| 0 +\|$/.test(row))).to.equal(
        true,
        `${server}\n${stdout}`,
      )
    }
    expect(stdout).to.match(/CPU ≤ 0\.10 × Socket\.IO: [\d.,]+ \*\*(MET|MISSED)\*\*/)
    expect(stdout).to.match(/events\/s with no connection: [\d.,]+ \*\*(MET|MISSED)\*\*/)
    expect(stdout).not.to.include('written to')
  })

  it('says what is wrong with a command line', async () => {
    for (const args of [['S99'], ['--rounds', '0'], ['--bytes', 'many'], ['--unknown']]) {
      const { code, stderr } = await runBench(...args)
      expect(code).to.equal(2)
      expect(stderr).to.include('npm run bench')
    }
  })
})
