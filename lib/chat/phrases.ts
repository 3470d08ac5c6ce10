/** A set of words and runs of words, looked up by their first word, longer ones first. */
export interface Phrases {
  readonly startingWith: (word: string) => readonly (readonly string[])[]
}

/** The phrases of `text`: lower case, separated by commas. */
export function phrases(text: string): Phrases {
  const byFirst = new Map<string, (readonly string[])[]>()
  for (const phrase of split(text)) {
    const words = phrase.split(' ')
    const first = words[0] ?? ''
    const others = byFirst.get(first) ?? []
    others.push(words)
    byFirst.set(first, others)
  }
  for (const list of byFirst.values()) list.sort((one, other) => other.length - one.length)
  return { startingWith: (word) => byFirst.get(word) ?? [] }
}

/** The words of `text`, as {@link phrases} takes it. */
export function wordSet(text: string): ReadonlySet<string> {
  return new Set(split(text))
}

function split(text: string): readonly string[] {
  return text.split(',').map((phrase) => phrase.trim().replace(/\s+/g, ' '))
}
