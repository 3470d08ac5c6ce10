import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/** What the server process writes down, before any client can have heard of it: one line each, whatever becomes of the process. */
export type Entry = PublishedEntry | EffectEntry

/** A stored event. */
export interface PublishedEntry {
  readonly _tag: 'Published'
  readonly epoch: string
  readonly seq: number
  readonly id: string
  readonly type: string
}

/** The tool `record` was called. */
export interface EffectEntry {
  readonly _tag: 'Effect'
  readonly pid: number
  readonly key: string
}

export function writeEntry(file: string, entry: Entry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`)
}

export function readEntries(file: string): readonly Entry[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  // The last line of a process that was killed may be half.
  return lines.flatMap((line): readonly Entry[] => (line.endsWith('}') ? [JSON.parse(line) as Entry] : []))
}
