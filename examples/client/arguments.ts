import { parseArgs } from 'node:util'

export const help = `A client for the terminal: has a praxis-rx server do something, and draws how it goes.

  npm run client -- workflow [file.json]     run the workflow in a file, or without one a small demonstration
  npm run client -- dsl "CALL list_files"    run a command, or several, one on each line
  npm run client -- dsl @file.dsl            run the script in a file
  npm run client -- chat "list all files"    say it in words

  --url <url>    the server's WebSocket door (env PRAXIS_URL; ws://127.0.0.1:8000/ws/events)
  --json         print every frame as it comes, one on each line
  --help         this text

Ctrl-C cancels the run and waits for its end; a second one quits.
Exit codes: 0 it succeeded, 1 it failed, 2 the arguments are wrong, 3 there is no connection.
`

/** What the user wants: `about` is a text (dsl, chat) or the name of a file (workflow; undefined for the demonstration). */
export type Request = { readonly url: string; readonly isJson: boolean } & (
  | { readonly kind: 'workflow'; readonly about: string | undefined }
  | { readonly kind: 'dsl' | 'chat'; readonly about: string }
)

/** The arguments make no sense: one clear line, and exit code 2. */
export class UsageError extends Error {}

/** @throws UsageError naming what is wrong. */
export function readArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Request | 'help' {
  const { values, positionals } = parse(argv)
  const [kind, about, ...rest] = positionals
  if (values.help === true || kind === undefined) return 'help'
  const common = { url: checkUrl(values.url ?? (env['PRAXIS_URL'] || DEFAULT_URL)), isJson: values.json === true }
  if (kind !== 'workflow' && kind !== 'dsl' && kind !== 'chat') {
    throw new UsageError(`there is no command ${JSON.stringify(kind)}: it is workflow, dsl or chat (see --help)`)
  }
  if (rest.length > 0) {
    throw new UsageError(`${kind} takes one argument, got ${rest.length + 1}: put quotes around a text with blanks`)
  }
  if (kind === 'workflow') return { ...common, kind, about }
  if (about === undefined || about.trim() === '') throw new UsageError(`${kind} needs a text (see --help)`)
  return { ...common, kind, about }
}

const DEFAULT_URL = 'ws://127.0.0.1:8000/ws/events'

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { url: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
    throw new UsageError(line)
  }
}

function checkUrl(text: string): string {
  const { protocol, hash } = URL.canParse(text) ? new URL(text) : { protocol: '', hash: '' }
  if ((protocol === 'ws:' || protocol === 'wss:') && hash === '') return text
  throw new UsageError(`the url must be like ${DEFAULT_URL}, got ${JSON.stringify(text)}`)
}
