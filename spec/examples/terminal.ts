/** As much of a terminal as the client uses: what was written, as a person would see it. */
export interface Terminal {
  readonly write: (text: string) => void
  /** Every row, those that scrolled away too. */
  readonly rows: () => readonly string[]
  /** The sequences it did not know. */
  readonly faults: readonly string[]
}

// oxlint-disable-next-line no-control-regex -- a control sequence is what is looked for
const UNIT = /\u001b\[(\d*)([A-Za-z])|[\s\S]/gu

export function createTerminal(columns: number, height: number): Terminal {
  const rows: string[] = ['']
  const faults: string[] = []
  let row = 0
  let column = 0

  const put = (character: string): void => {
    if (column >= columns) {
      column = 0
      down()
    }
    const old = rows[row] ?? ''
    rows[row] = old.slice(0, column).padEnd(column) + character + old.slice(column + 1)
    column += 1
  }
  const down = (): void => {
    row += 1
    if (row === rows.length) rows.push('')
  }
  const control = (count: string, letter: string): void => {
    // The cursor cannot go back to what has scrolled away.
    if (letter === 'A') row = Math.max(rows.length - height, row - Number(count || 1), 0)
    else if (letter === 'J') {
      rows[row] = (rows[row] ?? '').slice(0, column)
      rows.length = row + 1
    } else if (letter !== 'm') faults.push(letter)
  }

  return {
    write: (text) => {
      for (const [unit, count = '', letter] of text.matchAll(UNIT)) {
        if (letter !== undefined) control(count, letter)
        else if (unit === '\n') {
          column = 0
          down()
        } else if (unit === '\r') column = 0
        else if (unit < ' ') faults.push(JSON.stringify(unit))
        else put(unit)
      }
    },
    rows: () => rows.map((text) => text.trimEnd()),
    faults,
  }
}
