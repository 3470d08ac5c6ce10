import { takeContentOf } from '../content-of.ts'
import { filesAct, folderAct, readListing } from '../listing.ts'
import { isPattern, looksLikeFile, ROOT } from '../paths.ts'
import type { Reading, Referents, Rule } from '../reading.ts'
import { takeTarget } from '../targets.ts'
import { LISTENERS } from '../words/courtesies.ts'
import { RECURSIVELY } from '../words/listings.ts'
import { LIST, SHELL_LIST, SHOW, SHOW_MANY } from '../words/verbs.ts'

/** "list all .md files in docs", "show me the files", "list the folder docs", "list docs" */
export const readList: Rule = (cursor, referents) => {
  const isList = cursor.accept(LIST) !== undefined
  if (!isList && cursor.accept(SHOW) === undefined && cursor.accept(SHOW_MANY) === undefined) return undefined
  cursor.acceptAll(LISTENERS)
  const listing = cursor.attempt(() => readListing(cursor, referents, { isList }))
  if (listing !== undefined || !isList) return listing
  if (cursor.isDone()) return folderAct(ROOT)
  // no file is listed: "move a.txt into it and list it"
  const spokenOf: Referents = referents.folder === undefined ? referents : { ...referents, last: 'folder' }
  const folder = takeContentOf(cursor, referents) ?? takeTarget(cursor, spokenOf)
  if (folder === undefined || folder.isMany || folder.kind === 'file') return undefined
  const path = folder.path ?? ROOT
  const isRecursive = cursor.accept(RECURSIVELY) !== undefined
  if (!cursor.isDone() || (folder.kind === 'any' && looksLikeFile(path))) return undefined
  return isRecursive ? filesAct(path, undefined, true) : folderAct(path)
}

/** "ls", "ls docs", "ls -R *.md", "dir" */
export const readShellList: Rule = (cursor) => {
  if (cursor.accept(SHELL_LIST) === undefined) return undefined
  let isRecursive = false
  let path: string | undefined
  for (let token = cursor.peek(); token?.kind === 'word' || token?.kind === 'quote'; token = cursor.peek()) {
    if (cursor.isDone()) break
    const isOption = token.kind === 'word' && /^-[A-Za-z]{1,10}$/.test(token.text)
    if (!isOption && path !== undefined) return undefined
    if (isOption) isRecursive ||= token.text.includes('R')
    else path = token.text
    cursor.index++
  }
  return cursor.isDone() ? shellListing(path, isRecursive) : undefined
}

function shellListing(path: string | undefined, isRecursive: boolean): Reading {
  if (path !== undefined && isPattern(path)) return filesAct(ROOT, path, isRecursive)
  return isRecursive ? filesAct(path ?? ROOT, undefined, true) : folderAct(path ?? ROOT)
}
