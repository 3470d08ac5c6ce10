import type { Stats } from 'node:fs'

/** Whether two looks were at one and the same file, by whatever names. */
export function isSameFile(one: Stats, other: Stats): boolean {
  return one.ino === other.ino && one.dev === other.dev
}
