import { phrases } from '../phrases.ts'

// How people answer a question. Lower case, straight apostrophes.

/** Said before the answer itself. */
export const ANSWERING = phrases(`
  it is, it's, its, it should be, it shall be, that is, that's, that would be, call it, name it, let's call it, let us call it, make it,
  make that, use, take, please, well, hm, hmm, oh, ok, okay, i mean, i meant, i want, i would say, i'd say, the name is, its name is, the answer is,
  called, named, to, into, in, for, the one called, it is called, it's called, with the name, maybe, perhaps, just, about
`)

/** It shall be so. */
export const AGREEING = phrases(
  'yes, yeah, yep, sure, ok, okay, please do, do it, do that, right, correct, exactly, go ahead, of course',
)

/** It shall not be, whatever was asked. */
export const LEAVING = phrases(`
  never mind, nevermind, cancel, cancel that, cancel it, forget it, forget that, forget about it, leave it, abort, skip it, don't bother
`)

/** As {@link LEAVING}, where such a word could not be the answer itself. */
export const REFUSING = phrases(`
  never mind, nevermind, cancel, cancel that, cancel it, forget it, forget that, forget about it, leave it, abort, skip it, don't bother,
  no, nope, no thanks, no thank you, nothing, none, neither, stop
`)
