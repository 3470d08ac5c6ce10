import { checkOptions, OptionError, type OptionRule, positiveInteger, requireOption } from '../../base/options.ts'
import type { Tool } from '../tool.ts'
import { copyFileTool } from './copy-file.ts'
import { createDirectoryTool } from './create-directory.ts'
import { deleteFileTool } from './delete-file.ts'
import { errnoOf } from './file-error.ts'
import { listDirectoryTool } from './list-directory.ts'
import { listFilesTool } from './list-files.ts'
import { makeRoot } from './make-root.ts'
import { moveFileTool } from './move-file.ts'
import { readFileTool } from './read-file.ts'
import { searchFilesTool } from './search-files.ts'
import { createWorkspace, type Limits, type Workspace } from './workspace.ts'
import { writeFileTool } from './write-file.ts'

/** Where the file tools work, and how much they take. */
export interface FileToolsOptions {
  /** The folder that callers see as `.`, and beyond which they reach nothing. Made, if it is missing. */
  readonly root: string
  /** The largest file that is written, copied or searched for text. Default: 10 MiB. */
  readonly maxFileBytes?: number
  /** How much all files together may hold. Default: 256 MiB. */
  readonly maxTotalBytes?: number
  /** How many files and folders there may be: empty ones take place too. Default: 100,000. */
  readonly maxFiles?: number
  /** How much text `read_file` returns; of a longer file the beginning, with a notice. Default: 200 KiB. */
  readonly maxReadBytes?: number
  /** How much a listing or a search returns. Default: 1,000. */
  readonly maxEntries?: number
}

const FACTORY = 'fileTools'
const MIB = 1_048_576
const DEFAULTS: Limits = {
  maxFileBytes: 10 * MIB,
  maxTotalBytes: 256 * MIB,
  maxFiles: 100_000,
  maxReadBytes: 200 * 1024,
  maxEntries: 1_000,
}

const aFolder: OptionRule = {
  expected: 'the path of a folder that is there or can be made',
  test: (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
}

const RULES: Readonly<Record<string, OptionRule>> = {
  root: aFolder,
  maxFileBytes: positiveInteger,
  maxTotalBytes: positiveInteger,
  maxFiles: positiveInteger,
  maxReadBytes: positiveInteger,
  maxEntries: positiveInteger,
}

/**
 * Tools that read and write files in one folder and nowhere else (THREATS T13): `write_file`, `read_file`, `list_files`,
 * `list_directory`, `create_directory`, `delete_file`, `move_file`, `copy_file`, `search_files`.
 *
 * They fail with a `ToolError` of a code listed in `docs/protocol.md`, whose message names only the path the caller gave. One set
 * of tools counts what its root holds: two sets over one root, or another program that writes there, do not see each other's
 * writes until the count is renewed, and may go beyond the quota by as much.
 *
 * The root is made at once, so that a wrong one shows at the start.
 *
 * @throws OptionError naming the option that is missing, misspelled or wrong.
 */
export function fileTools(options: FileToolsOptions): readonly Tool[] {
  checkOptions(FACTORY, options, RULES)
  requireOption(FACTORY, options, 'root', aFolder)
  const limits: Limits = {
    maxFileBytes: options.maxFileBytes ?? DEFAULTS.maxFileBytes,
    maxTotalBytes: options.maxTotalBytes ?? DEFAULTS.maxTotalBytes,
    maxFiles: options.maxFiles ?? DEFAULTS.maxFiles,
    maxReadBytes: options.maxReadBytes ?? DEFAULTS.maxReadBytes,
    maxEntries: options.maxEntries ?? DEFAULTS.maxEntries,
  }
  return toolsOf(createWorkspace(rootOf(options), limits))
}

/** The tools of `workspace`, in the order they are listed. */
export function toolsOf(workspace: Workspace): readonly Tool[] {
  return [
    writeFileTool(workspace),
    readFileTool(workspace),
    listFilesTool(workspace),
    listDirectoryTool(workspace),
    createDirectoryTool(workspace),
    deleteFileTool(workspace),
    moveFileTool(workspace),
    copyFileTool(workspace),
    searchFilesTool(workspace),
  ]
}

function rootOf(options: FileToolsOptions): string {
  try {
    return makeRoot(options.root)
  } catch (error) {
    if (errnoOf(error) === '') throw error
    throw new OptionError(FACTORY, 'root', aFolder.expected, options.root)
  }
}
