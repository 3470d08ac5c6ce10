/** Who hears which event type: an event costs what its receivers cost (SEMANTICS "The bus"). */
export interface Topics<Receiver> {
  /** Makes `types` what `receiver` hears, in place of what it heard before. */
  readonly set: (receiver: Receiver, types: ReadonlySet<string>) => void
  readonly remove: (receiver: Receiver) => void
  /** The receivers of `type`; they may be removed while this is iterated. */
  readonly receiversOf: (type: string) => Iterable<Receiver>
  readonly has: (type: string) => boolean
}

export function createTopics<Receiver>(): Topics<Receiver> {
  const byType = new Map<string, Set<Receiver>>()
  const typesOf = new Map<Receiver, ReadonlySet<string>>()

  const leave = (receiver: Receiver, type: string): void => {
    const receivers = byType.get(type)
    if (receivers?.delete(receiver) && receivers.size === 0) byType.delete(type)
  }

  return {
    set: (receiver, types) => {
      const before = typesOf.get(receiver)
      for (const type of before ?? []) if (!types.has(type)) leave(receiver, type)
      for (const type of types) {
        const receivers = byType.get(type)
        if (receivers === undefined) byType.set(type, new Set([receiver]))
        else receivers.add(receiver)
      }
      typesOf.set(receiver, types)
    },
    remove: (receiver) => {
      for (const type of typesOf.get(receiver) ?? []) leave(receiver, type)
      typesOf.delete(receiver)
    },
    receiversOf: (type) => byType.get(type) ?? [],
    has: (type) => byType.has(type),
  }
}
