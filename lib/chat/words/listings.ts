import { phrases, wordSet } from '../phrases.ts'

// How several files are narrowed down, and what is looked for in them. Lower case, straight apostrophes.

export const QUANTIFIERS = phrases(`
  all, all of, every, each, only, just, both, existing, available, other, different, of, the, a list of, the
  list of, list of, a listing of, an overview of, the names of, the name of, names of, any, my, our, these, those, your,
  current, kind of, kinds of, sort of, a, an
`)

/** Before what is listed, where the list itself is meant. */
export const LIST_OF = phrases('a list of, the list of, list of, a listing of, the names of, names of')

/** Extensions, by what their files are called: "markdown files". */
export const FILE_TYPES: ReadonlyMap<string, string> = new Map([
  ...Array.from(
    wordSet('md, txt, json, csv, log, ts, js, py, html, css, yaml, yml, xml, pdf, sql, toml'),
    (extension): [string, string] => [extension, extension],
  ),
  ['markdown', 'md'],
  ['text', 'txt'],
  ['typescript', 'ts'],
  ['javascript', 'js'],
  ['python', 'py'],
])

export const ENTRIES = phrases(`
  everything, anything, entries, items, things, stuff, files and folders, folders and files, files and directories,
  directories and files, files and subfolders, all, folder contents, directory contents
`)

/** Said of files that are listed, without narrowing them down. */
export const EXISTING = phrases(`
  there are, are there, there is, is there, that i have, i have, do i have, have i got, i have got, i got, that
  exist, exist, exists, you have, do you have, we have, do we have, that you have, that we have, are, available,
  present, stored, located, saved, currently, can you see, you can see, can i see, you know, is, that are, which
  are, that lie, lie, live, do exist, did i create, i created, that i created, that are there
`)

export const RECURSIVELY = phrases(`
  recursively, recursive, everywhere, in all folders, in all subfolders, in every folder, in all directories,
  including subfolders, including subdirectories, including all subfolders, including its subfolders, with
  subfolders, with all subfolders, with subdirectories, and subfolders, and its subfolders, and all subfolders,
  and all its subfolders, and subdirectories, and its subdirectories, and below, in subfolders, in subfolders
  too, at any depth, at all levels, and their subfolders, and folders below, in all subdirectories, throughout
`)

export const MATCHING = phrases(`
  matching, that match, which match, match, like, matching the pattern, with the pattern, that look like, whose names match,
  whose name matches
`)

/** Before a name, of which the extension may be left out. */
export const NAMED = phrases('named, called, with the name, that are called, that are named, whose name is')

export const ENDING = phrases(`
  ending in, ending with, ending on, that end in, that end with, which end in, which end with, end in, end with,
  whose name ends with, whose names end with, whose name ends in, whose names end in
`)

export const STARTING = phrases(`
  starting with, beginning with, that start with, that begin with, which start with, which begin with, start
  with, begin with, whose name starts with, whose names start with, whose name begins with
`)

export const WITH_EXTENSION = phrases(`
  with extension, with the extension, with an extension of, of type, with file extension, with the file
  extension, of the type, having extension, having the extension, with the ending, with ending, with the suffix
`)

/** Before what is looked for in files. After the weaker ones something must say that it is a text. */
export const HOLDING = phrases(`
  containing, that contain, which contain, contain, contains, that contains, which contains, mention, mentions,
  mentioning, that mention, which mention, including, include, includes, that include, which include, say, that
  mentions, that includes, holding, that hold, hold
`)

export const HAVING = phrases('with, have, has, that have, which have, that has, having, where')

export const IN_THEM = phrases('in them, in it, inside them, inside it')

export const FOUND_IN = phrases('in them, in it, inside, inside them, inside it, in its text, in their text, somewhere')

export const ALL_FILES = phrases(`
  all files, my files, the files, every file, all my files, all the files, any file, all of my files, files, all
  documents, the documents, my documents, everything, all of them, all of the files, each file, any of the files
`)

/** Before the place that is searched. */
export const SEARCHED = phrases(`
  in, inside, within, under, from, among, through, across, of, throughout, over, below, in all of
`)

export const FOR = phrases('for, for any, for all')

export const OCCURRENCES = phrases(`
  occurrences of, occurrence of, mentions of, mention of, instances of, uses of, references to, places with,
  places where, where, lines with, lines containing, lines that contain, lines of, the lines with, appearances of
`)

/** What says more of a search than what to look for and where: no tool searches so. */
export const SEARCHING_OTHERWISE = phrases(`
  or, but, but not, except, excluding, without, ignoring case, ignoring, ignore case, ignore, regardless of case, regardless, case insensitive,
  case insensitively, case-insensitive, case-insensitively
`)

/** After what is looked for, in a question. */
export const APPEARS = phrases(`
  mentioned, used, found, written, appear, appears, occur, occurs, stand, stands, is, is mentioned, is used,
  is found, is written, are mentioned, are used, are found
`)
