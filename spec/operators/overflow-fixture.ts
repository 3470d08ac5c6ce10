import * as fc from 'fast-check'
import type { Loss, OverflowPolicy, Released } from '../../lib/operators/overflow-queue.ts'

/** Something that may have to wait. */
export interface Item {
  readonly id: number
  readonly size: number
  readonly key: string | undefined
  readonly isProtected: boolean
  /** Absent for what has no place in the order of the stream. */
  readonly position: number | undefined
}

export const policies: readonly OverflowPolicy[] = ['disconnect', 'dropOldest', 'dropNewest', 'conflate']

/** How a queue or a buffer sees items. */
export const ofItems = {
  sizeOf: ({ size }: Item): number => size,
  isProtected: ({ isProtected }: Item): boolean => isProtected,
  keyOf: ({ key }: Item): string | undefined => key,
  positionOf: ({ position }: Item): number | undefined => position,
}

/** What an item is like, but for its place in the sequence. */
export type Kind = Omit<Item, 'id' | 'position'> & { readonly isStored: boolean }

export const kinds: fc.Arbitrary<Kind> = fc.record({
  size: fc.nat(6),
  key: fc.option(fc.constantFrom('k', 'l', 'm'), { nil: undefined }),
  isProtected: fc.oneof({ weight: 1, arbitrary: fc.constant(true) }, { weight: 4, arbitrary: fc.constant(false) }),
  isStored: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
})

/** The item of a kind that comes as number `id`; what is stored stands at that position. */
export function itemOf(id: number, { size, key, isProtected, isStored }: Partial<Kind> = {}): Item {
  const position = isStored === false ? undefined : id
  return { id, size: size ?? 1, key, isProtected: isProtected ?? false, position }
}

/** `v1` for an item that passes, `[1..3 d2 c1]` for the notice of a loss. */
export function wordOf(released: Released<Item>): string {
  return released._tag === 'Value' ? `v${released.value.id}` : wordOfLoss(released.loss)
}

export function wordOfLoss({ from, to, dropped, conflated }: Loss): string {
  return `[${from ?? '-'}..${to ?? '-'} d${dropped} c${conflated}]`
}

interface Place {
  readonly item: Item
  lost: 'dropped' | 'conflated' | undefined
}

/** A bounded queue, as plainly as its policies can be said: a list of all that came and has not passed. */
export class PlainQueue {
  places: Place[] = []
  readonly #maxCount: number
  readonly #maxBytes: number
  readonly #policyOf: (item: Item) => OverflowPolicy

  constructor(maxCount: number, maxBytes: number, policyOf: (item: Item) => OverflowPolicy) {
    this.#maxCount = maxCount
    this.#maxBytes = maxBytes
    this.#policyOf = policyOf
  }

  get waiting(): readonly Item[] {
    return this.places.filter(({ lost }) => lost === undefined).map(({ item }) => item)
  }

  get bytes(): number {
    return this.waiting.reduce((sum, { size }) => sum + size, 0)
  }

  /** False where the stream ends. */
  offer(item: Item): boolean {
    const fits = (): boolean =>
      this.waiting.length === 0 || (this.waiting.length < this.#maxCount && this.bytes + item.size <= this.#maxBytes)
    const take = (lost?: 'dropped'): boolean => {
      this.places.push({ item, lost })
      return true
    }
    if (fits()) return take()
    const policy = this.#policyOf(item)
    if (policy === 'conflate') this.#conflate(item)
    if (policy === 'dropNewest' && !item.isProtected) return take('dropped')
    if (policy === 'dropOldest' || policy === 'dropNewest') {
      const mayGo = this.places.filter((place) => place.lost === undefined && !place.item.isProtected)
      if (policy === 'dropNewest') mayGo.reverse()
      for (const place of mayGo) if (!fits()) place.lost = 'dropped'
    }
    if (fits()) return take()
    return policy === 'dropOldest' && !item.isProtected ? take('dropped') : false
  }

  /** Of each key only the newest stays, `arriving` being the newest of its own. */
  #conflate(arriving: Item): void {
    const seen = new Set(arriving.isProtected || arriving.key === undefined ? [] : [arriving.key])
    for (const place of [...this.places].reverse()) {
      const { key, isProtected } = place.item
      if (place.lost !== undefined || isProtected || key === undefined) continue
      if (seen.has(key)) place.lost = 'conflated'
      seen.add(key)
    }
  }

  /** False where nothing could be lost. */
  shed(): boolean {
    const mayGo = this.places.filter(
      ({ item, lost }) => lost === undefined && !item.isProtected && this.#policyOf(item) !== 'disconnect',
    )
    for (const place of mayGo) place.lost = 'dropped'
    return mayGo.length > 0
  }

  release(): string | undefined {
    const first = this.places.shift()
    if (first === undefined) return undefined
    if (first.lost === undefined) return `v${first.item.id}`
    const lost = [first]
    while (this.places[0]?.lost !== undefined) lost.push(...this.places.splice(0, 1))
    const positions = lost.flatMap(({ item: { position } }) => position ?? [])
    const count = (how: string): number => lost.filter((place) => place.lost === how).length
    return wordOfLoss({
      from: positions[0],
      to: positions.at(-1),
      dropped: count('dropped'),
      conflated: count('conflated'),
    })
  }
}
