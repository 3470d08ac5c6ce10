import { printable } from '../base/printable.ts'
import type { Cursor } from './cursor.ts'
import { type Act, type Ask, ask, type Planned, wanted } from './reading.ts'

const MAX_NAME_LENGTH = 200
/** Between two clauses, that the one is done before the other. */
const IN_ORDER = /\b(?:then|after|afterwards|next|finally|lastly)\b|[.;!\n\d]/i

/** A clause by whose steps something is lost that those before it brought there, and what to ask. */
export interface OwnLoss {
  readonly clause: Cursor
  readonly ask: Ask
}

/** Where what a file holds now was brought from, by the steps so far. */
interface Brought {
  /** Every file that it was. */
  readonly origins: ReadonlySet<string>
  /** Index of the clause that brought it. */
  readonly by: number
}

/** What the steps so far did, by file. */
interface Done {
  readonly brought: Map<string, Brought>
  readonly deleted: Set<string>
}

/**
 * What to ask where steps of one message would lose what a file holds that another of them uses: "rename a.txt to b.txt and b.txt to
 * a.txt" means the two at once, but the first of them replaces b.txt. Undefined where nothing is lost but what is said to be.
 */
export function lossByOwnSteps(plan: readonly Planned[]): OwnLoss | undefined {
  const done: Done = { brought: new Map(), deleted: new Set() }
  for (const [index, { clause, steps }] of plan.entries()) {
    for (const step of steps) {
      const question =
        askAboutDeleted(step, done) ?? askAboutSource(plan, index, step, done) ?? askAboutGoal(index, step, done)
      if (question !== undefined) return { clause, ask: question }
      follow(done, step, index)
    }
  }
  return undefined
}

const ONE_BY_ONE = 'Please say that in several messages, or use another name in between.'

/** The file whose content a step takes away or elsewhere. */
function usedBy({ tool, args: [path] }: Act): string | undefined {
  const isUsing = tool === 'move_file' || tool === 'copy_file' || tool === 'delete_file'
  return isUsing && typeof path === 'string' ? normal(path) : undefined
}

/** Where a step brings what another file holds. */
function goalOf({ tool, args: [, path] }: Act): string | undefined {
  return (tool === 'move_file' || tool === 'copy_file') && typeof path === 'string' ? normal(path) : undefined
}

/** Of all ways to write a path, one. */
function normal(path: string): string {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/')
}

/** "delete a.txt and copy it to b.txt", "delete a.txt and read it" */
function askAboutDeleted(step: Act, { deleted }: Done): Ask | undefined {
  const [path] = step.args
  const used = step.tool === 'read_file' && typeof path === 'string' ? normal(path) : usedBy(step)
  const isLost = used !== undefined && deleted.has(used)
  return isLost
    ? ask(`The steps come one after another, so "${shown(used)}" would be deleted before. ${ONE_BY_ONE}`)
    : undefined
}

/** "copy a.txt to c.txt and b.txt to c.txt" */
function askAboutGoal(index: number, step: Act, { brought }: Done): Ask | undefined {
  const goal = goalOf(step)
  const before = goal === undefined ? undefined : brought.get(goal)
  if (goal === undefined || before === undefined || before.by === index || goal === usedBy(step)) return undefined
  return ask(`Several files cannot become one, and two would be "${shown(goal)}". ${ONE_BY_ONE}`)
}

/** "copy a.txt to b.txt and b.txt to a.txt" */
function askAboutSource(plan: readonly Planned[], index: number, step: Act, { brought }: Done): Ask | undefined {
  const [clause, used, goal] = [plan[index]?.clause, usedBy(step), goalOf(step)]
  const source = used === undefined ? undefined : brought.get(used)
  if (clause === undefined || used === undefined || source === undefined || source.by === index) return undefined
  if (!isNamed(plan.slice(source.by + 1, index + 1), used)) return undefined
  const lost = `The steps come one after another, so "${shown(used)}" would be replaced before`
  if (goal !== undefined && source.origins.has(goal)) return ask(`${lost}. ${ONE_BY_ONE}`)
  const between = clause.text.slice(plan[index - 1]?.clause.tokens.at(-1)?.end ?? 0, clause.peek()?.start)
  // "copy a.txt to b.txt and rename b.txt to c.txt" goes on with the copy; two of one kind may be meant at once
  const kind = goal === undefined ? 'move_file' : step.tool
  const mayBeAtOnce = plan[source.by]?.steps.some(({ tool }) => tool === kind) === true
  if (IN_ORDER.test(between) || !mayBeAtOnce) return undefined
  const said = clause.text.slice(clause.peek()?.start, clause.tokens.findLast(({ kind: of }) => of !== 'mark')?.end)
  return ask(`${lost}. Shall I do it so, step by step?`, wanted('yes', 'then ', said))
}

/** Whether one of the clauses says the name of a file, which then may be the one that was there before. "It" is the one that was brought. */
function isNamed(plan: readonly Planned[], path: string): boolean {
  return plan.some(({ clause }) =>
    clause.tokens.some(({ text }) => {
      const name = normal(text)
      return name !== '' && (path === name || path.endsWith(`/${name}`))
    }),
  )
}

/** Notes what a step brings where, and what is no longer there. */
function follow({ brought, deleted }: Done, step: Act, by: number): void {
  const path = typeof step.args[0] === 'string' ? normal(step.args[0]) : undefined
  if (path === undefined) return
  const goal = goalOf(step)
  if (step.tool === 'delete_file') deleted.add(path)
  if (step.tool === 'write_file') deleted.delete(path)
  if (step.tool === 'write_file' || step.tool === 'delete_file') forget(brought, path)
  if (goal === undefined) return
  const origins = new Set([path, ...(brought.get(path)?.origins ?? [])])
  if (step.tool === 'move_file') brought.delete(path)
  brought.set(goal, { origins, by })
  deleted.delete(goal)
}

/** A file that was written or deleted is not what was brought elsewhere any more, so to bring that back loses nothing. */
function forget(brought: Map<string, Brought>, path: string): void {
  brought.delete(path)
  for (const [goal, { origins, by }] of brought) {
    brought.set(goal, { by, origins: new Set([...origins].filter((origin) => origin !== path)) })
  }
}

function shown(path: string): string {
  return printable(path, MAX_NAME_LENGTH)
}
