import type { Mixed, TypeOf } from 'io-ts'
import { knownNames } from '../base/codec-names.ts'
import { OptionError } from '../base/options.ts'
import type { BusEvent, StoredEvent } from './event.ts'
import { isTypeName, upperName } from './type-name.ts'

/** What the library knows of one event type. */
export interface EventDefinition {
  /** Decodes and encodes the event's data. */
  readonly data: Mixed
  /** Whether the event gets a position and a place in the history (default), or is only passed on live. */
  readonly stored?: boolean
  /** The fields of `data` that may be cut, with a notice, when the event is larger than 256 KiB. Others are then refused. */
  readonly bulky?: readonly string[]
  /** Whether somebody may wait for it: it is never dropped or conflated for a slow client (SEMANTICS P6). */
  readonly terminal?: boolean
  /**
   * The fields of `data` that say what an event is about, the one it cannot do without first. For a slow client under the policy
   * `conflate`, of waiting events with the same values there only the newest is kept. Absent: none is conflated.
   */
  readonly conflateBy?: readonly string[]
}

/** Event types by name. */
export type EventDefinitions = Readonly<Record<string, EventDefinition>>

/** The names of a catalogue. */
export type TypeIn<Definitions extends EventDefinitions> = keyof Definitions & string

/** `a.b.c` → `a` | `a.b`: the heads that `head.*` may name. */
type HeadOf<Name extends string> = Name extends `${infer Head}.${infer Rest}`
  ? Head | (Rest extends `${string}.${string}` ? `${Head}.${HeadOf<Rest>}` : never)
  : never

/** What `on` and `ofType` take: a type, `head.*` for a head that exists, or `*`. A misspelling does not compile. */
export type PatternIn<Definitions extends EventDefinitions> =
  | TypeIn<Definitions>
  | `${HeadOf<TypeIn<Definitions>>}.*`
  | '*'

/** The types of a catalogue that a pattern covers. */
export type TypesMatching<Definitions extends EventDefinitions, Pattern extends string> = Pattern extends '*'
  ? TypeIn<Definitions>
  : Pattern extends `${infer Head}.*`
    ? Extract<TypeIn<Definitions>, `${Head}.${string}`>
    : Extract<TypeIn<Definitions>, Pattern>

/** The data of one type. */
export type DataOf<Definitions extends EventDefinitions, Type extends TypeIn<Definitions>> = TypeOf<
  Definitions[Type]['data']
>

/** The events of a catalogue as a union that narrows by `type`. */
export type EventIn<Definitions extends EventDefinitions, Type extends string = TypeIn<Definitions>> = {
  [Name in Extract<TypeIn<Definitions>, Type>]: Definitions[Name]['stored'] extends false
    ? BusEvent<Name, DataOf<Definitions, Name>>
    : StoredEvent<Name, DataOf<Definitions, Name>>
}[Extract<TypeIn<Definitions>, Type>]

/** What is published: the type, its data, and what the publisher wants to say about it. */
export type EventInputIn<Definitions extends EventDefinitions> = {
  [Name in TypeIn<Definitions>]: EventInput<Name, DataOf<Definitions, Name>>
}[TypeIn<Definitions>]

export interface EventInput<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly data: Data
  /** Give one to be able to publish again after a failure without a double (SEMANTICS P7). Else a UUID is made. */
  readonly id?: string
  readonly source?: string
  readonly correlationId?: string
  readonly tags?: readonly string[]
  readonly owner?: string
}

/**
 * Declares a user's own event types. Give the result to `createEventBus({ events })`; `publish`, `on`, `ofType` and the
 * projection then know them by name and type their data.
 *
 * ```ts
 * const events = defineEvents({ 'order.placed': { data: t.type({ orderId: t.string }) } })
 * ```
 *
 * @throws OptionError for a name that is not lower-case words joined by dots, and for two names with one upper-case form.
 */
export function defineEvents<const Definitions extends EventDefinitions>(definitions: Definitions): Definitions {
  const upperNames = new Map<string, string>()
  for (const [type, definition] of Object.entries<EventDefinition>(definitions)) {
    if (!isTypeName(type)) {
      throw new OptionError(
        'defineEvents',
        type,
        'a name of lower-case words joined by dots, such as "order.placed"',
        type,
      )
    }
    if (typeof definition?.data?.decode !== 'function') {
      throw new OptionError('defineEvents', `${type}.data`, 'an io-ts codec', definition?.data)
    }
    checkFields(type, definition)
    const clash = upperNames.get(upperName(type))
    if (clash !== undefined) {
      throw new OptionError('defineEvents', type, `a name whose upper-case form differs from that of "${clash}"`, type)
    }
    upperNames.set(upperName(type), type)
  }
  return definitions
}

/** A field that the data does not have would never be cut, and would never say what an event is about. */
function checkFields(type: string, definition: EventDefinition): void {
  const known = knownNames(definition.data)
  for (const option of ['bulky', 'conflateBy'] as const) {
    const named: unknown = definition[option] ?? []
    const isKnown = (field: unknown): boolean => typeof field === 'string' && known?.has(field) !== false
    if (Array.isArray(named) && named.every(isKnown)) continue
    const expected = known === undefined ? 'a list of fields' : `a list of fields of its data: ${[...known].join(', ')}`
    throw new OptionError('defineEvents', `${type}.${option}`, expected, named)
  }
}
