import { printable } from '../base/printable.ts'
import type { Location } from '../dsl/ast.ts'
import type { DslError } from '../event/catalogue.ts'
import type { DslErrorCode } from '../protocol/codes.ts'

const MAX_MESSAGE_LENGTH = 1_000

/** A mistake in a script, thrown to leave the walk through it. {@link ./script-plan.ts} makes a value of it. */
export class ScriptFault extends Error {
  readonly dslError: DslError

  constructor(code: DslErrorCode, message: string, { line, column }: Location) {
    super(message)
    this.dslError = { code, message: printable(message, MAX_MESSAGE_LENGTH), line, column }
  }
}
