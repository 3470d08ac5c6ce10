import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import * as client from '../lib/client/index.ts'
import * as front from '../lib/index.ts'
import * as testing from '../lib/testing/index.ts'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

// The front door is a contract (HOUSE): what is listed here others build on. A name is added on purpose, and never just goes.
const frontDoor = [
  'CodedError',
  'EventError',
  'OptionError',
  'OverflowError',
  'ToolError',
  'auditByCost',
  'basicTools',
  'builtInEvents',
  'clientPayloads',
  'closeCodes',
  'concatMapByKey',
  'createEventBus',
  'createGateway',
  'createMemoryLog',
  'createRulePlanner',
  'createToolRegistry',
  'createWorkflowEngine',
  'defaultProjection',
  'defaultSubscription',
  'defineEvents',
  'defineMessage',
  'defineTool',
  'dslErrorCodes',
  'errorCodes',
  'eventStream',
  'fileTools',
  'foldRun',
  'fromEventFilter',
  'httpTools',
  'literalProjection',
  'onBackpressureBuffer',
  'parseDsl',
  'printCall',
  'printScript',
  'refusalCodes',
  'sensitive',
  'serverMessage',
  'serverPayloads',
  'toolSchema',
  'withoutSensitive',
]

const clientDoor = ['ClientError', 'Run', 'clientErrorCodes', 'connect']

const testingDoor = ['connectTestClient', 'createMemoryPair', 'createScriptedTool', 'createTestTime', 'runMarbles']

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

describe('the front door', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest

  it('exports what it promises, and nothing by accident', () => {
    expect(Object.keys(front).sort()).to.deep.equal([...frontDoor].sort())
  })

  it('has a sub-door for clients', () => {
    expect(Object.keys(client).sort()).to.deep.equal([...clientDoor].sort())
  })

  it('has a sub-door for tests', () => {
    expect(Object.keys(testing).sort()).to.deep.equal([...testingDoor].sort())
  })

  it('holds named re-exports only', () => {
    const text = readFileSync(join(root, 'lib/index.ts'), 'utf8')
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('//'))
    const statement = /^(export (type )?\{.*|\} from '.*'|  \w+,)$/
    expect(lines.filter((line) => !statement.test(line))).to.deep.equal([])
    expect(text).not.to.match(/export \*/)
  })

  it('is what package.json points to', () => {
    const doors = Object.entries(manifest.exports).filter(([door]) => door !== './package.json')
    for (const [door, target] of doors) {
      const source = typeof target === 'string' ? target : target.default
      const file = source.replace('./dist/', '').replace(/\.js$/, '.ts')
      expect(readFileSync(join(root, file), 'utf8'), door).to.match(/^export /m)
    }
    expect(doors.map(([door]) => door)).to.deep.equal(['.', './client', './testing'])
  })

  it('brings one dependency, and leaves rxjs, io-ts and fp-ts to the host', () => {
    expect(Object.keys(manifest.dependencies)).to.deep.equal(['ws'])
    expect(Object.keys(manifest.peerDependencies).sort()).to.deep.equal(['fp-ts', 'io-ts', 'rxjs'])
  })
})
