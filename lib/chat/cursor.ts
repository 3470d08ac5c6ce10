import { bracketsOpenAfter } from './brackets.ts'
import type { Phrases } from './phrases.ts'
import type { Token } from './tokens.ts'
import { FAREWELLS, SENTENCE_MARKS } from './words/courtesies.ts'

/** What the sentence around a clause says about it. */
export interface Manner {
  /** The sentence asks for what it wants: "can you …". Its question mark is its own. */
  readonly isRequest?: boolean
  /** It leaves open whether that is wanted: "can I …", "maybe …". */
  readonly isTentative?: boolean
  /** It ends in a question mark that no request asks for: "delete a.txt?" */
  readonly isQuestion?: boolean
  /** It is said to come to something else: "also …". */
  readonly isAlso?: boolean
  /** The clause is about one of several things that were named together. */
  readonly isOneOfMany?: boolean
}

/** A place in the tokens of one clause. Rules move it forward; {@link Cursor.attempt} takes it back where a guess failed. */
export class Cursor {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly manner: Manner
  index = 0

  constructor(text: string, tokens: readonly Token[], manner: Manner = {}) {
    this.text = text
    this.tokens = tokens
    this.manner = manner
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

  /** Whether a bracket stands right before what comes next, which then is a part of something greater: `["a", "b"]`. */
  isInBracket(): boolean {
    const { start } = this.peek() ?? { start: 0 }
    const before = this.text.slice(this.tokens[this.index - 1]?.end ?? 0, start).trimEnd()
    return before !== '' && '([{'.includes(before.slice(-1))
  }

  /**
   * The source of the tokens from `from` up to, not including, `to`, with the brackets around them that no token has; but not the
   * bracket that closes what was opened before.
   */
  source(from: number, to: number): string {
    const first = this.tokens[from]
    const last = this.tokens[to - 1]
    if (first === undefined || last === undefined || to <= from) return ''
    const start = this.#startOfBrackets(first.start, this.tokens[from - 1]?.end ?? 0)
    return this.text.slice(start, this.#endOfBrackets(start, last.end, this.tokens[to]?.start ?? this.text.length))
  }

  /** Where the brackets begin that open, no earlier than `least`, before what begins at `start`. */
  #startOfBrackets(start: number, least: number): number {
    let from = start
    for (let index = start - 1; index >= least && /[\s([]/.test(this.text.charAt(index)); index--) {
      if (this.text.charAt(index).trim() !== '') from = index
    }
    return from
  }

  /** Where the brackets end that follow, up to `most`, what begins at `start` and ends at `end`. */
  #endOfBrackets(start: number, end: number, most: number): number {
    const brackets = /^[\s()[\]]*/.exec(this.text.slice(end, most))?.[0] ?? ''
    const mayOpen = end + brackets.length === this.text.length
    const mayClose = bracketsOpenAfter(this.text.slice(0, start)) === 0
    let open = bracketsOpenAfter(this.text.slice(start, end))
    let passed = 0
    for (let index = 0; index < brackets.length; index++) {
      const character = brackets.charAt(index)
      if (character.trim() === '') continue
      const isOpening = '(['.includes(character)
      if (isOpening ? !mayOpen : !mayClose && open === 0) break
      open = bracketsOpenAfter(character, open)
      passed = index + 1
    }
    return end + passed
  }

  #says(words: readonly string[]): boolean {
    return words.every((word, ahead) => {
      const token = this.peek(ahead)
      return token?.kind === 'word' && token.lower === word
    })
  }
}
