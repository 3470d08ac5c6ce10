/** One directed cycle among `ids`, in the order of its edges; undefined where there is none. Iterative: a graph may be a long chain. */
export function findCycle(
  ids: readonly string[],
  edges: readonly { readonly source: string; readonly target: string }[],
): readonly string[] | undefined {
  const targets = new Map<string, string[]>(ids.map((id) => [id, []]))
  for (const { source, target } of edges) {
    if (targets.has(target)) targets.get(source)?.push(target)
  }
  const finished = new Set<string>()
  for (const root of ids) {
    const cycle = findCycleFrom(root, targets, finished)
    if (cycle !== undefined) return cycle
  }
  return undefined
}

/** Depth first from `root`; `finished` collects the nodes from which no cycle can be reached. */
function findCycleFrom(
  root: string,
  targets: ReadonlyMap<string, readonly string[]>,
  finished: Set<string>,
): readonly string[] | undefined {
  const path: string[] = []
  const onPath = new Set<string>()
  const stack: { readonly id: string; next: number }[] = []
  const enter = (id: string): void => {
    path.push(id)
    onPath.add(id)
    stack.push({ id, next: 0 })
  }
  if (!finished.has(root)) enter(root)
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const target = targets.get(top.id)?.[top.next]
    top.next += 1
    if (target === undefined) {
      finished.add(top.id)
      onPath.delete(top.id)
      path.pop()
      stack.pop()
    } else if (onPath.has(target)) {
      return path.slice(path.indexOf(target))
    } else if (!finished.has(target)) {
      enter(target)
    }
  }
  return undefined
}
