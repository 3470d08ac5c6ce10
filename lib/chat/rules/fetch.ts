import { exampleOf } from '../abilities.ts'
import { givenBy } from '../contents.ts'
import { takeInto } from '../goals.ts'
import { actOf, ask, type Rule, wanted } from '../reading.ts'
import { FETCH, FETCH_ONLY, PAGE, PAGE_SAYS } from '../words/basics.ts'
import { writeAct } from '../writing.ts'

const URL_START = /^https?:\/\/./i

/** "fetch https://example.com", "show me the page https://example.com/a", "download 'https://example.com'" */
export const readFetch: Rule = (cursor, referents) => {
  const isFetching = cursor.sees(FETCH_ONLY)
  if (cursor.accept(FETCH) === undefined) return undefined
  cursor.acceptAll(PAGE)
  if (isFetching && cursor.isDone()) {
    return ask(`Which page shall I fetch? For example: ${exampleOf('http_get')}`, wanted('words', 'fetch '))
  }
  const token = cursor.peek()
  if ((token?.kind !== 'word' && token?.kind !== 'quote') || !URL_START.test(token.text)) return undefined
  cursor.index++
  cursor.accept(PAGE_SAYS)
  const page = actOf('http_get', [token.text])
  if (cursor.isDone()) return page
  // "download https://example.com to page.html"
  const into = takeInto(cursor, referents)
  if (into?.path === undefined || !into.isSure || !cursor.isDone()) return undefined
  return { ...writeAct(into.path, givenBy(page)), first: [page] }
}
