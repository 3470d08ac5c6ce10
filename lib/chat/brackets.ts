/** How many brackets are open after `text`, where `open` were before it. */
export function bracketsOpenAfter(text: string, open = 0): number {
  let count = open
  // by index: a text of a mebibyte may be all brackets, and is counted often
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (character === '(' || character === '[' || character === '{') count++
    else if (count > 0 && (character === ')' || character === ']' || character === '}')) count--
  }
  return count
}
