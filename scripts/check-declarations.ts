import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

// What a host compiles against must not need packages that it need not have: the declarations that the doors lead to may import the
// peers and Node, and nothing else. `attw` does not look that far.

const root = resolve(import.meta.dirname, '..')
const doors = ['index', 'client/index', 'testing/index'].map((door) => join(root, 'dist/lib', `${door}.d.ts`))
const allowed = /^(?:rxjs|io-ts|fp-ts)(?:\/|$)|^node:/
const reached = new Set(doors)
const foreign: string[] = []

// A set that grows while it is walked is walked to its end.
for (const file of reached) {
  const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
  for (const [, specifier = ''] of text.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)['"]([^'"]+)['"]/g)) {
    if (specifier.startsWith('.')) reached.add(resolve(dirname(file), specifier.replace(/\.(?:ts|js)$/, '.d.ts')))
    else if (!allowed.test(specifier)) foreign.push(`${file.slice(root.length + 1)} imports ${specifier}`)
  }
}

if (foreign.length > 0) {
  throw new Error(`the published types need packages that a host need not have:\n${foreign.join('\n')}`)
}
