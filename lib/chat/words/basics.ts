import { phrases, wordSet } from '../phrases.ts'

// What is said of the tools that are not about files. Lower case, straight apostrophes.

export const WAIT = phrases('wait, pause, sleep, delay, hold on, take a break, do nothing, idle, wait around')

/** Between waiting and how long. */
export const HOW_LONG = phrases('for, for about, about, another, just, at least, exactly')

/** In seconds. */
export const UNITS: ReadonlyMap<string, number> = new Map([
  ...['ms', 'msec', 'msecs', 'millisecond', 'milliseconds', 'millis'].map((unit) => [unit, 0.001] as const),
  ...['s', 'sec', 'secs', 'second', 'seconds'].map((unit) => [unit, 1] as const),
  ...['m', 'min', 'mins', 'minute', 'minutes'].map((unit) => [unit, 60] as const),
  ...['h', 'hr', 'hrs', 'hour', 'hours'].map((unit) => [unit, 3_600] as const),
])

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const TEENS = [
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
]
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

export const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...[...DIGITS, ...TEENS].map((word, number) => [word, number] as const),
  ...TENS.map((word, index) => [word, (index + 2) * 10] as const),
  ...TENS.flatMap((ten, index) =>
    DIGITS.slice(1).map((digit, one) => [`${ten}-${digit}`, (index + 2) * 10 + one + 1] as const),
  ),
  ['a', 1],
  ['an', 1],
  ['half a', 0.5],
  ['half an', 0.5],
  ['a couple of', 2],
  ['a few', 3],
])

/** Those of {@link NUMBERS}, and their runs of words. */
export const NUMBER_WORDS = phrases([...NUMBERS.keys()].join(', '))

export const CALCULATE = phrases(`
  calculate, compute, evaluate, calc, work out, figure out, solve, do the math, do the maths, eval
`)

/** Asking for the value of what follows, if that is arithmetic. */
export const HOW_MUCH = phrases(`
  what is, what's, whats, how much is, how much are, how much makes, what does, what are, what do you get for, tell me, show me, tell me what,
  tell me how much, tell us what, let me know what, let me know how much, do you know what, find out what, how much, what, take
`)

/** Words that arithmetic begins with. */
export const ARITHMETIC: ReadonlySet<string> = wordSet(
  'add, sum, subtract, multiply, divide, square, cube, sqrt, round, double, triple, treble, halve',
)

/** Steps that go on with the number before: such verbs are said of much else too. */
export const GOING_ON = phrases(
  ['square', 'cube', 'round', 'double', 'triple', 'treble', 'halve']
    .flatMap((verb) => ['it', 'that', 'this', 'the result', 'the answer', 'the number'].map((of) => `${verb} ${of}`))
    .join(', '),
)

/** Verbs that may leave out that number: "subtract 3", and the words that say it after them or at the end. */
export const LEAVING_OUT: ReadonlyMap<string, (operand: string, number: string) => string> = new Map([
  ['add', (operand: string, number: string) => `${number} + ${operand}`],
  ['subtract', (operand: string, number: string) => `${number} - ${operand}`],
  ['multiply by', (operand: string, number: string) => `${number} * ${operand}`],
  ['multiply with', (operand: string, number: string) => `${number} * ${operand}`],
  ['divide by', (operand: string, number: string) => `${number} / ${operand}`],
])

/** Those of {@link LEAVING_OUT}. */
export const LEAVING_OUT_WORDS = phrases([...LEAVING_OUT.keys()].join(', '))

/** What the value asked for is called. */
export const VALUE_OF = phrases(`
  the value of, the result of, the answer to, the expression, the following, the following expression, this, this expression, value of
`)

/** Said after arithmetic. */
export const MAKES = phrases('equal, make, equals, makes, is, come to, amount to, yield, give')

export const SAY = phrases(`
  echo, say, reply, respond, repeat, repeat after me, say back, echo back, reply with, answer with, respond with, say to me, repeat back, parrot
`)

/** Before those to whom something is said. */
export const ADDRESSING = phrases('to, to each of, to all of, for')

export const QUERY = phrases(
  'query, extract, pick, pick out, select, json query, run a json query, pull, pull out, grab',
)

/** As {@link QUERY}, where what follows says that it is. */
export const LOOSE_QUERY = phrases(`
  get, get me, find, look up, read, fetch, show, show me, give me, tell me, take, return, retrieve, what is, what's, whats, what are, get out, search
`)

/** What a value is called before its path. */
export const PATH_OF = phrases(`
  the value of, the value at, the values of, the values at, the field, the fields, the key, the property, the path, the item, the element,
  the entry, the json path, the jsonpath, value, field, key, path, the, all, all the, every, all of the
`)

/** Between a path and the JSON that it is in. */
export const OUT_OF = phrases('from, in, out of, of, inside, inside of, within, on, against, for, at, with, using, by')

/** What JSON is called. */
export const JSON_NOUNS = phrases(`
  the json, this json, json, the following json, the object, this object, object, the json object, the list, this list, the array, this array,
  the data, this data, the document, the following, the json document, the json text, the string, this, the json string
`)

/** Going to see a web page. Verbs that people say of files too mean this only where a URL follows. */
export const FETCH = phrases(`
  fetch, download, request, curl, wget, visit, http get, http_get, browse, browse to, go to, navigate to, retrieve, load, get, get me, read,
  open, show, show me, print, display, view, give me, make a get request to, send a get request to, do a get on, do a get request to,
  perform a get request to, call, check, look at, look up, what does, what is at, what's at, what is on, what's on
`)

/** Those of {@link FETCH} that begin a further step. */
export const FETCH_ONLY = phrases(
  'download, request, curl, wget, visit, http get, browse, go to, navigate to, retrieve',
)

/** Said after a URL: "what does … say". */
export const PAGE_SAYS = phrases('say, contain, return, show, look like, answer, hold, have')

/** What is at a URL. */
export const PAGE = phrases(`
  the page, the web page, the webpage, the website, the site, the url, url, the content of, the contents of, the text of, the content at, the contents at,
  page, the file at, the page at, the data at, the data from, the json at, the json from, the address, what is at, from, at
`)
