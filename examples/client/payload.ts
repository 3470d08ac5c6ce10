// What a payload holds is a server's word: each field is looked at before it is believed.

export type Payload = Readonly<Record<string, unknown>>

export function textIn(payload: Payload, key: string): string | undefined {
  const value = payload[key]
  return typeof value === 'string' ? value : undefined
}

/** Empty where there is none. */
export function wordsIn(payload: Payload, key: string): string {
  return textIn(payload, key) ?? ''
}

export function numberIn(payload: Payload, key: string): number | undefined {
  const value = payload[key]
  return typeof value === 'number' ? value : undefined
}

/** An empty record where there is none. */
export function recordIn(payload: Payload, key: string): Payload {
  const value = payload[key]
  return isRecord(value) ? value : {}
}

/** The records in a list; none where there is no list. */
export function recordsIn(payload: Payload, key: string): readonly Payload[] {
  const value = payload[key]
  return Array.isArray(value) ? value.filter(isRecord) : []
}

export function isRecord(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
