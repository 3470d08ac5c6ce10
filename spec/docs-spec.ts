import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }))

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '')
}

/** A folder from which the packages of this repository resolve, and `praxis-rx` to its sources. */
function makeFolder(): string {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  return mkdtempSync(join(cache, 'docs-spec-'))
}

describe('the documentation', () => {
  let folder: string

  beforeEach(() => {
    folder = makeFolder()
  })

  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('compiles: every block of TypeScript', () => {
    const files = pages.flatMap(({ name, text }) =>
      blocks(text, 'ts').map((block, index) => {
        const file = `${name.replaceAll(/\W/g, '-')}-${index}.ts`
        writeFileSync(join(folder, file), block)
        return file
      }),
    )
    expect(files.length).to.be.greaterThan(8)
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.json'),
        compilerOptions: {
          moduleDetection: 'force',
          noUnusedLocals: false,
          paths: {
            'praxis-rx': [join(root, 'lib/index.ts')],
            'praxis-rx/client': [join(root, 'lib/client/index.ts')],
            'praxis-rx/testing': [join(root, 'lib/testing/index.ts')],
          },
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
        },
        include: ['*.ts'],
      }),
    )
    const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', folder], {
      encoding: 'utf8',
    })
    expect(stdout).to.equal('')
    expect(status).to.equal(0)
  })

  it('tells the truth: the server of the README serves the clients of the README', async () => {
    const [host = '', page = '', client = ''] = blocks(pages[0]?.text ?? '', 'ts')
    const port = await freePort()
    const place = (text: string): string =>
      text
        .replaceAll('8000', String(port))
        .replaceAll("'praxis-rx'", `'${relative(folder, join(root, 'lib/index.ts'))}'`)
        .replaceAll("'praxis-rx/client'", `'${relative(folder, join(root, 'lib/client/index.ts'))}'`)
    writeFileSync(join(folder, 'host.mts'), place(host))
    writeFileSync(join(folder, 'page.mts'), place(page))
    writeFileSync(join(folder, 'client.mts'), place(client))
    const server = spawn(process.execPath, ['--import', 'tsx', 'host.mts'], { cwd: folder, stdio: 'inherit' })
    try {
      await listening(port)
      const run = (file: string): string =>
        spawnSync(process.execPath, ['--import', 'tsx', file], { cwd: folder, encoding: 'utf8' }).stdout
      expect(run('page.mts')).to.match(/^connecting\n[^]*^live\n[^]*^completed 100 /m)
      const stdout = run('client.mts')
      const types = [...stdout.matchAll(/^(\w+) \{/gm)].map((match) => match[1])
      const promised = /prints (`chatMessage`.*?`dslResult`)/s.exec(pages[0]?.text ?? '')?.[1] ?? ''
      expect(types).to.deep.equal([...promised.matchAll(/`(\w+)`/g)].map((match) => match[1]))
      expect(readFileSync(join(folder, 'workspace/a.txt'), 'utf8')).to.equal('hi')
    } finally {
      server.kill()
      await once(server, 'exit')
    }
  })

  it('tells the truth: the test without sockets of the README ends as it says', () => {
    const block = blocks(pages[0]?.text ?? '', 'ts').find((text) => text.includes('createTestTime')) ?? ''
    const placed = block
      .replaceAll("'praxis-rx'", `'${relative(folder, join(root, 'lib/index.ts'))}'`)
      .replaceAll("'praxis-rx/testing'", `'${relative(folder, join(root, 'lib/testing/index.ts'))}'`)
    writeFileSync(join(folder, 'test.mts'), placed)
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'test.mts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stderr).to.equal('')
    expect(stdout.trim()).to.equal('workflowComplete')
  })

  it('runs: every page of the guide', () => {
    const guide = pages.find(({ name }) => name === 'docs/guide.md')?.text ?? ''
    cpSync(join(root, 'package.json'), join(folder, 'package.json'))
    const body = blocks(guide, 'ts').map((block, index) => {
      writeFileSync(
        join(folder, `guide-${index}.mts`),
        block
          .replaceAll("'praxis-rx'", `'${relative(folder, join(root, 'lib/index.ts'))}'`)
          .replaceAll("'praxis-rx/testing'", `'${relative(folder, join(root, 'lib/testing/index.ts'))}'`),
      )
      return `await import('./guide-${index}.mts')`
    })
    // A gateway keeps its tick until it is closed; these are only looked at.
    writeFileSync(join(folder, 'all.mts'), `${body.join('\n')}\nprocess.exit(0)\n`)
    const { stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', 'all.mts'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
  })

  it('links to pages that exist', () => {
    for (const { name, text } of pages) {
      for (const [, target = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        const file = resolve(dirname(join(root, name)), target)
        expect(() => readdirSync(dirname(file)), `${name}: ${target}`).not.to.throw()
        expect(
          readdirSync(dirname(file)).some((entry) => join(dirname(file), entry) === file),
          `${name}: ${target}`,
        ).to.equal(true)
      }
    }
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when something listens on `port`. The first signal a foreign process gives is that it can be connected to. */
async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((done) => {
      socket.once('connect', () => done(true))
      socket.once('error', () => done(false))
    })
    socket.destroy()
    if (isOpen) return
  }
}
