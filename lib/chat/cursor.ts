import type { Phrases } from './phrases.ts'
import type { Token } from './tokens.ts'
import { FAREWELLS, SENTENCE_MARKS } from './words/courtesies.ts'

/** A place in the tokens of one clause. Rules move it forward; {@link Cursor.attempt} takes it back where a guess failed. */
export class Cursor {
  readonly text: string
  readonly tokens: readonly Token[]
  index = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text
    this.tokens = tokens
  }

  /** The token that comes next, or the one `ahead` of it. */
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.index + ahead]
  }

  /** Passes the longest of `phrases` that comes next, and gives it. */
  accept(phrases: Phrases): string | undefined {
    const token = this.peek()
    if (token?.kind !== 'word') return undefined
    const found = phrases.startingWith(token.lower).find((words) => this.#says(words))
    if (found === undefined) return undefined
    this.index += found.length
    return found.join(' ')
  }

  /** Passes as many of `phrases` as come next, in any order. */
  acceptAll(phrases: Phrases): readonly string[] {
    const found: string[] = []
    for (let phrase = this.accept(phrases); phrase !== undefined; phrase = this.accept(phrases)) found.push(phrase)
    return found
  }

  /** Whether one of `phrases` comes next; passes nothing. */
  sees(phrases: Phrases): boolean {
    return this.lookAhead(() => this.accept(phrases) !== undefined)
  }

  /** Passes punctuation that is one of the characters of `marks`, as much as there is. */
  skipMarks(marks: string): void {
    for (let token = this.peek(); token?.kind === 'mark' && marks.includes(token.text); token = this.peek())
      this.index++
  }

  takeQuote(): string | undefined {
    const token = this.peek()
    if (token?.kind !== 'quote') return undefined
    this.index++
    return token.text
  }

  /** What `read` gives; if that is undefined, the cursor stays where it was. */
  attempt<Value>(read: () => Value | undefined): Value | undefined {
    const start = this.index
    const value = read()
    if (value === undefined) this.index = start
    return value
  }

  /** What `look` finds; the cursor stays where it was. */
  lookAhead<Value>(look: () => Value): Value {
    const start = this.index
    const value = look()
    this.index = start
    return value
  }

  /** Whether nothing follows but courtesies and punctuation. */
  isDone(): boolean {
    return this.lookAhead(() => {
      for (let before = -1; before !== this.index; ) {
        before = this.index
        this.acceptAll(FAREWELLS)
        this.skipMarks(SENTENCE_MARKS)
      }
      return this.peek() === undefined
    })
  }

  /** The source of the tokens from `from` up to, not including, `to`. */
  source(from: number, to: number): string {
    const first = this.tokens[from]
    const last = this.tokens[to - 1]
    return first === undefined || last === undefined || to <= from ? '' : this.text.slice(first.start, last.end)
  }

  #says(words: readonly string[]): boolean {
    return words.every((word, ahead) => {
      const token = this.peek(ahead)
      return token?.kind === 'word' && token.lower === word
    })
  }
}
