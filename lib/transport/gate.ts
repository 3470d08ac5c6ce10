import { BehaviorSubject, type Observable } from 'rxjs'

/** What a socket may hold in this process, in bytes: full above the high mark, free again at the low one or below. */
export interface WaterMarks {
  readonly highWaterMarkBytes: number
  readonly lowWaterMarkBytes: number
}

/** Whether a socket takes more, by what it holds (SEMANTICS "Backpressure"). */
export class Gate {
  readonly #marks: WaterMarks
  readonly #heldBytes: () => number
  readonly #isOpen$ = new BehaviorSubject(true)

  /** @param heldBytes what the socket holds now. */
  constructor(marks: WaterMarks, heldBytes: () => number) {
    this.#marks = marks
    this.#heldBytes = heldBytes
  }

  /** The state on subscription, then every change. */
  get isOpen$(): Observable<boolean> {
    return this.#isOpen$
  }

  /** Looks again: to be called after the socket was given something, and after it took something. */
  look(): void {
    const held = this.#heldBytes()
    if (this.#isOpen$.value) {
      if (held > this.#marks.highWaterMarkBytes) this.#isOpen$.next(false)
    } else if (held <= this.#marks.lowWaterMarkBytes) this.#isOpen$.next(true)
  }
}
