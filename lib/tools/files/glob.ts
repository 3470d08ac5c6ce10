/**
 * Whether a text matches `pattern` as a whole. `*` is any run of characters within a name, `?` one character within a name, `**`
 * any run at all, and `**` with a `/` after it any number of folders, none too. Every other character is itself, and upper and
 * lower case differ.
 *
 * Takes pattern times text steps at most, whatever they hold: all ways to match are followed at once, none is tried again
 * (THREATS T12).
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const tokens = tokenize(pattern)
  return (text) => {
    let states = new Uint8Array(tokens.length + 1)
    let next = new Uint8Array(tokens.length + 1)
    reach(tokens, states, 0)
    for (const character of text) {
      next.fill(0)
      for (const [state, token] of tokens.entries()) {
        if (states[state] === 1) step(tokens, next, state, token, character)
      }
      ;[states, next] = [next, states]
    }
    return states[tokens.length] === 1
  }
}

/** Whether `pattern` is a glob rather than a name. */
export function isGlob(pattern: string): boolean {
  return pattern.includes('*') || pattern.includes('?')
}

/** Whether `pattern` speaks of folders, and so of whole paths rather than names. */
export function isPathGlob(pattern: string): boolean {
  return pattern.includes('/') || pattern.includes('**')
}

/** One of `?`, `*`, `**`, `**` with its slash, or a character that stands for itself. */
type Token = string

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  const characters = Array.from(pattern)
  let index = 0
  while (index < characters.length) {
    const start = index
    while (characters[index] === '*') index += 1
    const starCount = index - start
    if (starCount === 0) {
      tokens.push(characters[index++] ?? '')
    } else if (starCount === 1) {
      tokens.push('*')
    } else if (characters[index] === '/' && (start === 0 || characters[start - 1] === '/')) {
      tokens.push('**/')
      index += 1
    } else {
      tokens.push('**')
    }
  }
  return tokens
}

/** Marks `state`, and those after it for as long as the tokens on the way match nothing as well. */
function reach(tokens: readonly Token[], states: Uint8Array, state: number): void {
  states[state] = 1
  for (let at = state; isRun(tokens[at]); at += 1) states[at + 1] = 1
}

function isRun(token: Token | undefined): boolean {
  return token === '*' || token === '**' || token === '**/'
}

function step(tokens: readonly Token[], next: Uint8Array, state: number, token: Token, character: string): void {
  switch (token) {
    case '**':
      reach(tokens, next, state)
      return
    case '*':
      if (character !== '/') reach(tokens, next, state)
      return
    case '?':
      if (character !== '/') reach(tokens, next, state + 1)
      return
    case '**/':
      // within a folder's name: only its end lets go on
      next[state] = 1
      if (character === '/') reach(tokens, next, state + 1)
      return
    default:
      if (character === token) reach(tokens, next, state + 1)
  }
}
