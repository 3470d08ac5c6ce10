/** Marks that open and close a quote, the most usual first. */
const PAIRS = ["''", '""', '“”', '«»', '``'] as const

/** `text` in quotes that its own marks do not end; undefined where all kinds of marks stand in it. */
export function inQuotes(text: string): string | undefined {
  const pair = PAIRS.find(([open = '', close = '']) => !text.includes(open) && !text.includes(close))
  return pair && `${pair.charAt(0)}${text}${pair.charAt(1)}`
}

/** A template whose values are put {@link inQuotes}: sentence`read ${'a b.txt'}`. Undefined where one cannot be. */
export function sentence(strings: TemplateStringsArray, ...texts: readonly string[]): string | undefined {
  const quotes = texts.map(inQuotes)
  if (quotes.includes(undefined)) return undefined
  return strings.map((string, index) => `${string}${quotes[index] ?? ''}`).join('')
}
