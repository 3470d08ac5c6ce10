import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { describeValue, type ErrorDetail } from '../base/codec-details.ts'
import { isRecord } from '../base/is-record.ts'
import { printable } from '../base/printable.ts'
import { MAX_PATH, mayBeNamed, REFERENCE, TextBudget, TooMuchTextError, WHOLE_REFERENCE } from '../dsl/reference.ts'
import { HIDDEN } from '../tools/sensitive.ts'
import type { Failure } from './failure.ts'
import { isCutResult } from './tool-result.ts'

// `${node.path.to.field}` in the params of a node stands for a part of another node's result (SEMANTICS "Runs"). A dotted path and
// nothing else: nothing is evaluated. `$${` stands for the two characters `${`.

/** The results that there are, by node: of those that completed. */
export interface Results extends Pick<ReadonlyMap<string, unknown>, 'get' | 'has'> {
  /** How a node failed, for those that go on after that: `${node.error}`, `${node.code}`. Absent: nothing goes on. */
  readonly failureOf?: (nodeId: string) => Failure | undefined
}

/** `results` where each name of `shared` means whichever of its nodes has a result. */
export function byName(results: Results, shared: ReadonlyMap<string, readonly string[]>): Results {
  if (shared.size === 0) return results
  const idOf = (name: string): string => shared.get(name)?.find((id) => results.has(id)) ?? name
  return { has: (name) => results.has(idOf(name)), get: (name) => results.get(idOf(name)) }
}

/** One `${…}`, taken apart. */
interface Reference {
  /** As it was written. */
  readonly text: string
  readonly nodeId: string
  readonly path: readonly string[]
}

/** What the params of one node may take with their references resolved: as much as those of a whole graph. */
const MAX_RESOLVED_BYTES = 128 * 1024
const TOO_LARGE = `the params take more than ${MAX_RESOLVED_BYTES} bytes with their references resolved`
const MAX_SHOWN = 120
/** Of a node, as graphs may have it. */
const MAX_ID_LENGTH = 128

/** Whether any text within `value` holds a reference, or a `$${` that has to become `${`. */
export function holdsReference(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${')
  if (Array.isArray(value)) return value.some(holdsReference)
  return isRecord(value) && Object.values(value).some(holdsReference)
}

/** Whether `value` is a text that is one reference and nothing else. */
export function isWholeReference(value: unknown): boolean {
  return typeof value === 'string' && WHOLE_REFERENCE.test(value)
}

/** What references may be to. */
export interface Referable {
  /** The ids of all nodes. */
  readonly known: ReadonlySet<string>
  /** Those that have ended before. */
  readonly ancestors: ReadonlySet<string>
  /** Whether that part of the result of a node is hidden from everybody, other tools too. */
  readonly isSecret: (nodeId: string, path: readonly string[]) => boolean
  /** What is wrong is not shown: what looks like a reference may be a part of something sensitive. */
  readonly isHidden: boolean
}

/** What is wrong with the references within `value`, which stands at `path`: nodes they cannot be to, or no names of fields. */
export function referenceProblems(value: unknown, path: string, referable: Referable): readonly ErrorDetail[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].flatMap(([text, inner]) => {
      const expected = inner === undefined ? undefined : faultOf(inner, referable)
      const actual = referable.isHidden ? HIDDEN : describeValue(text)
      return expected === undefined ? [] : [{ path, expected, actual }]
    })
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => referenceProblems(item, `${path}[${index}]`, referable))
  }
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, item]) =>
    referenceProblems(item, `${path}.${printable(key, MAX_SHOWN)}`, referable),
  )
}

/**
 * `params` with every reference replaced. A text that is one reference becomes the value itself; within other text a value becomes
 * text, objects and lists as JSON. Left says which reference cannot be resolved, or that the whole takes too much. What is put in is
 * a copy: a tool that changes its params changes nobody else's result.
 */
export function resolveReferences(
  params: unknown,
  known: ReadonlySet<string>,
  results: Results,
): Either<string, unknown> {
  try {
    const resolved = new Resolver(known, results).resolve(params)
    // Counted once more as a whole: what stood around the references takes room too.
    const bytes = Buffer.byteLength(JSON.stringify(resolved))
    return bytes > MAX_RESOLVED_BYTES ? left(TOO_LARGE) : right(resolved)
  } catch (error) {
    if (error instanceof TooMuchTextError) return left(TOO_LARGE)
    if (error instanceof Unresolvable) return left(error.message)
    throw error
  }
}

