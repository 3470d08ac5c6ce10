import { exampleOf } from './abilities.ts'
import type { Content, NoContent } from './contents.ts'
import { type Act, type Ask, actOnFile, ask } from './reading.ts'

/** The step that writes a file. */
export function writeAct(path: string, { text, isOpen }: Content): Act {
  return { ...actOnFile('write_file', [path, text], path), isOpen }
}

/** What to ask where no content could be found. */
export function askForContent(problem: NoContent): Ask {
  const question =
    problem === 'missing'
      ? 'What shall the file hold?'
      : 'Please put what the file shall hold in quotes, so that I write just that.'
  return ask(`${question} For example: ${exampleOf('write_file')}`)
}

export function isProblem(content: Content | NoContent | undefined): content is NoContent {
  return content === 'missing' || content === 'unclear'
}
