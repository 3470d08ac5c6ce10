import { phrases, wordSet } from '../phrases.ts'

// How people answer a question. Lower case, straight apostrophes.

/** Said before the answer itself. */
export const ANSWERING = phrases(`
  it is, it's, its, it should be, it shall be, that is, that's, that would be, call it, name it, let's call it, let us call it, make it,
  make that, use, take, please, well, hm, hmm, oh, ok, okay, i mean, i meant, i want, i would say, i'd say, the name is, its name is, the answer is,
  called, named, to, into, in, for, it should be called, it shall be called, the one called, it is called, it's called, with the name, maybe, perhaps, just, about, how about,
  what about, why not, i think
`)

/** As {@link ANSWERING}, where the answer may be any words. */
export const ANSWERING_TERM = phrases('for, search for, look for, please, i mean, i meant')

/** It shall be so. */
export const AGREEING = phrases(`
  yes, y, yeah, yep, yup, ya, yea, sure, sure thing, ok, okay, please do, do it, just do it, do that, do so, right, correct, exactly, go ahead,
  go for it, of course, please, affirmative, absolutely, definitely, certainly, by all means, you may, you can, alright, all right, fine,
  agreed, yes you may, yes you can, yes sir, i do, that's right, that is right, that's correct, confirm, confirmed, indeed
`)

/** Those of {@link AGREEING} that may as well begin what somebody wants instead. */
export const AGREEING_WEAKLY: ReadonlySet<string> = wordSet('ok, okay, please, alright, all right, fine, right')

/** Said before "yes". */
export const MUSING = phrases('oh, well, hm, hmm, ah, um, uh')

/** What says that something is wanted besides. */
export const ADDING_TO: ReadonlySet<string> = wordSet('and, also, too, then, plus, additionally, besides')

/** It shall not be, whatever was asked. */
export const LEAVING = phrases(`
  never mind, nevermind, cancel, cancel that, cancel it, forget it, forget that, forget about it, leave it, abort, skip it, don't bother,
  i changed my mind, i've changed my mind, i have changed my mind, changed my mind, leave it be, leave it alone, let it be, no thanks,
  nvm, nm, no thank you, not now, don't do it, don't do that, better not, rather not, stop it, stop that, stop this
`)

/** As {@link LEAVING}, where such a word could not be the answer itself. */
export const REFUSING = phrases('no, nope, nothing, none, neither, stop')

/** As {@link REFUSING}, where a name is asked for. */
export const REFUSING_NAMES = phrases(`
  n, nah, never, no way, later, quit, exit, skip, back, go back, undo, bye, goodbye, don't, not, neither one, none of them,
  nowhere, nay, meh
`)

/** With these begins that something shall stay as it is. */
export const KEEPING = phrases("keep, leave, stay, stays, don't, dont, do not, let it, let them, hands off")

/** One of these denies what is said around it. */
export const NEGATIVE: ReadonlySet<string> = wordSet(`
  no, not, never, nope, nah, nay, none, nothing, nowhere, neither, don't, dont, won't, can't, cannot, shouldn't, mustn't, wouldn't, isn't, nvm
`)

/** Not knowing what to answer. */
export const UNSURE = phrases(`
  i don't know, i do not know, i dont know, i don't remember, i don't care, i do not care, don't know, dont know, dunno, idk, no idea, not sure,
  unsure, i'm not sure, i am not sure, i don't mind, no clue, doesn't matter
`)

/** Not being sure of a name. */
export const HEDGING = phrases(
  'maybe, perhaps, possibly, probably, how about, what about, why not, i think, i guess, i suppose',
)

/** What announces that a name follows. */
export const SAYING_NAME: ReadonlySet<string> = wordSet('call, called, name, named, title, titled')

/** Words of a sentence that only gives a name. */
export const AROUND_NAMES: ReadonlySet<string> = wordSet(`
  the, a, an, this, that, it, its, it's, that's, is, be, should, shall, will, would, can, could, new, name, named, call, called, title, titled,
  file, folder, document, one, to, as, of, with, i, i'd, i'll, like, want, we, we'd, let's, let, us, use, take, make, go, please, just, simply, ok,
  okay, yes, yeah, yep, sure, then, so, well, maybe, perhaps, probably, think, guess
`)