/** Whether `path` says how a node failed. */
export function isOfFailure(path: readonly string[]): path is readonly [keyof Failure] {
  return path.length === 1 && (path[0] === 'error' || path[0] === 'code')
}

class Unresolvable extends Error {}

class Resolver {
  readonly #known: ReadonlySet<string>
  readonly #results: Results
  readonly #budget = new TextBudget(MAX_RESOLVED_BYTES)

  constructor(known: ReadonlySet<string>, results: Results) {
    this.#known = known
    this.#results = results
  }

  resolve(value: unknown): unknown {
    if (typeof value === 'string') return this.#resolveText(value)
    if (Array.isArray(value)) return value.map((item) => this.resolve(item))
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]))
  }

  #resolveText(text: string): unknown {
    if (!text.includes('${')) return text
    const whole = WHOLE_REFERENCE.exec(text)
    if (whole?.[1] !== undefined) {
      const value = this.#valueOf(whole[1])
      const json = this.#budget.take(JSON.stringify(value))
      return typeof value === 'object' ? (JSON.parse(json) as unknown) : value
    }
    return text.replaceAll(REFERENCE, (_, inner: string | undefined) => {
      if (inner === undefined) return '${'
      const value = this.#valueOf(inner)
      return this.#budget.take(typeof value === 'string' ? value : JSON.stringify(value))
    })
  }

  #valueOf(inner: string): unknown {
    const { text, nodeId, path } = parseReference(inner, this.#known)
    const shown = printable(text, MAX_SHOWN)
    if (!this.#results.has(nodeId)) return this.#failureOf(nodeId, path, shown)
    let value = this.#results.get(nodeId)
    if (isCutResult(value)) throw new Unresolvable(`${shown} has no value: that result was cut for its length`)
    for (const key of path) {
      // Own fields that JSON would show: no prototype, and no `length` of a list.
      const holder = typeof value === 'object' && value !== null ? value : {}
      if (!Object.prototype.propertyIsEnumerable.call(holder, key) || !mayBeNamed(key)) {
        throw new Unresolvable(`${shown} has no value: there is no "${printable(key, MAX_SHOWN)}" in that result`)
      }
      value = Reflect.get(holder, key)
    }
    return value ?? null
  }

  /** Nothing but the two says that a failure is meant: what would have been a result must not become something else. */
  #failureOf(nodeId: string, path: readonly string[], shown: string): string {
    const failure = this.#results.failureOf?.(nodeId)
    if (failure !== undefined && isOfFailure(path)) return failure[path[0]]
    const why = failure === undefined ? 'that node has no result' : 'that node failed (there are "error" and "code")'
    throw new Unresolvable(`${shown} has no value: ${why}`)
  }
}

/** The id of a node may hold dots itself: the longest one that is known wins. */
function parseReference(inner: string, known: ReadonlySet<string>): Reference {
  const words = inner.split('.')
  const [first = ''] = words
  let [nodeId, count] = [first, 1]
  let prefix = first
  for (let index = 1; index < words.length && prefix.length <= MAX_ID_LENGTH; index++) {
    prefix += `.${words[index] ?? ''}`
    if (known.has(prefix)) [nodeId, count] = [prefix, index + 1]
  }
  return { text: `\${${inner}}`, nodeId, path: words.slice(count) }
}

function faultOf(inner: string, { known, ancestors, isSecret }: Referable): string | undefined {
  const { nodeId, path } = parseReference(inner, known)
  if (!known.has(nodeId)) return 'a reference to a node of this graph, as ${node.field}'
  if (!ancestors.has(nodeId)) return 'a reference to a node that ends before this one by the edges'
  if (path.length > MAX_PATH) return `a path of at most ${MAX_PATH} names`
  if (!path.every(mayBeNamed)) return 'a path of field names, as ${node.path.to.field}'
  if (isSecret(nodeId, path)) return 'a reference to something that is not sensitive'
  return undefined
}
