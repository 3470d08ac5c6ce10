import { phrases, wordSet } from '../phrases.ts'

// What people say around what they want, which means nothing to a rule. Lower case, straight apostrophes.

/** Said before what is wanted. */
export const COURTESIES = phrases(`
  please, pls, plz, kindly, hi, hello, hey, good morning, good afternoon, good evening, good day, hi there, hello there, hey there, ok, okay, so, well, yes, and, then, now,
  next, first, finally, lastly, also, afterwards, after that, just, quickly, maybe, perhaps, possibly, can you, could you, would you, will
  you, can u, could u, would u, will u, can ya, could ya, would you mind, do you mind, can i, could i, may i, can we, could we, may we, i want you to, i want to, i need you to, i need to, i would like
  you to, i would like to, i wish to, i'd like you to, i'd like to, we need to, we want to, you should, you
  must, let's, let us, let me, go ahead and, try to, help me to, help me, for me, do the following, assistant,
  thanks, thank you
`)

/** Those of {@link COURTESIES} that make a question of what is wanted. */
export const REQUESTS: ReadonlySet<string> = wordSet(`
  can you, could you, would you, will you, can u, could u, would u, will u, can ya, could ya, would you mind, do you mind, can i, could i, may i,
  can we, could we, may we
`)

/** Those of {@link COURTESIES} that ask whether it may be done, and do not say that it shall. */
export const ASKING_LEAVE: ReadonlySet<string> = wordSet('can i, could i, may i, can we, could we, may we')

/** Those that leave open whether it shall be done, unless somebody is asked to do it: "could you perhaps". */
export const HEDGES: ReadonlySet<string> = wordSet('maybe, perhaps, possibly')

/** Those that add what is wanted to something else. */
export const ADDING: ReadonlySet<string> = wordSet('also')

/** Those that ask somebody to do it. */
export const ASKING_TO_DO: ReadonlySet<string> = wordSet(`
  can you, could you, would you, will you, can u, could u, would u, will u, can ya, could ya, would you mind, do you mind
`)

/** Those before which a verb ends in "-ing". */
export const BEFORE_GERUND = phrases('would you mind, do you mind')

/** Those that say that it shall be done, whatever was said before. */
export const CONFIRMING: ReadonlySet<string> = wordSet('yes')

/** Said after what is wanted. */
export const FAREWELLS = phrases(`
  please, pls, plz, now, right now, immediately, at once, right away, quickly, asap, first, again, too, for me, for us, to
  me, thanks, thx, thank you, thank you very much, thanks a lot, and thanks, and thank you, then, also, will you, would you, could you, can
  you, if you can, if possible, if you please, as well, ok, okay, .
`)

/** Those of {@link FAREWELLS} that can be nothing else, as a sentence. */
export const THANKS = phrases(
  'thanks, thx, thank you, thank you very much, thanks a lot, please, and thanks, and thank you',
)

export const SENTENCE_MARKS = '.,;:!?\n'

export const LISTENERS = phrases('me, us')

/** Asking what can be asked. */
export const HELP = phrases(
  'help, help me, what can you do, what can i do, what do you do, what can i say, how does this work, commands',
)
