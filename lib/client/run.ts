import { distinctUntilChanged, filter, map, Observable } from 'rxjs'
import type { RunState } from './run-state.ts'

/** What a {@link Run} is made of. */
export interface RunSource {
  readonly id: string
  /** The state now and every change; ends as the run does, also for those who come later. */
  readonly state$: Observable<RunState>
  readonly state: () => RunState
  readonly cancel: (reason?: string) => void
}

/**
 * A run one has asked for, as an Observable of its state. Hot: it was asked for once, however many subscribe; who comes late gets the
 * state of now, also after the end. Completes when it is over, and errors with a `ClientError` where it failed. Unsubscribing only
 * stops listening.
 */
export class Run extends Observable<RunState> {
  /** The id of the command, under which it is sent again where no answer came; of a run that was looked up, that of the question. */
  readonly id: string
  /** Emits the server's id of the run once it has one. */
  readonly executionId$: Observable<string>
  /** Has the server cancel the run, which tells by its end. One that was never sent ends at once. */
  readonly cancel: (reason?: string) => void
  readonly #state: () => RunState

  constructor({ id, state$, state, cancel }: RunSource) {
    super((subscriber) => state$.subscribe(subscriber))
    this.id = id
    this.cancel = cancel
    this.#state = state
    this.executionId$ = state$.pipe(
      map(({ executionId }) => executionId),
      filter((executionId) => executionId !== undefined),
      distinctUntilChanged(),
    )
  }

  /** The state of now. */
  get state(): RunState {
    return this.#state()
  }
}
