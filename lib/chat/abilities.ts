/** What the rule planner can do with a tool, in its own words. */
interface Ability {
  readonly tool: string
  /** As in "I can …". */
  readonly does: string
  readonly example: string
}

/** In the order they are told. */
export const ABILITIES = [
  {
    tool: 'write_file',
    does: 'create or replace a file',
    example: `create a file called notes.txt with content 'hello'`,
  },
  { tool: 'read_file', does: 'read a file', example: 'read notes.txt' },
  { tool: 'list_files', does: 'list files', example: 'list all .md files in docs' },
  { tool: 'list_directory', does: 'show a folder', example: 'show the folder docs' },
  { tool: 'create_directory', does: 'create a folder', example: 'create a folder called reports' },
  { tool: 'delete_file', does: 'delete a file', example: 'delete old.txt' },
  { tool: 'move_file', does: 'move or rename a file', example: 'rename a.txt to b.txt' },
  { tool: 'copy_file', does: 'copy a file', example: 'copy a.txt to b.txt' },
  { tool: 'search_files', does: 'search in files', example: `search for 'hello' in docs` },
  { tool: 'calculate', does: 'calculate', example: 'calculate (2 + 3) * 4' },
  { tool: 'wait', does: 'wait', example: 'wait 5 seconds' },
  { tool: 'echo', does: 'say something', example: `say 'hello'` },
  {
    tool: 'json_query',
    does: 'pick a value out of JSON',
    example: `get users[0].name from '{"users":[{"name":"Ada"}]}'`,
  },
  { tool: 'http_get', does: 'fetch a web page', example: 'fetch https://example.com' },
] as const satisfies readonly Ability[]

/** A tool the rules know. */
export type KnownTool = (typeof ABILITIES)[number]['tool']

/** A sentence that the rules understand as a call of `tool`. */
export function exampleOf(tool: KnownTool): string {
  return ABILITIES.find((ability) => ability.tool === tool)?.example ?? ''
}
