import { readFile } from 'node:fs/promises'
import { type Request, UsageError } from './arguments.ts'
import { demonstration } from './demonstration.ts'
import { isRecord, type Payload } from './payload.ts'

/** A message that starts work (PROTOCOL section 4), still without its id. */
export interface Order {
  readonly type: 'EXECUTE_WORKFLOW' | 'DSL_COMMAND' | 'CHAT_MESSAGE'
  readonly payload: Payload
}

/** @throws UsageError naming the file that holds no workflow. */
export async function orderOf({ kind, about }: Request): Promise<Order> {
  switch (kind) {
    case 'workflow':
      return { type: 'EXECUTE_WORKFLOW', payload: about === undefined ? demonstration : await readWorkflow(about) }
    case 'dsl':
      return { type: 'DSL_COMMAND', payload: { command: await readCommand(about) } }
    case 'chat':
      return { type: 'CHAT_MESSAGE', payload: { content: about, sender: 'user' } }
    default:
      return kind satisfies never
  }
}

/** The text itself, or that of the file named after an `@`, with which no command begins. */
async function readCommand(about: string): Promise<string> {
  return about.startsWith('@') ? readText(about.slice(1)) : about
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${file}: ${error.code ?? error.message}`)
  })
}

/** Whether it can run is for the server to say. */
async function readWorkflow(file: string): Promise<Payload> {
  const workflow = parse(await readText(file), file)
  if (isRecord(workflow)) return workflow
  throw new UsageError(`${file} holds no workflow: an object with "nodes" and "edges" is expected`)
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
