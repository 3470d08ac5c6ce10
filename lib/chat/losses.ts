import { callsIn } from '../dsl/calls.ts'
import { parseDsl } from '../dsl/parse.ts'

/** A call as a plan writes it: its tool, and its arguments without names. */
export interface PlannedCall {
  readonly tool: string
  readonly args: readonly string[]
  /** It leaves what is there: `overwrite` is false. */
  readonly isCareful: boolean
}

const TAKING_AWAY: ReadonlySet<string> = new Set(['delete_file', 'move_file'])
const WRITING_OVER: ReadonlySet<string> = new Set(['write_file', 'copy_file', 'move_file'])

/** The calls of a command that was planned. */
export function plannedCalls(command: string): readonly PlannedCall[] {
  const script = parseDsl(command)
  if (script._tag === 'Left') return []
  return callsIn(script.right.steps).map(({ tool, args }) => ({
    tool,
    args: args.flatMap(({ name, value }) => (name === undefined && typeof value === 'string' ? [value] : [])),
    isCareful: args.some(({ name, value }) => name === 'overwrite' && value === 'false'),
  }))
}

/** Whether something that is there may be gone after `call`. */
export function maySpoil({ tool, isCareful }: PlannedCall): boolean {
  return (TAKING_AWAY.has(tool) || WRITING_OVER.has(tool)) && !isCareful
}

/** The file whose content is lost for sure, if it is there: of one that is brought elsewhere its place is. */
export function lostBy(call: PlannedCall): string | undefined {
  return maySpoil(call) && call.tool !== 'copy_file' ? call.args[0] : undefined
}

/** Whether `call` changes what is there at all. */
export function changes(call: PlannedCall): boolean {
  return maySpoil(call) || call.tool === 'write_file' || call.tool === 'create_directory'
}

/** The new name that `call` gives to a file, and the one that it had before. */
export function namedBy({ tool, args }: PlannedCall): { readonly name: string; readonly before?: string } | undefined {
  const [first, second] = args
  if (tool === 'write_file') return first === undefined ? undefined : { name: first }
  if (tool !== 'move_file' && tool !== 'copy_file') return undefined
  return first === undefined || second === undefined ? undefined : { name: second, before: first }
}
