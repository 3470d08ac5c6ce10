import type { Mixed } from 'io-ts'

/**
 * What the codecs of io-ts, and our own wrappers, are made of. Read by `_tag`: two copies of io-ts share no classes, and a
 * codec of somebody's own may have any of these fields or none.
 */
export interface CodecParts {
  readonly _tag?: unknown
  /** Of objects: the codec of each field. */
  readonly props?: Readonly<Record<string, Mixed>>
  /** Of lists: the codec of an item. Of wrappers: the codec that is wrapped. */
  readonly type?: Mixed
  /** The members of unions and intersections, the items of tuples. */
  readonly types?: readonly Mixed[]
  /** Of records: the codec of a value. */
  readonly codomain?: Mixed
  /** Of `keyof`: its keys. */
  readonly keys?: Readonly<Record<string, unknown>>
  /** Of literals: the literal. Of a default: what is taken for an absent value. */
  readonly value?: unknown
}

export function partsOf(codec: Mixed): CodecParts {
  return codec as Mixed & CodecParts
}

/** The codec that `codec` says something more about; `undefined` where it is not such a wrapper. */
export function wrappedIn(codec: Mixed): Mixed | undefined {
  const { _tag, type } = partsOf(codec)
  switch (_tag) {
    case 'ExactType':
    case 'ReadonlyType':
    case 'RefinementType':
    case 'DefaultType':
    case 'SensitiveType':
      return type
    default:
      return undefined
  }
}
