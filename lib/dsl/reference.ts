import type { Reference } from './ast.ts'

// `${name.path.to.field}` within a text stands for a part of the result of the step of that name. A dotted path and nothing else:
// nothing is evaluated. `$${` stands for the two characters `${`.

/** The results that there are, by the name of the step: of those that completed. */
export type Results = Pick<ReadonlyMap<string, unknown>, 'get'>

/** One `${…}` as it stands in a text. */
export type TextReference = Pick<Reference, 'name' | 'path'> & { readonly text: string }

/** A reference, or what stands for the characters that begin one. An opening without an end is a text like any other. */
export const REFERENCE = /\$\$\{|\$\{([^{}]*)\}/g
/** A text that is one reference and nothing else. */
export const WHOLE_REFERENCE = /^\$\{([^{}]*)\}$/
/** Names of fields in one reference: deeper than any result is. */
export const MAX_PATH = 64
/** Reach an object's prototype, and so are no names of steps or fields (THREATS T11). */
const POISONOUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** The references within `text`, in their order. Their names and paths are as written, and may be none at all. */
export function referencesIn(text: string): readonly TextReference[] {
  return [...text.matchAll(REFERENCE)].flatMap(([found, inner]) =>
    inner === undefined ? [] : [takeApart(found, inner)],
  )
}

/** `text` with other names in its references. */
export function renameReferences(text: string, rename: (name: string) => string): string {
  return text.replaceAll(REFERENCE, (found: string, inner: string | undefined) => {
    if (inner === undefined) return found
    const { name, path } = takeApart(found, inner)
    return `\${${[rename(name), ...path].join('.')}}`
  })
}

/** `text` so that it comes out of the filling of references as it is now. */
export function escapeReferences(text: string): string {
  return text.replaceAll('${', () => '$${')
}

/** Whether a step or a field may be called so. */
export function mayBeNamed(name: string): boolean {
  return name !== '' && !POISONOUS.has(name)
}

/** What a reference stands for; `null` where there is nothing: the step has no result, or the result no such field. */
export function valueOf({ name, path }: Pick<Reference, 'name' | 'path'>, results: Results): unknown {
  try {
    let value = results.get(name)
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !mayBeNamed(key)) return null
      // Own fields that JSON would show: no prototype, and no `length` of a list.
      if (!Object.prototype.propertyIsEnumerable.call(value, key)) return null
      value = Reflect.get(value, key)
    }
    return value ?? null
  } catch {
    // A result that is no plain data may throw when it is looked at.
    return null
  }
}

/** What stands for references takes more room than there is. */
export class TooMuchTextError extends Error {
  constructor(maxBytes: number) {
    super(`its texts take more than ${maxBytes} bytes with their references filled`)
  }
}

/** How much text references may still become: a few of them to a large result would otherwise fill the memory. */
export class TextBudget {
  readonly #maxBytes: number
  #bytesLeft: number

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#bytesLeft = maxBytes
  }

  /** @throws TooMuchTextError where `text` does not fit any more. */
  take(text: string): string {
    this.#bytesLeft -= Buffer.byteLength(text)
    if (this.#bytesLeft < 0) throw new TooMuchTextError(this.#maxBytes)
    return text
  }
}

/**
 * `text` with its references replaced: one that is the whole text by the value itself, others as text, records and lists as JSON.
 *
 * @throws TooMuchTextError where that takes more than `budget` has.
 */
export function fillReferences(text: string, results: Results, budget: TextBudget): unknown {
  const whole = WHOLE_REFERENCE.exec(text)
  if (whole?.[1] !== undefined) return valueOf(takeApart(text, whole[1]), results)
  return text.replaceAll(REFERENCE, (found: string, inner: string | undefined) =>
    inner === undefined ? '${' : budget.take(shown(valueOf(takeApart(found, inner), results))),
  )
}

function takeApart(text: string, inner: string): TextReference {
  const [name = '', ...path] = inner.split('.')
  return { text, name, path }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return 'null'
  }
}
