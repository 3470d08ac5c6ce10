import { readArithmetic } from '../tools/basic/arithmetic.ts'
import { NUMBERS } from './words/basics.ts'

/** What somebody said, as the tool `calculate` reads it. */
export interface Arithmetic {
  readonly expression: string
  /** It is more than a number. */
  readonly isOperation: boolean
}

const MAX_LENGTH = 500
/** Of several values, named together: "the sum of 1, 2 and 3". */
const OF_SEVERAL: Readonly<Record<string, (values: readonly string[]) => string>> = {
  sum: (values) => `(${values.join(' + ')})`,
  total: (values) => `(${values.join(' + ')})`,
  product: (values) => `(${values.join(' * ')})`,
  average: (values) => `((${values.join(' + ')}) / ${values.length})`,
  mean: (values) => `((${values.join(' + ')}) / ${values.length})`,
  max: (values) => `max(${values.join(', ')})`,
  maximum: (values) => `max(${values.join(', ')})`,
  largest: (values) => `max(${values.join(', ')})`,
  min: (values) => `min(${values.join(', ')})`,
  minimum: (values) => `min(${values.join(', ')})`,
  smallest: (values) => `min(${values.join(', ')})`,
}

const OPERAND = String.raw`(\([^()]*\)|-?[\d.]+)`

const SEPARATOR = /, and |, | and /
const SEVERAL = new RegExp(
  `\\b(?:the )?(${Object.keys(OF_SEVERAL).join('|')}) of (${OPERAND}(?:(?:${SEPARATOR.source})${OPERAND})+)`,
  'g',
)
/** "twenty-one" before "twenty", since the first that fits is taken; "twenty one" is the same. */
const NUMBER_WORD = new RegExp(
  `\\b(?:${[...NUMBERS.keys()]
    .filter((word) => /^[a-z-]{3,}$/.test(word))
    .sort((one, other) => other.length - one.length)
    .map((word) => word.replace('-', '[- ]'))
    .join('|')})\\b`,
  'g',
)

const CALL = /\b(?:min|max|abs|round|floor|ceil|sqrt) ?\(/
const THOUSANDS = /(?<=\d),(?=\d{3}(?!\d))/g
/** What nobody means to calculate where it stands alone: "2024-01-01", "1/2/2024", "555-1234". */
const DATE_OR_PHONE = /^(?:\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{4}|\d{3}(?:-\d{3})?-\d{4})$/

/** What people say for what the tool reads, in the order in which it is replaced. Each is linear: no part can match in two ways. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/[=?\s]+$/g, ''],
  [/[×·∙]/g, '*'],
  [/[÷∶]/g, '/'],
  [/[−–—]/g, '-'],
  [/²/g, '^2'],
  [/³/g, '^3'],
  [/√/g, 'sqrt'],
  [/\*\*/g, '^'],
  [
    /\bthe (?=sum|total|product|difference|square|cube|quotient|remainder|max|min|absolute|average|mean|largest|smallest)/g,
    '',
  ],
  [new RegExp(`\\bquotient of ${OPERAND} and ${OPERAND}`, 'g'), '($1 / $2)'],
  [new RegExp(`\\bdifference (?:between|of) ${OPERAND} and ${OPERAND}`, 'g'), '($1 - $2)'],
  [new RegExp(`\\b(?:square|sq) root of ${OPERAND}`, 'g'), 'sqrt($1)'],
  [new RegExp(`\\bsqrt(?: of)? ${OPERAND}`, 'g'), 'sqrt($1)'],
  [new RegExp(`\\bsqrt(?=\\d)${OPERAND}`, 'g'), 'sqrt($1)'],
  [new RegExp(`\\babsolute value of ${OPERAND}`, 'g'), 'abs($1)'],
  [new RegExp(`\\bround ${OPERAND}`, 'g'), 'round($1)'],
  [new RegExp(`^(?:add|sum) ${OPERAND} (?:and|to|plus) ${OPERAND}$`), '$1 + $2'],
  [new RegExp(`^subtract ${OPERAND} from ${OPERAND}$`), '$2 - $1'],
  [new RegExp(`^multiply ${OPERAND} (?:by|with|and|times) ${OPERAND}$`), '$1 * $2'],
  [new RegExp(`^divide ${OPERAND} by ${OPERAND}$`), '$1 / $2'],
  [new RegExp(`^square ${OPERAND}$`), '$1 ^ 2'],
  [new RegExp(`^cube ${OPERAND}$`), '$1 ^ 3'],
  [new RegExp(`^double ${OPERAND}$`), '$1 * 2'],
  [new RegExp(`^(?:triple|treble) ${OPERAND}$`), '$1 * 3'],
  [new RegExp(`^halve ${OPERAND}$`), '$1 / 2'],
  [new RegExp(`\\bhalf (?:of )?${OPERAND}`, 'g'), '($1 / 2)'],
  [new RegExp(`^${OPERAND} ?(?:%|percent|per cent) of ${OPERAND}$`), '$1 / 100 * $2'],
  [new RegExp(`${OPERAND} ?(?:%|percent|per cent) of ${OPERAND}`, 'g'), '($1 / 100 * $2)'],
  [new RegExp(`^add ${OPERAND} ?(?:%|percent|per cent) to ${OPERAND}$`), '$2 + $1 / 100 * $2'],
  [new RegExp(`^subtract ${OPERAND} ?(?:%|percent|per cent) from ${OPERAND}$`), '$2 - $1 / 100 * $2'],
  [/ squared\b/g, ' ^ 2'],
  [/ cubed\b/g, ' ^ 3'],
  [/ (?:raised )?to the power (?:of )?/g, ' ^ '],
  [/ plus /g, ' + '],
  [/ minus /g, ' - '],
  [/ (?:times|multiplied by|multiplied with) /g, ' * '],
  // "3x4", but not the number 0x10
  [/(?<=[\d)])(?: x|(?<!\b0)x) ?(?=[\d(])/g, ' * '],
  [/ (?:divided by|over) /g, ' / '],
  [/ (?:modulo|mod) /g, ' % '],
  [/^minus /g, '-'],
]

/** `text` as arithmetic, with words for operators or without; undefined where it is none. */
export function arithmeticOf(text: string): Arithmetic | undefined {
  if (text.length > MAX_LENGTH) return undefined
  let expression = text.trim().toLowerCase().replace(/\s+/g, ' ')
  expression = expression.replace(NUMBER_WORD, (word) => String(NUMBERS.get(word.replace(' ', '-')) ?? word))
  expression = expression.replace(/^(?:sum|add)(?: up)? (?=[^a-z]*,)/, 'sum of ')
  expression = expression.replace(SEVERAL, (said: string, what: string, values: string) => {
    return OF_SEVERAL[what]?.(values.split(SEPARATOR)) ?? said
  })
  // in a call, commas are between its arguments
  if (!CALL.test(expression)) expression = expression.replace(THOUSANDS, '')
  for (const [words, symbols] of WORDS) expression = expression.replace(words, symbols)
  expression = expression.trim()
  return isArithmetic(expression) ? { expression, isOperation: isOperation(expression) } : undefined
}

function isOperation(expression: string): boolean {
  return !/^[-+ ]*[\d.]+$/.test(expression) && !DATE_OR_PHONE.test(expression)
}

/** Whether it can be read; that it may have no value is for the tool to say. */
function isArithmetic(expression: string): boolean {
  try {
    readArithmetic(expression)
    return true
  } catch {
    return false
  }
}
