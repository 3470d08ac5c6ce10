import { type Phrases, phrases, wordSet } from '../phrases.ts'
import { CALCULATE, FETCH_ONLY, GOING_ON, QUERY, SAY, WAIT } from './basics.ts'

// What a clause can begin with. Lower case, straight apostrophes.

export const CREATE = phrases(`
  create, make, add, generate, produce, set up, new, start, build, prepare, mkdir, md, i want, i need, i would
  like, i'd like, there should be
`)

export const MAKE_DIRECTORY = phrases('mkdir, md, mkdir -p')

export const WRITE = phrases(`
  write, write down, write out, save, put, store, record, place, enter, jot down, note down, overwrite, fill
`)

/** Those of {@link WRITE} after which "on" means that something is there already. */
export const PUTTING: ReadonlySet<string> = wordSet('put, place, enter, write')

export const APPEND = phrases('append, add, insert, prepend, attach')

/** Words that connect what is added with what it is added to. */
export const CONNECTING: ReadonlySet<string> = wordSet('to, into, in, at, after, before')

export const REPLACE_CONTENT = phrases('set, change, replace, overwrite, update')

/** As {@link REPLACE_CONTENT}, of a part of one. */
export const REPLACE_PART = phrases('replace, change, substitute, update, find and replace, search and replace')

/** Verbs that hold an "and" themselves. */
export const JOINED_VERBS = phrases('find and replace, search and replace, move and rename')

/** Verbs that can only mean to look into one thing. */
export const READ = phrases('read, read out, cat, print, print out, view, display, type out')

export const ALOUD = phrases('aloud, out loud, out, back, back to me')

/** Those of {@link READ} that are also said of a list. */
export const SHOW_MANY = phrases('print, print out, view, display')

/** Verbs that mean many things, of which reading is one. */
export const SHOW = phrases(`
  show, see, get, give, open, open up, look at, have a look at, take a look at, look into, fetch, load, output,
  dump, tell, bring up, pull up
`)

export const LIST = phrases('list, list up, enumerate')

export const SHELL_LIST = phrases('ls, dir')

export const DELETE = phrases(
  'delete, remove, rm, del, erase, trash, unlink, discard, drop, get rid of, throw away, throw out',
)

/** "throw … away" */
export const THROW = phrases('throw')

export const AWAY = phrases('away, out')

/** Said after what is deleted, which changes nothing. */
export const FOR_GOOD = phrases('permanently, for good, forever, completely, entirely')

/** Those of {@link DELETE} that are said of much else than files. */
export const LOOSE_DELETE: ReadonlySet<string> = wordSet('trash, discard, drop, get rid of, throw away, throw out')

export const COPY = phrases(`
  copy, duplicate, clone, cp, make a copy of, create a copy of, take a copy of, make a duplicate of, create a
  duplicate of, make a backup of, create a backup of, back up, backup, save a copy of, store a copy of
`)

export const MOVE = phrases('move, mv, relocate')

/** Verbs that move a file where it goes into a folder, and write a text else. */
export const PUT = phrases('put, place')

export const RENAME = phrases('rename, change the name of, move and rename')

export const SEARCH = phrases(`
  search, find, grep, locate, look, look up, scan, hunt, seek, do a search, perform a search, run a search
`)

/** Verbs that need "for" before what is looked for. */
export const NEEDS_FOR: ReadonlySet<string> = wordSet(
  'look, scan, hunt, seek, do a search, perform a search, run a search',
)

/** How a question begins, as far as the rules answer any. */
export const QUESTION = phrases(`
  what, what's, whats, which, where, where's, wheres, how many, how big, how large, are there, is there, in which, do i have, do we
  have, does any, do any
`)

/** Asking for an answer before the question itself. */
export const ASKING = phrases(`
  show me, show us, show, tell me, tell us, let me know, let me see, see, say, do you know, find out, i want to
  know, i would like to know, i'd like to know, know, look, check
`)

export const EMPTY = phrases('empty, empty out, clear, clear out, truncate, wipe, wipe out, blank out')

export const TOUCH = phrases('touch')

/** Commands of the shell after which names follow one another with blanks between them. */
export const SHELL = phrases('rm, cat, touch, mkdir, mkdir -p, md, cp, mv')

/** Those of {@link SHELL} that are no English words: whatever follows is a name. */
export const SHELL_ONLY = phrases('rm, mkdir, mkdir -p, md, cp, mv')

/** Those of {@link SHELL} whose last name is where the others go. */
export const SHELL_TRANSFER: ReadonlySet<string> = wordSet('cp, mv')

/** Asking whether something is there. */
export const HAS = phrases('is there, are there, do i have, do we have, have i got, have we got')

/** As {@link HAS}, after "whether". */
export const HAVE = phrases('there is, there are, i have, we have, i have got, we have got')

export const IS = phrases('is, are')

export const DOES = phrases('does, do, did')

export const WHAT_IS_IN = phrases("what is in, what's in, whats in, what is inside, what's inside, whats inside")

/** Verbs that may be said of several folders at once, where their names follow "in". */
export const PLACED_VERBS: readonly Phrases[] = [LIST, SHOW, SHOW_MANY, QUESTION, ASKING, SEARCH]

/** Verbs that may be said of several things at once, whose names follow; those that begin with others stand first. */
export const OBJECT_VERBS: readonly Phrases[] = [
  COPY,
  RENAME,
  MOVE,
  CREATE,
  TOUCH,
  EMPTY,
  DELETE,
  phrases('overwrite, fill'),
  LIST,
  READ,
  SHOW,
  WHAT_IS_IN,
  HAS,
  DOES,
  IS,
]

/**
 * Verbs that are nouns too, or names of folders: "list docs and trash". After "and" they begin a step only where something follows
 * them.
 */
export const NOUNS_TOO = phrases(`
  trash, drop, discard, empty, clear, truncate, wipe, backup, build, store, output, dump, record, place, load, wait, pause, hold on, delay
`)

/** Every way to begin what the rules understand: what comes after "and" or a comma is a further step only if it begins so. */
export const VERBS: readonly Phrases[] = [
  CREATE,
  WRITE,
  APPEND,
  REPLACE_CONTENT,
  REPLACE_PART,
  READ,
  SHOW,
  LIST,
  SHELL_LIST,
  DELETE,
  THROW,
  EMPTY,
  TOUCH,
  COPY,
  MOVE,
  RENAME,
  SEARCH,
  QUESTION,
  WAIT,
  CALCULATE,
  SAY,
  QUERY,
  FETCH_ONLY,
  GOING_ON,
  phrases('multiply, divide, subtract, take the square root of, take half of'),
]
