import type { Observable } from 'rxjs'
import type { Frame } from './frame.ts'

/** The way out of a transport over `ws`: raw and in batches, or through `ws` itself, which compresses. */
export interface Outlet {
  readonly writable$: Observable<boolean>
  readonly write: (frame: Frame) => void
  /** Hands on at once what it has collected. */
  readonly flush: () => void
  readonly progress: () => number
}
