export interface Memory {
  /** How many answers are kept at most. */
  readonly maxAnswers: number
  /** Longer texts are answered anew each time, in characters. */
  readonly maxLength: number
}

/** `answer`, a pure function, but what was asked before is answered from memory: for texts of which most are the same. */
export function remembering<Answer>(
  answer: (text: string) => Answer,
  { maxAnswers, maxLength }: Memory,
): (text: string) => Answer {
  const known = new Map<string, Answer>()
  return (text) => {
    if (text.length > maxLength) return answer(text)
    const before = known.get(text)
    if (before !== undefined) return before
    const made = answer(text)
    // Whoever asks for ever new texts makes others be answered anew, and nothing worse.
    if (known.size >= maxAnswers) known.clear()
    known.set(text, made)
    return made
  }
}
