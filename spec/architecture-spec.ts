import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const lib = join(root, 'lib')

/** HOUSE "Rooms": a room imports only from groups to its left; rooms of one group do not know each other. */
const groups: readonly (readonly string[])[] = [
  ['base'],
  ['event'],
  ['protocol', 'operators', 'dsl'],
  ['bus', 'tools', 'transport'],
  ['workflow'],
  ['chat'],
  ['connection', 'client', 'cluster'],
  ['gateway'],
  ['inspector', 'testing', 'index'],
]

/** Packages and built-in modules that only some rooms may know. */
const keptToRooms: Readonly<Record<string, readonly string[]>> = {
  ws: ['transport'],
  'node:http': ['gateway', 'transport', 'tools'],
  'node:https': ['gateway', 'tools'],
  'node:fs': ['tools'],
  'node:fs/promises': ['tools'],
}

/** Rooms that are pure, and so import neither rxjs nor Node. */
const pureRooms: ReadonlySet<string> = new Set(['event', 'protocol', 'dsl'])

interface Import {
  readonly file: string
  readonly specifier: string
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

/** The imports and re-exports of a text, type imports included. */
function importsOf(file: string, text: string): readonly Import[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  const pattern = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]([^'"]+)['"]/g
  return [...withoutComments.matchAll(pattern)].map((match) => ({ file, specifier: match[1] ?? '' }))
}

/** What `entries` load when they run: the files, and the packages that these import. */
function neededAtRunTime(entries: readonly string[], read: (file: string) => string) {
  const found = new Set(entries)
  const packages = new Set<string>()
  // A set that grows while it is walked is walked to its end.
  for (const file of found) {
    for (const { specifier } of importsOf(file, withoutTypes(read(file)))) {
      if (specifier.startsWith('.')) found.add(resolve(dirname(file), specifier))
      else packages.add(specifier)
    }
  }
  return { files: [...found], packages: [...packages] }
}

/** `text` without the imports and re-exports that are gone at run time. */
function withoutTypes(text: string): string {
  return text.replace(/^(import|export) type [^;]*? from '[^']*'$/gm, '')
}

function roomOf(file: string): string {
  const [first = '', ...rest] = relative(lib, file).split('/')
  return rest.length === 0 ? 'index' : first
}

function groupOf(room: string): number {
  return groups.findIndex((rooms) => rooms.includes(room))
}

/** What is wrong with one import; undefined where it is allowed. */
function fault({ file, specifier }: Import): string | undefined {
  const room = roomOf(file)
  const from = relative(root, file)
  if (!specifier.startsWith('.')) {
    const keepers = keptToRooms[specifier]
    if (keepers !== undefined && !keepers.includes(room))
      return `${from}: only ${keepers.join(', ')} may import ${specifier}`
    const isImpure = specifier.startsWith('node:') || specifier === 'rxjs' || specifier.startsWith('rxjs/')
    return isImpure && pureRooms.has(room) ? `${from}: the room is pure and may not import ${specifier}` : undefined
  }
  const target = resolve(dirname(file), specifier)
  const other = roomOf(target)
  if (target.endsWith('/index.ts') && room !== 'index') return `${from}: no room imports an index (${specifier})`
  if (other === room) return undefined
  return groupOf(other) < groupOf(room) && groupOf(other) !== -1
    ? undefined
    : `${from}: ${room} may not import from ${other} (${specifier})`
}

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const next of graph.get(file) ?? []) {
      const cycle = visit(next, [...path, file])
      if (cycle !== undefined) return cycle
    }
    done.add(file)
    return undefined
  }
  for (const file of graph.keys()) {
    const cycle = visit(file, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

describe('the architecture', () => {
  const files = sourceFiles(lib)
  const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')))

  it('knows every room', () => {
    const rooms = new Set(files.map(roomOf))
    expect([...rooms].filter((room) => groupOf(room) === -1)).to.deep.equal([])
  })

  it('lets a room import only from rooms to its left', () => {
    expect(imports.map(fault).filter((found) => found !== undefined)).to.deep.equal([])
  })

  it('has no cycle of files', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        imports
          .filter((found) => found.file === file && found.specifier.startsWith('.'))
          .map(({ specifier }) => resolve(dirname(file), specifier)),
      ]),
    )
    expect(findCycle(graph)?.map((file) => relative(root, file))).to.equal(undefined)
  })

  it('lets the client need rxjs at run time, and nothing else, also through others', () => {
    const read = (file: string): string => readFileSync(file, 'utf8')
    const needed = neededAtRunTime(
      files.filter((file) => roomOf(file) === 'client'),
      read,
    )
    expect(needed.packages).to.deep.equal(['rxjs'])
    expect(new Set(needed.files.map(roomOf))).to.deep.equal(new Set(['base', 'client', 'event', 'protocol']))
    for (const file of needed.files) {
      expect(read(file), relative(root, file)).not.to.match(/\b(Buffer|process|setImmediate)\b\s*[.(]/)
    }
  })

  it('has specs for every room', () => {
    const rooms = new Set(files.map(roomOf).filter((room) => room !== 'index'))
    const specced = readdirSync(join(root, 'spec'))
    expect([...rooms].filter((room) => !specced.includes(room))).to.deep.equal([])
  })

  describe('of which this spec', () => {
    const check = (file: string, text: string): string | undefined =>
      importsOf(join(lib, file), text)
        .map(fault)
        .find((found) => found !== undefined)

    it('sees an import to the right, also of a type', () => {
      expect(check('bus/x.ts', "import type { Gateway } from '../gateway/gateway.ts'")).to.match(
        /bus may not import from gateway/,
      )
      expect(check('event/x.ts', "import { x } from '../bus/x.ts'")).to.match(/event may not import from bus/)
    })

    it('sees an import of a neighbour, of an index, of ws and of rxjs where they do not belong', () => {
      expect(check('bus/x.ts', "export { x } from '../tools/tool.ts'")).to.match(/bus may not import from tools/)
      expect(check('gateway/x.ts', "import { x } from '../index.ts'")).to.match(/no room imports an index/)
      expect(check('gateway/x.ts', "import { WebSocket } from 'ws'")).to.match(/only transport may import ws/)
      expect(check('protocol/x.ts', "const x = await import('rxjs')")).to.match(/is pure/)
    })

    it('sees what is only needed through others, and not what is a type', () => {
      const texts: Readonly<Record<string, string>> = {
        '/a.ts': "import { b } from './b.ts'\nimport type { C } from './c.ts'\nexport type {\n  D,\n} from 'd'",
        '/b.ts': "import { Left } from 'fp-ts/lib/Either.js'\nexport { x } from './x.ts'",
        '/x.ts': "import { type Y, z } from 'z'",
      }
      const { files: found, packages } = neededAtRunTime(['/a.ts'], (file) => texts[file] ?? '')
      expect(found).to.deep.equal(['/a.ts', '/b.ts', '/x.ts'])
      expect(packages).to.deep.equal(['fp-ts/lib/Either.js', 'z'])
    })

    it('allows an import to the left', () => {
      expect(check('gateway/x.ts', "import { createEventBus } from '../bus/event-bus.ts'")).to.equal(undefined)
    })
  })
})
