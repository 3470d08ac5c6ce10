import { cutResult } from './tool-result.ts'

/** What the results of all live runs may take together, since tools of many runs may return much, and runs may live long. */
export class ResultBudget {
  readonly #maxBytes: number
  #takenBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  takenBytes(): number {
    return this.#takenBytes
  }

  /** What one run takes of it. */
  open(): ResultShare {
    let ownBytes = 0
    const count = (bytes: number): void => {
      this.#takenBytes += bytes
      ownBytes += bytes
    }
    return {
      take: (result) => {
        const bytes = bytesOf(result)
        if (bytes > 0 && this.#takenBytes + bytes > this.#maxBytes) return cutResult(result, NOTICE)
        count(bytes)
        return result
      },
      keep: (result) => count(bytesOf(result)),
      release: () => {
        this.#takenBytes -= ownBytes
        ownBytes = 0
      },
    }
  }
}

export interface ResultShare {
  /** `result` itself or, where there is no room for it, a notice with its beginning. */
  readonly take: (result: unknown) => unknown
  /** Counts `result`, which is kept whatever room there is. */
  readonly keep: (result: unknown) => void
  /** Gives back all that was taken. */
  readonly release: () => void
}

/** Results up to this size are always kept: the nodes of a run are counted, and so bound them. */
const SMALL_BYTES = 256
const NOTICE = 'the results of the runs that are live take too much together; this is the beginning of the result'

function bytesOf(result: unknown): number {
  if (typeof result !== 'string' && (typeof result !== 'object' || result === null)) return 0
  const bytes = typeof result === 'string' ? result.length : JSON.stringify(result).length
  return bytes <= SMALL_BYTES ? 0 : bytes
}
