/**
 * How the client stands. `connecting`: a socket is being opened. `recovering`: it is open, and what was missed has not all come yet.
 * `live`: what happens now comes. `waiting`: there is no link; the next try, number `attempt` since a link last held, is at
 * `retryAtMs` in the time of the client's scheduler (by default `Date.now()`). `closed`: for good.
 */
export type ClientState =
  | { readonly _tag: 'connecting' }
  | { readonly _tag: 'recovering' }
  | { readonly _tag: 'live' }
  | { readonly _tag: 'waiting'; readonly attempt: number; readonly retryAtMs: number }
  /** `code`: a close code (1000 and above), or the HTTP status with which the door refused. */
  | { readonly _tag: 'closed'; readonly code: number; readonly reason: string }
