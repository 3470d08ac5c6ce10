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

/**
 * What to ask where steps of one message would lose what a file holds that another of them uses: "rename a.txt to b.txt and b.txt to
 * a.txt" means the two at once, but the first of them replaces b.txt. Undefined where nothing is lost but what is said to be.
 */
export function lossByOwnSteps(plan: readonly Planned[]): OwnLoss | undefined {
  const brought = new Map<string, Brought>()
  for (const [index, { clause, steps }] of plan.entries()) {
    for (const step of steps) {
      const used = usedBy(step)
      const source = used === undefined ? undefined : brought.get(used)
      if (
        used !== undefined &&
        source !== undefined &&
        source.by < index &&
        isNamed(plan, source.by + 1, index, used)
      ) {
        const question = askAboutSource(plan, index, step, source)
        if (question !== undefined) return { clause, ask: question }
      }
      const goal = goalOf(step)
      const before = goal === undefined ? undefined : brought.get(goal)
      if (goal !== undefined && before !== undefined && before.by < index && goal !== used) {
        return { clause, ask: ask(`Several files cannot become one, and two would be "${shown(goal)}". ${ONE_BY_ONE}`) }
      }
      follow(brought, step, index)
    }
  }
  return undefined
}

const ONE_BY_ONE = 'Please say that in several messages, or use another name in between.'

/** The file whose content a step takes away or elsewhere. */
function usedBy({ tool, args: [path] }: Act): string | undefined {
  const isUsing = tool === 'move_file' || tool === 'copy_file' || tool === 'delete_file'
  return isUsing && typeof path === 'string' ? path : undefined
}

/** Where a step brings what another file holds. */
function goalOf({ tool, args: [, path] }: Act): string | undefined {
  return (tool === 'move_file' || tool === 'copy_file') && typeof path === 'string' ? path : undefined
}

/** Whether a clause says the name of the file, which then may be the one that was there before. "It" is the one that was brought. */
function isNamed(plan: readonly Planned[], from: number, to: number, path: string): boolean {
  return plan.slice(from, to + 1).some(({ clause }) => clause.tokens.some(({ text }) => text === path))
}

function askAboutSource(plan: readonly Planned[], index: number, step: Act, { origins, by }: Brought): Ask | undefined {
  const clause = plan[index]?.clause
  const used = usedBy(step) ?? ''
  const goal = goalOf(step)
  const lost = `The steps come one after another, so "${shown(used)}" would be replaced before`
  if (goal !== undefined && origins.has(goal)) return ask(`${lost}. ${ONE_BY_ONE}`)
  const between = clause?.text.slice(plan[index - 1]?.clause.tokens.at(-1)?.end ?? 0, clause.peek()?.start) ?? ''
  if (clause === undefined || IN_ORDER.test(between)) return undefined
  // "copy a.txt to b.txt and rename b.txt to c.txt" goes on with the copy; two of one kind may be meant at once
  const mayBeAtOnce =
    plan[by]?.steps.some(({ tool }) => tool === (goal === undefined ? 'move_file' : step.tool)) === true
  if (!mayBeAtOnce) return undefined
  const said = clause.text.slice(clause.peek()?.start, clause.tokens.findLast(({ kind }) => kind !== 'mark')?.end)
  return ask(`${lost}. Shall I do it so, step by step?`, wanted('yes', 'then ', said))
}

/** Notes what a step brings where, and what is no longer there. */
function follow(brought: Map<string, Brought>, step: Act, by: number): void {
  const [path] = step.args
  const goal = goalOf(step)
  if (step.tool === 'write_file' || step.tool === 'delete_file') forget(brought, path)
  if (goal === undefined || typeof path !== 'string') return
  const origins = new Set([path, ...(brought.get(path)?.origins ?? [])])
  if (step.tool === 'move_file') brought.delete(path)
  brought.set(goal, { origins, by })
}

/** A file that was written or deleted is not what was brought elsewhere any more, so to bring that back loses nothing. */
function forget(brought: Map<string, Brought>, path: Act['args'][number] | undefined): void {
  if (typeof path !== 'string') return
  brought.delete(path)
  for (const [goal, { origins, by }] of brought) {
    brought.set(goal, { by, origins: new Set([...origins].filter((origin) => origin !== path)) })
  }
}

function shown(path: string): string {
  return printable(path, MAX_NAME_LENGTH)
}
