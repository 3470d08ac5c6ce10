import { Observable, type Subscriber } from 'rxjs'

/** What a socket may hold in this process, in bytes: full above the high mark, free again at the low one or below. */
export interface WaterMarks {
  readonly highWaterMarkBytes: number
  readonly lowWaterMarkBytes: number
}

/** Whether a socket takes more, by what it holds (SEMANTICS "Backpressure"). */
export class Gate {
  /** The state on subscription, then every change. A `BehaviorSubject` would weigh three times as much. */
  readonly isOpen$: Observable<boolean>
  readonly #marks: WaterMarks
  readonly #heldBytes: () => number
  #isOpen = true
  #watchers: readonly Subscriber<boolean>[] = none

  /** @param heldBytes what the socket holds now. */
  constructor(marks: WaterMarks, heldBytes: () => number) {
    this.#marks = marks
    this.#heldBytes = heldBytes
    this.isOpen$ = new Observable((subscriber) => {
      // Those who have left are forgotten when the next one comes, which is cheaper than a clean-up for each.
      this.#watchers = [...this.#watchers.filter(({ closed }) => !closed), subscriber]
      subscriber.next(this.#isOpen)
    })
  }

  /** Looks again: to be called after the socket was given something, and after it took something. */
  look(): void {
    const held = this.#heldBytes()
    const isOpen = this.#isOpen ? held <= this.#marks.highWaterMarkBytes : held <= this.#marks.lowWaterMarkBytes
    if (isOpen === this.#isOpen) return
    this.#isOpen = isOpen
    for (const watcher of this.#watchers) {
      // The one before has filled it again, and all have heard of that: this would be yesterday's news.
      if (this.#isOpen !== isOpen) return
      watcher.next(isOpen)
    }
  }
}

const none: readonly never[] = []
