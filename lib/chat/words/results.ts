import type { KnownTool } from '../abilities.ts'
import { type Phrases, phrases, wordSet } from '../phrases.ts'

// What the result of a step is called by the steps after it. Lower case, straight apostrophes.

const ANY = 'result, output, outcome, answer, response'
const MANY = 'results, output, answer, response'

/** Of each tool whose result another step may use, what its result is called. */
export const RESULTS: ReadonlyMap<KnownTool, Phrases> = new Map<KnownTool, Phrases>([
  ['calculate', phrases(`${ANY}, value, number, sum, total, product, difference, quotient, solution, calculation`)],
  ['json_query', phrases(`${ANY}, value, values, field, item, items`)],
  ['echo', phrases(`${ANY}, text, message, words`)],
  [
    'http_get',
    phrases(
      `${ANY}, page, web page, webpage, website, site, body, content, contents, text, html, json, data, download`,
    ),
  ],
  ['read_file', phrases('content, contents, text, text content, data, lines, result, output')],
  ['search_files', phrases(`result, ${MANY}, matches, hits, findings, finds, lines, search results`)],
  ['list_files', phrases(`result, ${MANY}, list, listing, file list, list of files, file names, filenames, names`)],
  ['list_directory', phrases(`result, ${MANY}, list, listing, file list, list of files, file names, filenames, names`)],
])

/** Of what results are called, what any text is called too. */
export const ANY_TEXT = phrases('text, lines, data, words, message, json, html, names, items, body, page, field')

/** Said after what a result is called, where it only repeats whose it is. */
export const OF_IT = phrases(`
  of it, of that, of this, of the calculation, of this calculation, of that calculation, of the search, of the query, of the request,
  from it, from that, of the computation, of the addition, of the multiplication, of the page, of the file, of that file, you get, you got,
  you found, you find, from before, of the previous step, of the first step, of the step before
`)

/** What a step gave, whatever it is called. */
export const WHAT_IT_GAVE = phrases(`
  what you find, what you found, what was found, what is found, whatever you find, everything you find, everything you found, all you find, all that you find,
  what you get, what you got, whatever you get
`)

/** What stands for a result without naming it. */
export const IT = phrases('it, that, this')

/** Before an expression whose value is meant. */
export const RESULT_OF = phrases(`
  the result of, the answer to, the answer of, the value of, the outcome of, result of, the result of the calculation, the solution of, the solution to, answer to, answer of,
  outcome of, output of, the output of, solution of, solution to
`)

/** What is written where no step gave a result. */
export const RESULT_ALONE: ReadonlySet<string> = wordSet('result, results, output, outcome, search results')

/** With these begins what is a value already. */
export const COMPUTED = phrases(`
  the sum of, sum of, the total of, total of, the product of, product of, the difference of, the difference between, difference of,
  difference between, the quotient of, quotient of, the average of, average of, the square root of, square root of, the mean of, mean of,
  the max of, max of, the maximum of, maximum of, the min of, min of, the minimum of, minimum of, the largest of, largest of,
  the smallest of, smallest of, half of
`)

/** What several steps gave. */
export const RESULTS_OF_STEPS = phrases(
  'the results, the two results, both results, the numbers, the two numbers, both numbers, the sums, the answers, the two',
)

/** Wanting to see what is shown anyway. */
export const SHOWING = phrases(`
  show, show me, show us, tell, tell me, tell us, give me, give us, say, print, print out, display, output, read, read out, return, report, reply with,
  answer with, respond with, echo, let me know, let me see, let us know, send me, send, see, get, repeat
`)
