import { phrases, wordSet } from '../phrases.ts'

// How files and folders are spoken of, and where they are. Lower case, straight apostrophes.

export const DETERMINERS = phrases(
  'the, a, an, my, our, your, their, this, that, these, those, some, any, another, one',
)

export const DEFINITE: ReadonlySet<string> = wordSet('the, this, that, my, our')

export const NEW = phrases('new, empty, blank, existing, brand new')

export const ADJECTIVES = phrases(
  'new, empty, blank, text, plain, plain text, existing, whole, entire, following, brand new',
)

export const FILE = phrases('file, document, textfile, text document')

export const FILES = phrases('files, documents, file names, filenames, textfiles')

export const FOLDER = phrases('folder, directory, dir, subfolder, subdirectory, sub-folder, sub-directory')

export const FOLDERS = phrases('folders, directories, dirs, subfolders, subdirectories')

export const PRONOUNS = phrases('it, that, this, that one, this one, the same, the same one, them')

export const QUANTIFIERS_OF_MANY = phrases('all, all of, every, each, both')

export const EVERYTHING = phrases('everything, all, anything, whatever')

export const CALLED = phrases(`
  called, named, titled, name, with the name, with name, by the name of, under the name, with the filename, with
  filename, with the title, that is called, which is called, that is named, which is named, and call it, and
  name it, call it, name it, whose name is, of the name, with the name of, with path, with the path
`)

export const AS = phrases('as, called, named')

/** Words that name nothing unless they are quoted or follow "called". */
export const NOT_NAMES: ReadonlySet<string> = wordSet(`
  to, into, in, inside, as, from, with, without, at, on, onto, under, of, for, within, by, over, about, below,
  through, and, or, but, then, than, please, now, thanks, me, us, it, there, here, them, i, you, we, what,
  which, where, when, who, how, why, is, are, was, were, be, do, does, the, an, my, our, your, their, its, this,
  that, these, those, some, any, all, every, each, both, everything, anything, nothing, something, file, files,
  folder, folders, directory, directories, document, documents, content, contents, text, called, named, titled,
  containing, contain, contains, saying, says, if, unless, not, again, first, last, recursively, recursive, everywhere, whose,
  having, holding, up, out, down, one, ->, →, =>, >, >>, <, |, &, &&, ., too, also, immediately, asap, using,
  via, after, before, ||, <<, &>, 2>, no, nope, yes, yep, yeah, ok, okay, sorry, oops, whoops, stop, cancel, wait, etc, maybe, perhaps,
  possibly, actually, never, nevermind, don't, second, third, next, previous, other, same, latest, newest, oldest, carefully, rather, instead, except
`)

/** Those of {@link NOT_NAMES} that are names where only a name can stand: at the end, behind "folder", "mkdir", "to" or "in". */
export const NAMES_BY_PLACE: ReadonlySet<string> = wordSet('out, up, down, over, about, below, through')

/** As {@link NAMES_BY_PLACE}, only behind a noun or the verb that makes it: "create folder all". */
export const NAMES_BY_NOUN: ReadonlySet<string> = wordSet('all, other, same, both, everything')

/** What "in" and "at" say without meaning a place, unless it is called a folder: "in full", "at noon". */
export const NO_PLACES: ReadonlySet<string> = wordSet(`
  full, detail, details, total, secret, short, brief, reverse, parallel, advance, order, particular, peace, vain, haste,
  lowercase, uppercase, capitals, caps, bold, italics, english, french, german, spanish, italian, chinese, japanese, russian, portuguese,
  red, green, blue, yellow, black, white, orange, purple, pink, grey, gray, brown,
  once, noon, midnight, last, least, most, alphabetical
`)

/** Words that are no name even after "called": the name was left out. */
export const NEVER_NAMES: ReadonlySet<string> = wordSet(
  'with, in, to, and, containing, into, as, from, for, that, which, whose, saying, inside',
)

/** Before the place where something goes. */
export const INTO = phrases(`
  to, into, in, in to, inside, inside of, within, as, onto, on, under, at, ->, →, =>, >, over, on to, over to, over into
`)

/** Those of {@link INTO} that can only lead from one place to another. */
export const TO = phrases('to, into, in to, over to, over into, ->, →, =>')

/** Those of {@link INTO} that lead into a folder, where nothing says that it is a file. */
export const INSIDE: ReadonlySet<string> = wordSet('in, into, in to, inside, inside of, within, under, over into')

/** Before the folder that something is in. */
export const IN = phrases('in, inside, inside of, within, under, from, at, of, below, out of')

/** As {@link IN}, of where something goes. */
export const INSIDE_FOLDER = phrases('in, inside, inside of, within, under')

/** Before the folder that something is taken out of. */
export const FROM = phrases('from, out of')

/** Places that are the root of the workspace. */
export const HERE = phrases(`
  here, the current folder, the current directory, the root, the root folder, the root directory, current
  folder, the workspace, my workspace, the working directory, the current working directory, the workspace
  folder, the workspace directory, the top folder, current directory, the main folder
`)

export const DOT = phrases('.')

/** The folder spoken of before. */
export const THERE = phrases('there')
