/**
 * An error with a stable, machine-readable `code`. Every error this library throws or rejects with is one; the codes are listed
 * in `docs/protocol.md`.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}
