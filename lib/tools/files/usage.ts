import { lstat, unlink } from 'node:fs/promises'
import type { Dirent, Stats } from 'node:fs'
import { fileError, throwIfAborted } from './file-error.ts'
import type { Folder } from './folder.ts'
import type { Sandbox } from './sandbox.ts'
import { visitFolders } from './visit-folders.ts'

/** What is in the workspace, or a change of it. */
export interface Amount {
  readonly bytes: number
  /** Files, folders and whatever else has a name: an empty file takes a place too. */
  readonly entries: number
}

/**
 * Keeps the workspace within its quota. The disk is read once, before the first change that needs room; from then on the tools
 * tell what they change. What other programs write meanwhile is not seen, except that before a change is refused the disk is read
 * again, at most every 10 s.
 */
export interface Usage {
  /** Runs one change after the other: what a change was admitted by still holds when it is done. */
  readonly exclusively: <Result>(change: () => Promise<Result>) => Promise<Result>
  /** Rejects with `QUOTA_EXCEEDED` if `growth` has no room. Something that shrinks always has. */
  readonly admit: (growth: Amount, given: string, signal: AbortSignal) => Promise<void>
  /** Tells what a change did. */
  readonly add: (change: Amount) => void
}

const RECOUNT_MS = 10_000
/** No tool writes this long: a temporary file of that age was left by a crash. */
const ABANDONED_MS = 3_600_000
const BATCH = 64
const ROOT = { given: '.', segments: [] }

/** @param now a monotonic clock in milliseconds */
export function createUsage(
  sandbox: Sandbox,
  limits: Amount,
  now: () => number = performance.now.bind(performance),
): Usage {
  let counted: Amount | undefined
  let countedAtMs = 0
  let last: Promise<unknown> = Promise.resolve()

  const recount = async (signal: AbortSignal): Promise<Amount> => {
    counted = await countAll(sandbox, signal)
    countedAtMs = now()
    return counted
  }
  const hasRoom = (total: Amount, growth: Amount): boolean =>
    (growth.bytes <= 0 || total.bytes + growth.bytes <= limits.bytes) &&
    (growth.entries <= 0 || total.entries + growth.entries <= limits.entries)

  return {
    exclusively: (change) => {
      const result = last.then(change)
      last = result.catch(() => undefined)
      return result
    },
    admit: async (growth, given, signal) => {
      if (hasRoom(counted ?? (await recount(signal)), growth)) return
      if (now() - countedAtMs >= RECOUNT_MS && hasRoom(await recount(signal), growth)) return
      throw fileError('QUOTA_EXCEEDED', given)
    },
    add: (change) => {
      if (counted === undefined) return
      counted = { bytes: counted.bytes + change.bytes, entries: counted.entries + change.entries }
    },
  }
}

async function countAll(sandbox: Sandbox, signal: AbortSignal): Promise<Amount> {
  let bytes = 0
  let entryCount = 0
  for await (const { folder, entries, temporaries } of visitFolders(sandbox, ROOT, { isRecursive: true, signal })) {
    entryCount += entries.length
    for (let start = 0; start < entries.length; start += BATCH) {
      throwIfAborted(signal, ROOT.given)
      const sizes = await Promise.all(entries.slice(start, start + BATCH).map((entry) => sizeOf(folder, entry)))
      for (const size of sizes) bytes += size
    }
    for (const name of temporaries) bytes += await sizeOfTemporary(folder, name)
  }
  return { bytes, entries: entryCount }
}

async function sizeOf(folder: Folder, entry: Dirent): Promise<number> {
  return entry.isFile() ? ((await statIfAny(folder.at(entry.name)))?.size ?? 0) : 0
}

async function sizeOfTemporary(folder: Folder, name: string): Promise<number> {
  const stats = await statIfAny(folder.at(name))
  if (stats === undefined) return 0
  // times of files are wall-clock times
  if (Date.now() - stats.mtimeMs < ABANDONED_MS) return stats.size
  await unlink(folder.at(name)).catch(() => undefined)
  return 0
}

/** `undefined` for a file that went while the folder was read. */
function statIfAny(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined)
}
