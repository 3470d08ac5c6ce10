import { printable } from '../base/printable.ts'
import { looksLikeFile } from './paths.ts'
import { sentence } from './quote.ts'
import { type Ask, ask, wanted } from './reading.ts'

const MAX_NAME_LENGTH = 200
const TEXT = ['the text', 'text', 'write', 'write it', 'write the text', 'write that', 'as text', 'a text']
const MOVE = ['move', 'move it', 'move the file', 'moving', 'the file', 'file', 'move that file']
const COPY = [
  'copy',
  'copy it',
  'copy the file',
  'copying',
  'the contents',
  'its contents',
  'its content',
  'write its contents',
]

/** Asks what is meant by the name of a file where a text could be: "write a.txt to b.txt", "put a.txt in docs". */
export function askTextOrFile(name: string, goal: string): Ask {
  const place = looksLikeFile(goal) ? sentence` to ${goal}` : sentence` into the folder ${goal}`
  const text = sentence`create a file called ${goal} with content ${name}`
  const [move, copy] = [sentence`move the file ${name}`, sentence`copy the file ${name}`]
  const [shown, into] = [name, goal].map((path) => printable(path, MAX_NAME_LENGTH))
  const question = `Shall I write the text "${shown}" into ${into}, move the file ${shown} there, or copy it? Say "write it", "move it" or "copy it".`
  const wants = wanted('words', place && text && move && copy && '')
  const choices = [
    { words: text ?? '', called: TEXT },
    { words: `${move}${place}`, called: MOVE },
    { words: `${copy}${place}`, called: COPY },
  ]
  return ask(question, wants && { ...wants, choices })
}
