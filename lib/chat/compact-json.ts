const MAX_LENGTH = 2_000

/** `value` as JSON for people to read, cut at 2,000 characters. @throws for what JSON cannot hold. */
export function compactJson(value: unknown): string {
  const json: unknown = JSON.stringify(value)
  if (typeof json !== 'string') return 'a result that cannot be shown'
  if (json.length <= MAX_LENGTH) return json
  const isHalved = /[\ud800-\udbff]/.test(json.charAt(MAX_LENGTH - 1))
  return `${json.slice(0, isHalved ? MAX_LENGTH - 1 : MAX_LENGTH)}…`
}
