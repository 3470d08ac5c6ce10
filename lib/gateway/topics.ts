import { type BusEvent, type RunIds, runIdsOf } from '../event/event.ts'

/** What one receiver can get at all. Whatever finds it by this still asks its subscription and its entitlement. */
export interface Interest {
  readonly types: ReadonlySet<string>
  /** Only events of these runs. */
  readonly executionIds?: readonly string[] | undefined
  /** Only events of these workflows. */
  readonly workflowIds?: readonly string[] | undefined
  /** Of runs, only those of this principal; null: of nobody. Absent: everybody's. */
  readonly owner?: string | null | undefined
}

/** Who hears which event: an event costs what its receivers cost, and a change costs the same however many there are. */
export interface Topics<Receiver> {
  /** Makes `interest` what `receiver` hears, in place of what it heard before. */
  readonly set: (receiver: Receiver, interest: Interest) => void
  readonly remove: (receiver: Receiver) => void
  /** Calls `visit` once for each receiver that may get `event`. Receivers may be removed meanwhile. */
  readonly visit: (event: BusEvent, visit: (receiver: Receiver) => void) => void
  /** Whether anybody hears `type`. */
  readonly has: (type: string) => boolean
}

/** Receivers that hear the same types: few sets of types are shared by many. */
interface Group<Receiver> {
  readonly key: string
  readonly types: ReadonlySet<string>
  size: number
  /** Those who hear these types whatever the run. */
  readonly everybody: Set<Receiver>
  /** Those who hear of their own runs, by {@link byOwner}, and here of what belongs to no run. */
  readonly owners: Set<Receiver>
}

/** Where a receiver stands, and so where it is to be taken out. */
interface Membership<Receiver> {
  readonly group: Group<Receiver>
  readonly leave: () => void
}

export function createTopics<Receiver>(): Topics<Receiver> {
  const groups = new Map<string, Group<Receiver>>()
  // Sets that are shared by many, such as the default subscription, are recognised without looking into them.
  const keys = new WeakMap<ReadonlySet<string>, string>()
  const groupsByType = new Map<string, Set<Group<Receiver>>>()
  // Of those the ones with somebody in them who is not found by a run.
  const wideGroupsByType = new Map<string, Set<Group<Receiver>>>()
  const byExecution = new Map<string, Set<Receiver>>()
  const byWorkflow = new Map<string, Set<Receiver>>()
  const byOwner = new Map<string, Set<Receiver>>()
  let ownerCount = 0
  const memberships = new Map<Receiver, Membership<Receiver>>()

  const keyOf = (types: ReadonlySet<string>): string => {
    const known = keys.get(types)
    if (known !== undefined) return known
    const key = [...types].sort().join(' ')
    keys.set(types, key)
    return key
  }

  const join = (types: ReadonlySet<string>): Group<Receiver> => {
    const key = keyOf(types)
    let group = groups.get(key)
    if (group === undefined) {
      group = { key, types, size: 0, everybody: new Set(), owners: new Set() }
      groups.set(key, group)
      for (const type of types) addTo(groupsByType, type, group)
    }
    group.size += 1
    return group
  }

  const quit = (group: Group<Receiver>): void => {
    group.size -= 1
    if (group.size > 0) return
    groups.delete(group.key)
    for (const type of group.types) removeFrom(groupsByType, type, group)
  }

  /** Puts `receiver` where its events will find it: by the narrowest thing it says. Returns how to take it out. */
  const place = (receiver: Receiver, group: Group<Receiver>, interest: Interest): (() => void) => {
    const { executionIds, workflowIds, owner } = interest
    const index = executionIds === undefined ? byWorkflow : byExecution
    const runs = executionIds ?? workflowIds
    if (runs !== undefined) {
      for (const run of runs) addTo(index, run, receiver)
      return () => {
        for (const run of runs) removeFrom(index, run, receiver)
      }
    }
    if (isEmpty(group)) for (const type of group.types) addTo(wideGroupsByType, type, group)
    const members = owner === undefined ? group.everybody : group.owners
    members.add(receiver)
    if (owner !== undefined) ownerCount += 1
    if (typeof owner === 'string') addTo(byOwner, owner, receiver)
    return () => {
      members.delete(receiver)
      if (owner !== undefined) ownerCount -= 1
      if (typeof owner === 'string') removeFrom(byOwner, owner, receiver)
      if (isEmpty(group)) for (const type of group.types) removeFrom(wideGroupsByType, type, group)
    }
  }

  const remove = (receiver: Receiver): void => {
    const membership = memberships.get(receiver)
    if (membership === undefined) return
    memberships.delete(receiver)
    membership.leave()
    quit(membership.group)
  }

  return {
    set: (receiver, interest) => {
      remove(receiver)
      const group = join(interest.types)
      memberships.set(receiver, { group, leave: place(receiver, group, interest) })
    },
    remove,
    visit: (event, visit) => {
      const { owner } = event
      // Its data is only read where somebody is to be found by it.
      const isFoundByRun = byExecution.size > 0 || byWorkflow.size > 0 || ownerCount > 0
      const { executionId, workflowId } = isFoundByRun ? runIdsOf(event) : noRun
      const isOfNoRun = owner === undefined && executionId === undefined && workflowId === undefined
      const wide = wideGroupsByType.get(event.type)
      if (wide !== undefined) {
        for (const { everybody, owners } of wide) {
          visitAll(everybody, visit)
          if (isOfNoRun) visitAll(owners, visit)
        }
      }
      if (owner !== undefined) visitAll(byOwner.get(owner), visit)
      if (executionId !== undefined) visitAll(byExecution.get(executionId), visit)
      if (workflowId !== undefined) visitAll(byWorkflow.get(workflowId), visit)
    },
    has: (type) => groupsByType.has(type),
  }
}

const noRun: RunIds = { executionId: undefined, workflowId: undefined }

function visitAll<Receiver>(receivers: ReadonlySet<Receiver> | undefined, visit: (receiver: Receiver) => void): void {
  if (receivers !== undefined) for (const receiver of receivers) visit(receiver)
}

function isEmpty({ everybody, owners }: Group<unknown>): boolean {
  return everybody.size === 0 && owners.size === 0
}

function addTo<Member>(index: Map<string, Set<Member>>, key: string, member: Member): void {
  const members = index.get(key)
  if (members === undefined) index.set(key, new Set([member]))
  else members.add(member)
}

function removeFrom<Member>(index: Map<string, Set<Member>>, key: string, member: Member): void {
  const members = index.get(key)
  if (members?.delete(member) && members.size === 0) index.delete(key)
}
