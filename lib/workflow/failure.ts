/** How a node or a run failed: a sentence for people, and a code for programs (docs/protocol.md, section 7). */
export interface Failure {
  readonly error: string
  readonly code: string
}
