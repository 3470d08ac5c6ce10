import { wordSet } from './phrases.ts'

/** The root of the workspace, as the file tools name it. */
export const ROOT = '.'

const EXTENSION = /^[\p{Letter}\p{Number}_-]{1,16}$/u
/** Files that by custom have no extension: names that people say, a file called TODO among them. */
const BARE_FILES: ReadonlySet<string> = wordSet(`
  README, LICENSE, LICENCE, CHANGELOG, NOTES, TODO, AUTHORS, COPYING, NOTICE, Makefile, Dockerfile
`)

/** Whether a name reads as a file's without being called one: it has an extension, a dot in front, or is a well-known one. */
export function looksLikeFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return BARE_FILES.has(name) || (dot >= 0 && EXTENSION.test(name.slice(dot + 1)))
}

const NUMBER = /^[-+]?[\d.]+$/
const ADDRESS = /^[^@\s]+@\p{Letter}[^@\s]*$/u

/** As {@link looksLikeFile}, of a word that may be a text as well: 3.14 and a mail address are none. */
export function namesFile(word: string): boolean {
  return looksLikeFile(word) && !NUMBER.test(word) && !ADDRESS.test(word)
}

/** Whether a name reads as a path of any kind. */
export function looksLikePath(path: string): boolean {
  return path.includes('/') || looksLikeFile(path)
}

/** Whether a word stands for many files. */
export function isPattern(path: string): boolean {
  return /[*?]/.test(path)
}

/** `path` inside `folder`. */
export function join(folder: string, path: string): string {
  const base = withoutSlash(folder)
  return base === ROOT || base === '' ? path : `${base}/${path}`
}

/** The name at the end of a path. */
export function baseName(path: string): string {
  const trimmed = withoutSlash(path)
  return trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

/** The folder a path is in. */
export function folderOf(path: string): string {
  const slash = withoutSlash(path).lastIndexOf('/')
  return slash === -1 ? ROOT : path.slice(0, slash)
}

/** `path` without the slash that only says that it is a folder. */
export function withoutSlash(path: string): string {
  let end = path.length
  while (end > 1 && path.charAt(end - 1) === '/') end--
  return path.slice(0, end)
}
