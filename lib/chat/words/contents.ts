import { phrases } from '../phrases.ts'

// How the content of a file is announced. Lower case, straight apostrophes.

/** What a content is called. */
export const CONTENT = phrases(`
  content, contents, text, text content, body, data, word, words, string, line, lines, value, message, phrase,
  sentence, following, following text, following content, following contents, number, following lines, following
  line, following words, following message, this, term
`)

/** Those of {@link CONTENT} that can only be all of it. */
export const ALL_CONTENT = phrases('content, contents, text content')

export const WHOLE = phrases('all, full, whole, entire, complete, current, exact, actual')

/** Before a content. The first may be followed by much else, so what follows must say that it is one. */
export const WITH = phrases('with, having, and with, with just, with only')

export const CONTAINING = phrases(`
  containing, that contains, which contains, that says, which says, saying, holding, that holds, which holds,
  that reads, which reads, including, that includes, which includes, contain, contains, just containing,
  containing only, containing just, that contains only, that has, which has, that should contain, which should
  contain, should have, must contain, has to contain, should say, should read, must say, should hold, should contain, whose, reading, and in it, and inside it
`)

/** What is said to hold a content. */
export const SUBJECTS = phrases('it, this, that, this file, that file, the file, this one, the new file')

export const WITH_NOTHING = phrases(`
  with nothing in it, with nothing inside, with nothing, with no content, with no contents, with no text,
  without content, without any content, without contents, with empty content, that is empty, which is empty
`)

/** A file is to be made only where there is none. */
export const IF_NEW = phrases(`
  if it is not there, if it is not there yet, if it isn't there, if it isn't there yet, if it does not exist, if it does not exist yet,
  if it doesn't exist, if it doesn't exist yet, if it does not exist already, if it doesn't exist already, if there is none, if there is none yet,
  unless it exists, unless it exists already, unless it already exists, unless it is there, unless it is there already
`)

/** Before a file that holds the same. */
export const SAME_AS = phrases(`
  the same content as, the same contents as, the same text as, the same as, the same content of, the same contents of
`)

/** Between what a content is called and the content. */
export const LINKS = phrases(`
  of, is, are, being, be, should be, as, set to, equal to, that says, that reads, which says, saying, reading,
  must be, shall be, will be, equals, =
`)

export const BY = phrases('to, with, by, as, into, to be')

export const AND = phrases('and, but, &')

export const ITS = phrases('its, only, just, exactly, simply')

/** Said after a content, where it only repeats what a content is. */
export const AS_CONTENT = phrases(`
  in the file, inside the file, as content, as its content, as the content, as contents, as its contents, as text,
  as the text, as its text, as the contents, as body
`)

/** As {@link AS_CONTENT}, where no folder was spoken of that could be meant. */
export const IN_IT = phrases(
  'in it, inside it, inside of it, inside, in there, inside there, written in it, into it, to it',
)

/** With these begins what tells a content rather than is one: "all my notes", "what I said". */
export const DESCRIBING = phrases(`
  all, everything, anything, something, nothing, whatever, what, whichever, which, who, where, when, why, how, its, both, each, every, several,
  many, most, few, various, random, today's, tomorrow's, yesterday's, today, tomorrow, yesterday, now, plenty of, lots of, a lot of
`)

/** What a sentence may be about that begins with no name: "this is a test". */
export const SPOKEN_OF = phrases('this, that, it, there, these, those, all, everything, nothing')

export const IS = phrases("is, isn't, are, aren't, was, were, will, has, have, had, can, must, should, would, could")

/** What is to come after something that a file holds already. */
export const MORE = phrases(
  'another, one more, more, an additional, additional, an extra, extra, a further, further, some more, a second, a new line',
)

/** Behind a text, how it is to be written. */
export const MANNERS = phrases(`
  in capital letters, in capitals, in all capitals, in uppercase, in upper case, in lowercase, in lower case, in small letters, in caps,
  in all caps, in block letters, in bold, in italics, backwards, backward, reversed, in reverse, in reverse order, twice, sorted,
  alphabetically, in alphabetical order, in red, in green, in blue, in english, in french, in german, in spanish, in italian, translated
`)

/** Where in a file something goes that holds something already. */
export const PLACES_IN_FILE = phrases(`
  on a new line, on another line, on the next line, on a separate line, on its own line, on the first line, on the last line, on line,
  at line, on top of, on the list, to the list, at the end, to the end, at the very end, at the bottom, to the bottom, at the top, to the top,
  at the beginning, to the beginning, at the start, to the start, instead of, in place of, as the first line, as the last line, as a new line,
  in the first line, in the last line, in a new line, in the next line, in between
`)

/** As {@link PLACES_IN_FILE}, where the file follows: a text may have such words too. */
export const BESIDE = phrases('under, below, beneath, underneath, above, between, after, before, behind, next to')

/** As {@link BESIDE}, right before the file. */
export const AGAIN = phrases('again, first, back, last, too, also, as well')

/** Before what something is added to. */
export const ON = phrases('on, onto, on to')

/** As {@link MORE}, said at the end. */
export const AS_WELL = phrases('as well, too, also')

/** What "what" stands before when the question comes last: "what notes.txt says". */
export const STATES = phrases('says, contains, holds, looks like, has in it, reads')
