// Writes lib/dsl/grammar.generated.ts from lib/dsl/grammar.peggy: `npm run build:dsl`.
// The parser is a .ts file because tsc does not carry .js files to dist.
import { readFileSync, writeFileSync } from 'node:fs'
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'
import peggy from 'peggy'

export const grammarUrl = new URL('../lib/dsl/grammar.peggy', import.meta.url)
export const parserUrl = new URL('../lib/dsl/grammar.generated.ts', import.meta.url)

// Types, lint and format have nothing to say about code that nobody writes; parse.ts gives it its type.
const HEADER = `// Generated from grammar.peggy by scripts/build-dsl.ts. Do not edit.
// @ts-nocheck
/* oxlint-disable */
// biome-ignore-all format: generated

`

/** The text of the parser file for the text of a grammar. */
export function generateParser(grammar: string): string {
  return HEADER + peggy.generate(grammar, { output: 'source', format: 'es' })
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(parserUrl, generateParser(readFileSync(grammarUrl, 'utf8')))
}
