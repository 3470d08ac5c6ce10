import { agreementIn, planBoth, repeatsStep } from './agreeing.ts'
import * as answers from './answers.ts'
import {
  afterInterjections,
  completed,
  isChosen,
  isContentElsewhere,
  isDescription,
  isGreetedOrder,
  isJoinedGreeting,
  isSaidAgain,
} from './completing.ts'
import { askTextOrOrder, confirmName } from './confirming.ts'
import { isJust } from './only-phrases.ts'
import { isName, type Pending } from './pending.ts'
import { goalOf, placeInstead } from './place-answers.ts'
import type { PlannerReply } from './planner.ts'
import { declines, isLeft, saysNothing } from './refusing.ts'
import { tokenize } from './tokens.ts'
import { HELP } from './words/courtesies.ts'

/** How messages are planned. */
export interface Plans {
  /** One that is whole. */
  readonly message: (text: string) => PlannerReply
  /** One that may as well be the answer to a question: what is a text there is no order. */
  readonly order: (text: string) => PlannerReply
}

/** What `text` means as the answer to what was asked, unless it is a message of its own. */
export function answerTo(pending: Pending, text: string, plans: Plans): PlannerReply {
  if (text.length > MAX_ANSWER) return longAnswer(pending, text, plans)
  if (mayAskForHelp(pending) && isJust(text, [HELP])) return helped(pending, plans)
  if (isLeft(pending, text)) return LEFT
  if (!isChosen(pending, text) && saysNothing(pending, text)) return askedAgain(pending)
  if (isJoinedGreeting(pending, text)) return askedAgain(pending)
  return pending.as === 'yes' ? answerLeave(pending, text, plans) : fillGap(pending, text, plans)
}

/** What is longer is a text, or a message of its own. */
const MAX_ANSWER = 4_000

function longAnswer(pending: Pending, text: string, plans: Plans): PlannerReply {
  const own = plans.order(text)
  const isText = pending.as !== 'yes' && !isName(pending.as)
  if (isText && own._tag === 'Command' && askTextOrOrder(pending, text, own.command) !== undefined) {
    // it may be too long to be kept with what would be asked
    return askedAgain(pending)
  }
  if (own._tag === 'Command' || !isText) return own._tag === 'Answer' ? askedAgain(pending) : own
  return planWhole(pending, text, plans) ?? askedAgain(pending)
}

/** "help" may be what shall be said, or searched for. */
function mayAskForHelp({ as }: Pending): boolean {
  return as !== 'text' && as !== 'term'
}

const LEFT: PlannerReply = { _tag: 'Answer', content: answers.LEFT }

/** "Shall I delete a.txt?" Nothing is done but what was agreed to, or is another order. */
function answerLeave(pending: Pending, text: string, plans: Plans): PlannerReply {
  const agreed = agreementIn(text)
  if (agreed?.isAsked === true) return askedAgain(pending)
  const isAgreed = agreed !== undefined && agreed.rest === undefined
  if (isAgreed || repeatsStep(pending, agreed?.rest ?? text, plans.message)) {
    return plans.message(`${pending.before}${pending.after}`)
  }
  if (agreed?.rest !== undefined && isLeft(pending, agreed.rest)) return LEFT
  // "please read b.txt" agrees to nothing
  if (agreed !== undefined && !/^\s*(?:please|pls)\b/i.test(text)) {
    return planBoth(pending, agreed, plans.message) ?? askedAgain(pending)
  }
  const own = ownMessage(text, plans)
  if (own._tag === 'Command') return own
  if (declines(pending, text)) return LEFT
  return own._tag === 'Question' ? own : askedAgain(pending)
}

function fillGap(pending: Pending, text: string, plans: Plans): PlannerReply {
  const own = ownMessage(text, plans)
  if (own._tag === 'Command' && !isContentElsewhere(pending, text)) {
    if (isGreetedOrder(pending, text)) {
      return (isSaidAgain(pending, text) && planWhole(pending, text, plans)) || askedAgain(pending)
    }
    const isSaidAlone = afterInterjections(text, false) === undefined
    return (!isName(pending.as) && isSaidAlone && askTextOrOrder(pending, text, own.command)) || own
  }
  const elsewhere = placeInstead(pending, text, plans.message)
  if (elsewhere !== undefined) return { _tag: 'Question', content: elsewhere.question, pending: elsewhere }
  if (!isChosen(pending, text) && declines(pending, text)) return LEFT
  const whole = planWhole(pending, goalOf(pending, text), plans)
  if (whole !== undefined) return whole
  return own._tag === 'Question' && !isDescription(pending, text) ? own : askedAgain(pending)
}

/** The plan of the message with the answer in its gap. */
function planWhole(pending: Pending, text: string, plans: Plans): PlannerReply | undefined {
  const isOrder = (said: string): boolean => plans.order(said)._tag === 'Command'
  const said = isName(pending.as) ? [text, withoutInstead(text)] : [text]
  for (const whole of said.flatMap((words) => completed(pending, words, isOrder))) {
    const reply = plans.message(whole)
    if (reply._tag === 'Command')
      return (isName(pending.as) && confirmName(pending, text, { whole, command: reply.command })) || reply
    const isAgain = reply._tag === 'Question' && reply.content === pending.question
    if (reply._tag !== 'Answer' && !isAgain) return reply
  }
  return undefined
}

/** What `text` means as a message of its own, or else what follows "no, …" in it or stands before "… instead". */
function ownMessage(text: string, plans: Plans): PlannerReply {
  const own = plans.order(text)
  if (own._tag === 'Command') return own
  const said = [afterInterjections(text, false), text].flatMap((words) =>
    words === undefined ? [] : [words, withoutInstead(words)],
  )
  const replies = [...new Set(said)].map(plans.order)
  return replies.find(({ _tag }) => _tag === 'Command') ?? replies.find(({ _tag }) => _tag === 'Question') ?? own
}

function withoutInstead(text: string): string {
  const words = tokenize(text).filter(({ kind }) => kind !== 'mark')
  const [before, last] = words.slice(-2)
  return last?.lower === 'instead' && before !== undefined ? text.slice(0, before.end) : text
}

function helped(pending: Pending, plans: Plans): PlannerReply {
  const abilities = textOf(plans.order('help'))
  const content = [pending.question, answers.OR_LEAVE, abilities].join('\n')
  return { _tag: 'Question', content, pending }
}

function textOf(reply: PlannerReply): string {
  return reply._tag === 'Answer' ? reply.content : ''
}

function askedAgain(pending: Pending): PlannerReply {
  const content = [answers.NO_ANSWER, pending.question, ...(pending.as === 'content' ? [answers.TEXT_IN_QUOTES] : [])]
  return { _tag: 'Question', content: content.join(' '), pending }
}