/** Said around either, which alone says nothing. */
export const SOFTENING = phrases(`
  sorry, actually, oh, wait, please, thanks, thank you, hm, hmm, well, oops, ok, okay, maybe, perhaps, i'm sorry, but, hold on, one moment,
  just a moment, a moment, please wait, hang on, just a second, one second, a second,
  a sec, one sec, a minute, one minute
`)

/** No answer to any question for a name. */
export const NO_ANSWERS = phrases(`
  hello, hi, hey, good morning, help, help me, huh, eh, what, why, which, who, where, how, pardon, dunno, idk, i don't know, i do not know,
  don't know, no idea, not sure, i'm not sure, you choose, you decide, whatever, anything, something, it, that, this, both, all, either,
  any, anywhere, somewhere, elsewhere, up to you, as you like, what do you suggest, what do you think, what do you mean, which one
`)

/** Said by who got what was wanted. */
export const PLEASED = phrases(`
  thanks, thx, ty, thank you, thank you very much, thank you so much, thanks a lot, many thanks, cheers, great, perfect, nice, cool, awesome,
  excellent, wonderful, well done, good job, that's all, that is all
`)

export const OK = phrases('ok, okay, oh, so, well, all right, alright, and')

/** Said by who leaves. */
export const TAKING_LEAVE = phrases(
  'bye, bye bye, goodbye, good bye, good night, see you, see you later, see you soon, see you tomorrow, quit, exit, ciao, farewell',
)

/** Of these, those that a text may be. */
export const HELLO = phrases('hello, hi, hey, good morning, good afternoon, good evening, good day')

/** Said where something else was meant. */
export const CORRECTING = phrases(
  "i mean, i meant, i didn't mean, i did not mean, wrong, the wrong, not that, not this, not it, that was, instead, hang on, hold on, let me, lemme, give me",
)

/** Orders that texts begin with as well. */
export const TEXTS_TOO = phrases(`
  new, start, build, list, display, answer, echo, print, view, sum, i need, i want, i would like, i'd like, drop, discard, empty, clear, backup,
  store, record, place, load, pause, delay
`)

/** What a text may begin with too. */
export const GREETINGS = phrases('hello, hi, hey, thanks, thank you, yes, ok, okay, well, please, so')

/** Said before what somebody wants instead, or before the answer. */
export const INTERJECTIONS = phrases(`
  no, nope, nah, actually, oh, wait, sorry, oops, hm, hmm, stop, never mind, nevermind, forget it, forget that, cancel that, cancel, instead,
  rather, better, on second thought, on second thoughts, i changed my mind, i've changed my mind, i mean, leave it, yes, yeah, yep, sure,
  ok, okay, please, well, but, hold on, thanks
`)

/** Those of {@link INTERJECTIONS} that may belong to what follows them without a comma: "no delete". */
export const APART: ReadonlySet<string> = wordSet(`
  no, nope, nah, stop, never mind, nevermind, forget it, forget that, cancel that, cancel, leave it, better, rather
`)

/** Of two that were offered. */
export const FIRST = phrases(`
  first, the first, the first one, first one, 1, one, number 1, number one, option 1, option one, former, the former, the former one, 1st,
  the 1st, the 1st one
`)

export const SECOND = phrases(`
  second, the second, the second one, second one, 2, two, number 2, number two, option 2, option two, latter, the latter, the latter one,
  last, the last, the last one, 2nd, the 2nd, the 2nd one
`)

/** A file shall hold nothing. */
export const EMPTY_CONTENT = phrases(`
  empty, blank, leave it empty, keep it empty, make it empty, let it be empty, it should be empty, it shall be empty, it stays empty,
  leave it blank, an empty file, no content, no text, nothing in it, nothing at all
`)

/** What tells no content though somebody was asked for it. */
export const NO_CONTENT = phrases(`
  nothing, what do you suggest, what do you think, what do you mean, what would you write, you choose, you decide, whatever, whatever you want,
  whatever you like, whatever you think, anything, anything you like, anything you want, something, everything, i don't know, i do not know,
  don't know, dunno, idk, no idea, not sure, i'm not sure, up to you, as you like, surprise me, its contents, its content, the same,
  the date, today's date, the current date, the time, the current time, some text, some words, the text, the content, the contents
`)
