/** A quoted piece of a text: what is between the marks, to the letter, and where the text goes on. */
export interface Quoted {
  readonly content: string
  readonly end: number
}

/** Finds quotes in one text. It remembers what it looked for in vain, so that many marks do not cost many searches. */
export interface QuoteFinder {
  /** Whether the character at `index` can open a quote. */
  readonly opensAt: (index: number) => boolean
  /** The quote that opens at `index`; undefined if it is never closed. */
  readonly quoteAt: (index: number) => Quoted | undefined
}

const FENCE = '```'
/** What closes a quote, by what opens it. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['‘', '’'],
  ['’', '’'],
  ['“', '”'],
  ['”', '”'],
  ['„', '“'],
  ['«', '»'],
])

/** Marks that are apostrophes too: they close a quote only where no word goes on. */
const APOSTROPHES: ReadonlySet<string> = new Set(["'", '’'])
const WORD_CHARACTER = /[\p{Letter}\p{Number}_]/u

export function createQuoteFinder(text: string): QuoteFinder {
  /** By mark: the last place where it closes and no word goes on; beyond it there is no use in looking. */
  const lastClosings = new Map<string, number>()

  function isClosing(index: number): boolean {
    return !WORD_CHARACTER.test(text.charAt(index + 1))
  }

  function lastClosing(mark: string): number {
    let index = lastClosings.get(mark)
    if (index === undefined) {
      index = text.lastIndexOf(mark)
      while (index > 0 && !isClosing(index)) index = text.lastIndexOf(mark, index - 1)
      lastClosings.set(mark, index)
    }
    return index
  }

  function closing(mark: string, from: number): number {
    if (lastClosing(mark) < from) return APOSTROPHES.has(mark) ? -1 : text.indexOf(mark, from)
    let index = text.indexOf(mark, from)
    while (!isClosing(index)) index = text.indexOf(mark, index + 1)
    return index
  }

  return {
    opensAt: (index) => CLOSERS.has(text.charAt(index)),
    quoteAt: (index) => {
      if (text.startsWith(FENCE, index)) {
        const end = text.indexOf(FENCE, index + FENCE.length)
        if (end !== -1) return { content: fenced(text.slice(index + FENCE.length, end)), end: end + FENCE.length }
      }
      const mark = CLOSERS.get(text.charAt(index))
      const end = mark === undefined ? -1 : closing(mark, index + 1)
      return end === -1 ? undefined : { content: text.slice(index + 1, end), end: end + 1 }
    },
  }
}

/** What a fence holds: without its first line if that only names a language. */
function fenced(content: string): string {
  const firstLine = /^[\w+-]{0,20}[ \t]*\r?\n/.exec(content)
  return firstLine === null ? content : content.slice(firstLine[0].length)
}
