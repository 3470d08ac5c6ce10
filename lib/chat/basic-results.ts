import * as t from 'io-ts'
import { isRecord } from '../base/is-record.ts'
import { compactJson } from './compact-json.ts'

const Waited = t.type({ seconds: t.number })
const Page = t.intersection([t.type({ status: t.number, body: t.string }), t.partial({ truncated: t.boolean })])

/** What the tools beside files did, in words; undefined for a result of another tool, or not as that tool makes it. */
export function describeBasicResult(tool: string, result: unknown): string | undefined {
  switch (tool) {
    case 'calculate':
      return typeof result === 'number' ? tellNumber(result) : undefined
    case 'echo':
      return typeof result === 'string' ? tellText(result) : undefined
    case 'wait':
      return Waited.is(result) ? tellWaited(result) : undefined
    case 'json_query':
      return result === undefined ? undefined : `The value is ${compactJson(result)}`
    case 'http_get':
      return Page.is(result) ? tellPage(result) : undefined
    default:
      return undefined
  }
}

/** What a step gave whose tool is not known, in words; undefined where the shape does not say what it is. */
export function describeByShape(result: unknown): string | undefined {
  if (typeof result === 'number') return tellNumber(result)
  if (typeof result === 'string') return tellText(result)
  if (!isRecord(result)) return undefined
  if (Waited.is(result) && Object.keys(result).length === 1) return tellWaited(result)
  return Page.is(result) && 'headers' in result ? tellPage(result) : undefined
}

function tellNumber(result: number): string {
  return `The result is ${result}.`
}

function tellText(text: string): string {
  return text === '' ? 'That is an empty text.' : text
}

function tellWaited({ seconds }: t.TypeOf<typeof Waited>): string {
  return `Waited ${seconds === 1 ? '1 second' : `${seconds} seconds`}.`
}

function tellPage({ status, body, truncated }: t.TypeOf<typeof Page>): string {
  const notes = [`status ${status}`, ...(truncated === true ? ['the beginning of it'] : [])].join(', ')
  return body === '' ? `Nothing is there (${notes}).` : `Fetched (${notes}):\n${body}`
}
