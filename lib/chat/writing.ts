import { exampleOf } from './abilities.ts'
import type { Content, NoContent } from './contents.ts'
import { sentence } from './quote.ts'
import { type Act, type Ask, actOnFile, ask, wanted } from './reading.ts'

/** The step that writes a file. */
export function writeAct(path: string, { text, isOpen }: Content): Act {
  return { ...actOnFile('write_file', [path, text], path), isOpen }
}

/** What to ask where no content could be found, or none for the file `path`. */
export function askForContent(problem: NoContent, path?: string): Ask {
  const question =
    problem === 'missing'
      ? 'What shall the file hold?'
      : 'Please put what the file shall hold in quotes, so that I write just that.'
  const wants = path === undefined ? undefined : wanted('text', sentence`create a file called ${path} with content `)
  return ask(`${question} For example: ${exampleOf('write_file')}`, wants)
}

export function isProblem(content: Content | NoContent | undefined): content is NoContent {
  return content === 'missing' || content === 'unclear'
}
