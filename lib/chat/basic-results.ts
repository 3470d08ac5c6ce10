import * as t from 'io-ts'
import { compactJson } from './compact-json.ts'

const Waited = t.type({ seconds: t.number })
const Page = t.intersection([t.type({ status: t.number, body: t.string }), t.partial({ truncated: t.boolean })])

/** What the tools beside files did, in words; undefined for a result of another tool, or not as that tool makes it. */
export function describeBasicResult(tool: string, result: unknown): string | undefined {
  switch (tool) {
    case 'calculate':
      return typeof result === 'number' ? `The result is ${result}.` : undefined
    case 'echo':
      return typeof result === 'string' && result !== '' ? result : undefined
    case 'wait':
      return Waited.is(result)
        ? `Waited ${result.seconds === 1 ? '1 second' : `${result.seconds} seconds`}.`
        : undefined
    case 'json_query':
      return result === undefined ? undefined : `The value is ${compactJson(result)}`
    case 'http_get':
      return Page.is(result) ? tellPage(result) : undefined
    default:
      return undefined
  }
}

function tellPage({ status, body, truncated }: t.TypeOf<typeof Page>): string {
  const notes = [`status ${status}`, ...(truncated === true ? ['the beginning of it'] : [])].join(', ')
  return body === '' ? `Nothing is there (${notes}).` : `Fetched (${notes}):\n${body}`
}
