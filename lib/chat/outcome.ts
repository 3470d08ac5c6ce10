import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import { describeBasicResult, describeByShape } from './basic-results.ts'
import { LEFT_AS_IT_IS } from '../tools/files/file-error.ts'
import { compactJson } from './compact-json.ts'
import { describeCutResult } from './cut-result.ts'
import { describeFileResult } from './file-results.ts'
import { isLookup } from './print-acts.ts'

/** How a command ended, as `dslResult` tells it. */
export interface Outcome {
  readonly success: boolean
  /** Absent for a script of several steps and for a workflow, whose `result` is by node id. */
  readonly tool?: string | undefined
  /** Of a script that failed, by node id too: what the steps gave that were done before. */
  readonly result?: unknown
  readonly error?: Failure | undefined
}

interface Failure {
  readonly code?: string | undefined
  readonly message: string
  readonly line?: number | undefined
}

/** How steps are called that nobody gave a name. */
const GIVEN_NAME = /^(?:step|result)\d*$/
/** What a tool says of a file that it was not to overwrite: no code of its own gets here. */
const LEFT_FILE = new RegExp(`"([^"]*)" ${LEFT_AS_IT_IS}$`)
const MAX_MESSAGE_LENGTH = 2_000
const MAX_NAME_LENGTH = 128
const MAX_STEPS = 256

/** What the assistant says at the end of a chat command; of a file that was read, with its content. Never throws. */
export function describeOutcome(outcome: Outcome): string {
  try {
    return outcome.success ? describeSuccess(outcome) : describeFailure(outcome)
  } catch {
    // a host's executor may hand over anything, getters that throw among it
    return 'That has ended, but its result cannot be shown.'
  }
}

function describeFailure({ tool, result, error }: Outcome): string {
  const isScript = tool === undefined && isRecord(result) && describeFileResult(result) === undefined
  const done = isScript ? withoutLookups(result) : undefined
  const isTransfer = tool === 'copy_file' || tool === 'move_file'
  if (done === undefined) return withReason('That did not work', error, isTransfer ? () => NO_FOLDER : howToReplace)
  const isFirst = Object.keys(done).length === 0
  return [
    ...(isFirst ? [] : [describeSteps(done)]),
    withReason(isFirst ? 'The first step did not work' : 'The next step did not work', error),
    'What would have come after it was not done.',
  ].join('\n')
}

function withReason(what: string, error: Failure | undefined, instead = howToReplace): string {
  const message = error?.message ?? ''
  const reason = message === '' ? (error?.code ?? '') : message
  const told = reason === '' ? `${what}.` : `${what}: ${printable(reason, MAX_MESSAGE_LENGTH)}`
  const left = LEFT_FILE.exec(message)?.[1]
  return left === undefined ? told : `${told}. ${instead(left)}`
}

/** What can be said instead where a file was left as it is to which another was to go. */
const NO_FOLDER = 'It is a file: please say another name, or the name of a folder.'

/** What can be said instead where a file was left as it is. */
function howToReplace(name: string): string {
  const file = /^[\w./-]+$/.test(name) ? name : `'${name}'`
  return `To put something in its place, say: overwrite ${file} with 'the new text'`
}

function describeSuccess({ tool, result }: Outcome): string {
  const basic = tool === undefined ? undefined : describeBasicResult(tool, result)
  if (basic !== undefined) return basic
  if (result === undefined || result === null) return 'Done.'
  const known = describeCutResult(result) ?? describeFileResult(result, tool)
  if (known !== undefined) return known
  if (tool !== undefined || !isRecord(result)) return `Done: ${compactJson(result)}`
  const shown = withoutLookups(result)
  return describeSteps(Object.keys(shown).length === 0 ? result : shown)
}

/** The results without the files that were read for another step only: of these nobody asked to see all. */
function withoutLookups(results: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(results).filter(([id, result]) => !(isLookup(id) && describesFile(result))))
}

function describesFile(result: unknown): boolean {
  return (describeCutResult(result) ?? describeFileResult(result, 'read_file')) !== undefined
}

/** The results of several steps, one after another. */
function describeSteps(results: Readonly<Record<string, unknown>>): string {
  const steps = Object.entries(results)
  const told = steps.slice(0, MAX_STEPS).map(([id, result]) => describeStep(id, result))
  const rest = steps.length > MAX_STEPS ? [`and ${steps.length - MAX_STEPS} more steps`] : []
  return steps.length === 0 ? 'Done.' : [...told, ...rest].join('\n')
}

function describeStep(id: string, result: unknown): string {
  const name = printable(id, MAX_NAME_LENGTH)
  const isGiven = GIVEN_NAME.test(id)
  if (result === undefined || result === null) return isGiven ? 'Done.' : `${name}: done.`
  const told = describeCutResult(result) ?? describeFileResult(result)
  if (told !== undefined) return told
  if (!isGiven) return `${name}: ${compactJson(result)}`
  return describeByShape(result) ?? `The value is ${compactJson(result)}`
}
