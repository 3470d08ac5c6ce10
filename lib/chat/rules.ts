import type { FileTool } from './abilities.ts'
import type { Phrases } from './phrases.ts'
import type { Rule } from './reading.ts'
import { readAppend } from './rules/append.ts'
import { readCreate, readMakeDirectory, readTouch } from './rules/create.ts'
import { readDelete } from './rules/delete.ts'
import { readEmpty } from './rules/empty.ts'
import { readExists } from './rules/exists.ts'
import { readList, readShellList } from './rules/list.ts'
import { readQuestion } from './rules/question.ts'
import { readBareContent, readRead } from './rules/read.ts'
import { readFind } from './rules/search.ts'
import { readToldLater } from './rules/told-later.ts'
import { readCopy, readMove, readRename } from './rules/transfer.ts'
import { readReplaceContent, readWrite } from './rules/write.ts'
import {
  COPY,
  CREATE,
  DELETE,
  EMPTY,
  LIST,
  MAKE_DIRECTORY,
  MOVE,
  READ,
  RENAME,
  SEARCH,
  TOUCH,
  WRITE,
} from './words/verbs.ts'

/**
 * The rules, in the order they are asked; the first that reads a clause has it. Copying comes before creating, for "make a copy of";
 * lists before files, for "show me the files"; questions before both, for "show me what is in x".
 */
export const RULES: readonly Rule[] = [
  readCopy,
  readRename,
  readMove,
  readMakeDirectory,
  readCreate,
  readTouch,
  readReplaceContent,
  readWrite,
  readAppend,
  readEmpty,
  readDelete,
  readQuestion,
  readExists,
  readShellList,
  readList,
  readFind,
  readRead,
  readBareContent,
  readToldLater,
]

/** What a verb is most likely about, to give the right example where no rule could read what follows it. */
export const HINTS: readonly (readonly [Phrases, FileTool])[] = [
  [COPY, 'copy_file'],
  [RENAME, 'move_file'],
  [MOVE, 'move_file'],
  [MAKE_DIRECTORY, 'create_directory'],
  [CREATE, 'write_file'],
  [WRITE, 'write_file'],
  [DELETE, 'delete_file'],
  [EMPTY, 'write_file'],
  [TOUCH, 'write_file'],
  [LIST, 'list_files'],
  [SEARCH, 'search_files'],
  [READ, 'read_file'],
]
