import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { remembering } from '../base/remembering.ts'
import type { EventFilter } from '../event/filter.ts'
import { parseSince, type Since } from '../event/since.ts'
import { expandTypes } from '../event/type-name.ts'

/** What a client asks for in the query of the WebSocket door (PROTOCOL section 1). */
export interface DoorQuery {
  /** Replaces the default subscription. */
  readonly types: ReadonlySet<string> | undefined
  readonly filter: EventFilter | undefined
  /** Kept by a client across reconnects. */
  readonly client: string | undefined
  /** Where it was, when it comes back. */
  readonly since: Since | undefined
}

const MAX_ENTRIES = 128
const MAX_ID_LENGTH = 128
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Reads the query of a URL. Left lists what is malformed. Parameters of others (a token, say) pass. */
export type DoorQueryParser = (url: string) => Either<readonly ErrorDetail[], DoorQuery>

/** `known`: the types of the bus. */
export function createDoorQueryParser(known: readonly string[]): DoorQueryParser {
  // The pages of a site ask for the same: they get the same set, by which others know them again.
  const typesOf = remembering((list) => parseTypes(list, known), { maxAnswers: 128, maxLength: 1_024 })
  return (url) => {
    const start = url.indexOf('?')
    if (start === -1) return right(NOTHING)
    const params = new URLSearchParams(url.slice(start + 1))
    const problems: ErrorDetail[] = []
    const lists = params.getAll('types')
    const types = lists.length === 0 ? undefined : orProblems(typesOf(lists.join(',')), problems)
    const filter = parseFilter(params, problems)
    const client = parseClient(params.getAll('client'), problems)
    const since = parseSinceParam(params.getAll('since'), problems)
    return problems.length > 0 ? left(problems) : right({ types, filter, client, since })
  }
}

const NOTHING: DoorQuery = { types: undefined, filter: undefined, client: undefined, since: undefined }

function parseTypes(list: string, known: readonly string[]): Either<readonly ErrorDetail[], ReadonlySet<string>> {
  const named = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (named.length > MAX_ENTRIES) {
    return left([{ path: 'types', expected: `at most ${MAX_ENTRIES} entries`, actual: String(named.length) }])
  }
  const { types, unknown } = expandTypes(named, known)
  const problems = unknown.map((entry) => {
    return { path: 'types', expected: 'an event type or pattern', actual: describeValue(entry) }
  })
  return problems.length > 0 ? left(problems) : right(types)
}

function orProblems<Value>(parsed: Either<readonly ErrorDetail[], Value>, problems: ErrorDetail[]): Value | undefined {
  if (parsed._tag === 'Right') return parsed.right
  problems.push(...parsed.left)
  return undefined
}

function parseFilter(params: URLSearchParams, problems: ErrorDetail[]): EventFilter | undefined {
  const workflowIds = params.getAll('workflow_id')
  const executionIds = params.getAll('execution_id')
  checkIds('workflow_id', workflowIds, problems)
  checkIds('execution_id', executionIds, problems)
  if (workflowIds.length === 0 && executionIds.length === 0) return undefined
  return {
    ...(workflowIds.length === 0 ? {} : { workflowIds }),
    ...(executionIds.length === 0 ? {} : { executionIds }),
  }
}

function checkIds(path: string, ids: readonly string[], problems: ErrorDetail[]): void {
  const malformed = ids.find((id) => id === '' || id.length > MAX_ID_LENGTH)
  if (malformed !== undefined) {
    problems.push({ path, expected: `a text of 1 to ${MAX_ID_LENGTH} characters`, actual: describeValue(malformed) })
  }
  if (ids.length > MAX_ENTRIES) {
    problems.push({ path, expected: `at most ${MAX_ENTRIES} of them`, actual: String(ids.length) })
  }
}

function parseClient(values: readonly string[], problems: ErrorDetail[]): string | undefined {
  const [client] = values
  if (client === undefined) return undefined
  if (values.length === 1 && UUID.test(client)) return client.toLowerCase()
  problems.push({ path: 'client', expected: 'one UUID', actual: describeValue(client) })
  return undefined
}

function parseSinceParam(values: readonly string[], problems: ErrorDetail[]): Since | undefined {
  const [text] = values
  if (text === undefined) return undefined
  const since = values.length === 1 ? parseSince(text) : undefined
  if (since !== undefined) return since
  const actual = values.length === 1 ? describeValue(text) : `${values.length} of them`
  problems.push({ path: 'since', expected: 'one position "<epoch>:<seq>"', actual })
  return undefined
}
