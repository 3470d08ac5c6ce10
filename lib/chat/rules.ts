import type { KnownTool } from './abilities.ts'
import type { Phrases } from './phrases.ts'
import type { Rule } from './reading.ts'
import { readAppend } from './rules/append.ts'
import { readBareArithmetic, readCalculate } from './rules/calculate.ts'
import { readCreate, readCreateUnsaid, readMakeDirectory, readTouch } from './rules/create.ts'
import { readDelete } from './rules/delete.ts'
import { readEmpty } from './rules/empty.ts'
import { readExists } from './rules/exists.ts'
import { readInFolder } from './rules/in-folder.ts'
import { readFetch } from './rules/fetch.ts'
import { readList, readShellList } from './rules/list.ts'
import { readQuery } from './rules/query.ts'
import { readQuestion } from './rules/question.ts'
import { readBareContent, readRead } from './rules/read.ts'
import { readFound } from './rules/read-found.ts'
import { readReplaceContent } from './rules/replace.ts'
import { readReplacePart } from './rules/replace-part.ts'
import { readSay } from './rules/say.ts'
import { readShown } from './rules/shown.ts'
import { readFind } from './rules/search.ts'
import { readSize } from './rules/size.ts'
import { readToldLater } from './rules/told-later.ts'
import { readWait } from './rules/wait.ts'
import { readCopy, readMove, readPut, readRename } from './rules/transfer.ts'
import { readWrite } from './rules/write.ts'
import { CALCULATE, FETCH_ONLY, QUERY, SAY, WAIT } from './words/basics.ts'
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
 * lists before files, for "show me the files"; questions before both, for "show me what is in x". What can only be a result, a URL, JSON
 * or arithmetic comes before all that would take it for a name.
 */
export const RULES: readonly Rule[] = [
  readFound,
  readShown,
  readFetch,
  readQuery,
  readCalculate,
  readWait,
  readCopy,
  readRename,
  readMove,
  readMakeDirectory,
  readInFolder,
  readCreate,
  readTouch,
  readReplaceContent,
  readReplacePart,
  readPut,
  readWrite,
  readAppend,
  readEmpty,
  readDelete,
  readSize,
  readQuestion,
  readExists,
  readShellList,
  readList,
  readFind,
  readRead,
  readBareContent,
  readToldLater,
  readCreateUnsaid,
  readSay,
]

/** The rules where nothing was asked: an answer such as "2 + 2" may be a text. */
export const RULES_OF_A_MESSAGE: readonly Rule[] = [...RULES, readBareArithmetic]

/** What a verb is most likely about, to give the right example where no rule could read what follows it. */
export const HINTS: readonly (readonly [Phrases, KnownTool])[] = [
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
  [CALCULATE, 'calculate'],
  [WAIT, 'wait'],
  [QUERY, 'json_query'],
  [FETCH_ONLY, 'http_get'],
  [SAY, 'echo'],
]
