/** The order of results: by path, character by character, the same on every machine. */
export function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  if (one.path === other.path) return 0
  return one.path < other.path ? -1 : 1
}
