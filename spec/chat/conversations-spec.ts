import { expect } from 'chai'
import * as fc from 'fast-check'
import type { PlannerReply } from '../../lib/chat/planner.ts'
import type { Steps } from '../dsl/steps.ts'
import { knownTools, reply, stepsIn } from './plan.ts'

/** What the planner says to each of `texts`, one after another, as a gateway asks it. */
function talk(...texts: readonly string[]): readonly PlannerReply[] {
  let pending: unknown
  return texts.map((text) => {
    const given = reply(text, knownTools, pending)
    // as it lies with the connection
    const kept = given._tag === 'Question' ? JSON.stringify(given.pending) : undefined
    pending = kept === undefined ? undefined : JSON.parse(kept)
    return given
  })
}

/** The steps that the last of `texts` ends in; what was said before it were questions. */
function outcome(...texts: readonly string[]): Steps {
  const replies = talk(...texts)
  for (const asked of replies.slice(0, -1)) expect(asked, JSON.stringify(texts)).to.have.property('_tag', 'Question')
  const last = replies.at(-1)
  if (last === undefined) throw new Error('nothing was said')
  return stepsIn(last)
}

type Row = readonly [texts: readonly string[], ...steps: Steps]

/** An empty file, where there is none yet. */
const start = (path: string): Steps[number] => fresh(path, '')

/** A file that takes the place of none. */
function fresh(path: string, content: string): Steps[number] {
  return ['write_file', path, content, { overwrite: 'false' }]
}

const conversations: Readonly<Record<string, readonly Row[]>> = {
  'names that are missing': [
    [
      ['delete', 'old.txt'],
      ['delete_file', 'old.txt'],
    ],
    [
      ['delete it', "it's called old.txt."],
      ['delete_file', 'old.txt'],
    ],
    [
      ['delete the file', 'the file old.txt, please'],
      ['delete_file', 'old.txt'],
    ],
    [
      ['delete', "'my old file.txt'"],
      ['delete_file', 'my old file.txt'],
    ],
    [
      ['delete', 'a.txt and b.txt'],
      ['delete_file', 'a.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['read', 'notes.txt'],
      ['read_file', 'notes.txt'],
    ],
    [
      ['show me its contents', 'notes.txt'],
      ['read_file', 'notes.txt'],
    ],
    [['create a file', 'notes.txt'], start('notes.txt')],
    [['create a file', "call it 'a b.txt'"], start('a b.txt')],
    [
      ["create a file with content 'x'", 'notes.txt'],
      ['write_file', 'notes.txt', 'x'],
    ],
    [
      ["create a file in docs with content 'x'", 'notes.txt'],
      ['write_file', 'docs/notes.txt', 'x'],
    ],
    [
      ['create a folder', 'reports'],
      ['create_directory', 'reports'],
    ],
    [
      ["write 'hello' to a file", 'greeting.txt'],
      ['write_file', 'greeting.txt', 'hello'],
    ],
    [
      ['write hello', 'to greeting.txt'],
      ['write_file', 'greeting.txt', 'hello'],
    ],
    [
      ['copy a.txt', 'b.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['copy a.txt', 'into the folder docs'],
      ['copy_file', 'a.txt', 'docs/a.txt'],
    ],
    [
      ['copy to b.txt', 'a.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['copy it into the folder docs', 'a.txt'],
      ['copy_file', 'a.txt', 'docs/a.txt'],
    ],
    [
      ['move a.txt', 'docs'],
      ['move_file', 'a.txt', 'docs/a.txt'],
    ],
    [
      ['move a.txt', 'b.txt'],
      ['move_file', 'a.txt', 'b.txt'],
    ],
    [
      ['rename docs/a.txt', 'b.txt'],
      ['move_file', 'docs/a.txt', 'docs/b.txt'],
    ],
    [
      ['rename it to b.txt', 'a.txt'],
      ['move_file', 'a.txt', 'b.txt'],
    ],
    [
      ['empty the file', 'a.txt'],
      ['write_file', 'a.txt', ''],
    ],
  ],
  'texts that are missing': [
    [['write to a.txt', 'hello world'], fresh('a.txt', 'hello world')],
    [
      ['write to a.txt', "'hello'"],
      ['write_file', 'a.txt', 'hello'],
    ],
    [['write to a.txt', `it's "quoted"`], fresh('a.txt', `it's "quoted"`)],
    [['create a file called a.txt with content', 'line 1\nline 2'], fresh('a.txt', 'line 1\nline 2')],
    [['write to a.txt', '2 + 2'], fresh('a.txt', '2 + 2')],
    [
      ['write to a.txt', '"no"'],
      ['write_file', 'a.txt', 'no'],
    ],
    [
      ['write a poem about dogs to poem.txt', 'Dogs bark.', "'Dogs bark.'"],
      ['write_file', 'poem.txt', 'Dogs bark.'],
    ],
    [
      ['write a poem about dogs to poem.txt', "it should be 'Dogs bark.', please"],
      ['write_file', 'poem.txt', 'Dogs bark.'],
    ],
    [
      ['write a poem about dogs to poem.txt', 'read dogs.txt'],
      ['read_file', 'dogs.txt'],
    ],
    // looks like the name of a file, and is what to look for
    [
      ['search', 'NOTES'],
      ['search_files', 'NOTES'],
    ],
    [
      ['search for', 'NOTES in docs'],
      ['search_files', 'NOTES', 'docs'],
    ],
    [
      ['say', 'good morning'],
      ['echo', 'good morning'],
    ],
    [
      ['wait', '5 seconds'],
      ['wait', '5'],
    ],
    [
      ['wait', 'for half a minute, please'],
      ['wait', '30'],
    ],
    [
      ['calculate', '(2 + 3) * 4.'],
      ['calculate', '(2 + 3) * 4'],
    ],
    [
      ['calculate', 'the square root of 16, please'],
      ['calculate', 'sqrt(16)'],
    ],
    [
      ['download', 'https://example.com/a.'],
      ['http_get', 'https://example.com/a'],
    ],
    [
      ['calculate', '2 + 2'],
      ['calculate', '2 + 2'],
    ],
    [
      ['get users[0].name', 'data.json'],
      ['read_file', 'data.json'],
      ['json_query', '${lookup.content}', 'users[0].name'],
    ],
    [
      ['query n', '{"n":1}'],
      ['json_query', '{"n":1}', 'n'],
    ],
    [
      [`query '{"n":1}'`, 'n'],
      ['json_query', '{"n":1}', 'n'],
    ],
  ],
  'files for a result': [
    [
      ["create a.txt with 'x' and save it", 'c.txt'],
      ['write_file', 'a.txt', 'x'],
      ['copy_file', 'a.txt', 'c.txt'],
    ],
    [
      ['read a.txt and save it', 'c.txt'],
      ['read_file', 'a.txt'],
      ['copy_file', 'a.txt', 'c.txt'],
    ],
    [
      ['get users[0].name from data.json and save it', 'to the file c.txt'],
      ['read_file', 'data.json'],
      ['json_query', '${lookup.content}', 'users[0].name'],
      ['write_file', 'c.txt', '${result}'],
    ],
    [
      ['calculate 6*7 and save the result, then list docs', 'to r.txt'],
      ['calculate', '6*7'],
      ['write_file', 'r.txt', '${result}'],
      ['list_directory', 'docs'],
    ],
    [
      ['calculate 6*7 and save it', 'call it life'],
      ['calculate', '6*7'],
      ['write_file', 'life', '${result}'],
    ],
    [
      ['calculate 6*7 and save it in docs/', 'r.txt'],
      ['calculate', '6*7'],
      ['write_file', 'docs/r.txt', '${result}'],
    ],
    [
      ['list the files and save the list', 'l.txt'],
      ['list_files', '.', { asText: true }],
      ['write_file', 'l.txt', '${result.text}'],
    ],
    [
      ['search for milk and save it', 'm.txt'],
      ['search_files', 'milk', { asText: true }],
      ['write_file', 'm.txt', '${result.text}'],
    ],
    [
      ['write the total of 2 and 3', 't.txt'],
      ['calculate', '(2 + 3)'],
      ['write_file', 't.txt', '${result}'],
    ],
  ],
  'which of two': [
    [
      ['show docs', 'the folder'],
      ['list_directory', 'docs'],
    ],
    [
      ['show docs', "it's a file"],
      ['read_file', 'docs'],
    ],
    [
      ['create reports', 'a folder'],
      ['create_directory', 'reports'],
    ],
    [['create reports', 'file'], start('reports')],
    [
      ['delete my file.txt', 'my file.txt'],
      ['delete_file', 'my file.txt'],
    ],
    [
      ['delete my file.txt', '"file.txt"'],
      ['delete_file', 'file.txt'],
    ],
    [
      ['save money in bank', 'yes'],
      ['write_file', 'bank', 'money'],
    ],
    [
      ['save money in bank', 'Yes, please!'],
      ['write_file', 'bank', 'money'],
    ],
  ],
  'whether it shall be done': [
    [
      ['delete a.txt?', 'yes'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['delete a.txt, then read b.txt?', 'ok'],
      ['delete_file', 'a.txt'],
      ['read_file', 'b.txt'],
    ],
    [
      ['list the files? delete b.txt?', 'yes'],
      ['list_files', '.'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['can I delete a.txt?', 'yes, delete it'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['can I move a.txt to b.txt?', 'yes, delete it', 'yes'],
      ['move_file', 'a.txt', 'b.txt'],
    ],
    [
      ['can I delete a.txt?', 'yes, but only the first line', 'yes'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['can I delete a.txt?', 'yes'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['May we empty a.txt, please?', 'Sure, go ahead!'],
      ['write_file', 'a.txt', ''],
    ],
    [
      ['Read b.txt. Can I read a.txt and then delete it and delete b.txt?', 'yes'],
      ['read_file', 'b.txt'],
      ['read_file', 'a.txt'],
      ['delete_file', 'a.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['can I delete?', 'a.txt', 'yes'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['delete a.txt, b and c', 'yes'],
      ['delete_file', 'a.txt'],
      ['delete_file', 'b'],
      ['delete_file', 'c'],
    ],
  ],
  'one step after another': [
    [
      ['rename a.txt to b.txt and b.txt to c.txt', 'yes'],
      ['move_file', 'a.txt', 'b.txt'],
      ['move_file', 'b.txt', 'c.txt'],
    ],
  ],
  'whether it shall be done, and what else': [
    ...[
      'yes and also delete b.txt',
      'yes!!! delete b.txt too',
      'yes. Then delete b.txt.',
      'go ahead, and delete b.txt as well, please',
    ].map(
      (answer): Row => [
        ['can I delete a.txt?', answer],
        ['delete_file', 'a.txt'],
        ['delete_file', 'b.txt'],
      ],
    ),
    ...['yes. list files', 'yes, and list files', 'yes then list files', 'oh yes, list files'].map(
      (answer): Row => [
        ['can I delete a.txt?', answer],
        ['delete_file', 'a.txt'],
        ['list_files', '.'],
      ],
    ),
    ...[
      'yes, delete a.txt',
      'ok, delete it',
      'delete it',
      'please delete it',
      'affirmative',
      'just do it',
      'remove it',
      'get rid of it',
      'yes, erase that.',
    ].map(
      (answer): Row => [
        ['can I delete a.txt?', answer],
        ['delete_file', 'a.txt'],
      ],
    ),
    // one may be meant in the place of the other
    ...[
      'yes delete b.txt',
      'yes, but delete b.txt instead',
      'yes, read b.txt instead',
      'yes, but not b.txt',
      'ok, list files',
      'yes, list files?',
      'yes, rename b.txt',
    ].map(
      (answer): Row => [
        ['can I delete a.txt?', answer, 'yes'],
        ['delete_file', 'a.txt'],
      ],
    ),
    [
      ['can I read a.txt and delete b.txt?', 'yes, delete b.txt', 'yes, read it', 'yes'],
      ['read_file', 'a.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['can I delete a.txt?', 'please list the files'],
      ['list_files', '.'],
    ],
    [
      ['can I delete a.txt?', 'no, delete b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['can I delete a.txt?', 'what is in b.txt?'],
      ['read_file', 'b.txt'],
    ],
  ],
  'the original or the copy': [
    [
      ['copy a.txt to b.txt and rename it', 'the copy', 'c.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['move_file', 'b.txt', 'c.txt'],
    ],
    [
      ['copy a.txt to b.txt and delete it', 'c.txt', 'the copy'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['maybe copy a.txt to b.txt, then delete it', 'the original', 'yes'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['copy a.txt to b.txt, then delete it', 'the original'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['copy a.txt to b.txt, then delete it', 'b.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['back up a.txt to c.txt and then clear it', 'The copy, please.'],
      ['copy_file', 'a.txt', 'c.txt'],
      ['write_file', 'c.txt', ''],
    ],
    [
      ['read a.txt, copy it to c.txt, and delete it', 'the old one'],
      ['read_file', 'a.txt'],
      ['copy_file', 'a.txt', 'c.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['move a.txt to c.txt and copy it to d.txt and delete it', 'd.txt'],
      ['move_file', 'a.txt', 'c.txt'],
      ['copy_file', 'c.txt', 'd.txt'],
      ['delete_file', 'd.txt'],
    ],
    [
      ['copy a.txt to b.txt and clear its contents', 'the second one'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['write_file', 'b.txt', ''],
    ],
    [
      ["copy a.txt to b.txt and write 'x' into it", 'the former'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['write_file', 'a.txt', 'x'],
    ],
    [
      ['read a.txt and write it to b.txt, then delete it', 'original'],
      ['read_file', 'a.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['copy a.txt and b.txt to docs and then delete them', 'the copies'],
      ['copy_file', 'a.txt', 'docs/a.txt'],
      ['copy_file', 'b.txt', 'docs/b.txt'],
      ['delete_file', 'docs/a.txt'],
      ['delete_file', 'docs/b.txt'],
    ],
    [
      ['copy a.txt to b.txt, then delete it', 'both', 'a.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'a.txt'],
    ],
  ],
  'names with something around them': [
    [
      ['move a.txt', 'docs as b.txt'],
      ['move_file', 'a.txt', 'docs/b.txt'],
    ],
    [
      ['copy a.txt', 'sure, c.txt'],
      ['copy_file', 'a.txt', 'c.txt'],
    ],
    [
      ['copy a.txt', 'yes, b.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['copy a.txt', 'no, b.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['copy a.txt', 'how about c.txt'],
      ['copy_file', 'a.txt', 'c.txt'],
    ],
    [
      ['copy a.txt', 'c.txt in docs'],
      ['copy_file', 'a.txt', 'docs/c.txt'],
    ],
    [
      ['copy a.txt', 'oh wait, c.txt'],
      ['copy_file', 'a.txt', 'c.txt'],
    ],
    [
      ['rename a.txt', 'c.txt in docs'],
      ['move_file', 'a.txt', 'docs/c.txt'],
    ],
    ...[
      'the new name is c.txt',
      'a new file called c.txt',
      "I'd like to call it c.txt",
      'yes c.txt',
      'c.txt instead',
    ].map(
      (answer): Row => [
        ['rename a.txt', answer],
        ['move_file', 'a.txt', 'c.txt'],
      ],
    ),
    [
      ['rename a.txt', "let us call the file 'c d', please"],
      ['move_file', 'a.txt', 'c d'],
    ],
  ],
  'names that only may be meant': [
    ...['maybe a.txt', 'a.txt?', 'what about a.txt?', 'how about a.txt', 'I think a.txt'].map(
      (answer): Row => [
        ['delete', answer, 'yes'],
        ['delete_file', 'a.txt'],
      ],
    ),
    [
      ['delete', 'notes', 'yes'],
      ['delete_file', 'notes'],
    ],
    [
      ['empty the file', 'perhaps a.txt', 'yes'],
      ['write_file', 'a.txt', ''],
    ],
    [
      ["write 'x' to a file", 'maybe b.txt', 'yes'],
      ['write_file', 'b.txt', 'x'],
    ],
    [
      ['copy to b.txt', 'maybe a.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['rename a.txt', 'c.txt?', 'yes'],
      ['move_file', 'a.txt', 'c.txt'],
    ],
    [
      ['rename a.txt', 'maybe c.txt'],
      ['move_file', 'a.txt', 'c.txt'],
    ],
    [
      ['copy a.txt to b.txt and delete it', 'maybe the copy', 'yes'],
      ['copy_file', 'a.txt', 'b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['delete my file.txt', 'my file.txt?', 'yes'],
      ['delete_file', 'my file.txt'],
    ],
    [
      ['read', 'a.txt?'],
      ['read_file', 'a.txt'],
    ],
  ],
  'words that nobody calls a file': [
    [
      ['rename a.txt', 'wut', 'yes'],
      ['move_file', 'a.txt', 'wut'],
    ],
    [
      ['rename a.txt', 'to wut', 'yes'],
      ['move_file', 'a.txt', 'wut'],
    ],
    [['create a file', 'wut', 'yes'], start('wut')],
    [
      ['calculate 6*7 and save it', 'life', 'yes'],
      ['calculate', '6*7'],
      ['write_file', 'life', '${result}'],
    ],
    [
      ['rename a.txt', 'call it wut'],
      ['move_file', 'a.txt', 'wut'],
    ],
    [
      ['rename a.txt', "'wut'"],
      ['move_file', 'a.txt', 'wut'],
    ],
    [
      ['rename LICENSE_OLD', 'wut'],
      ['move_file', 'LICENSE_OLD', 'wut'],
    ],
    [
      ['create a folder', 'wut'],
      ['create_directory', 'wut'],
    ],
  ],
  'a folder where a name was asked for': [
    [['create a file', 'in docs', 'a.txt'], start('docs/a.txt')],
    [['create a file in src', 'in docs', 'a.txt'], start('src/a.txt')],
    [
      ['write hello', 'inside the folder docs', 'a.txt'],
      ['write_file', 'docs/a.txt', 'hello'],
    ],
    ...['in docs', 'into docs', 'inside docs', 'in the folder docs'].map(
      (answer): Row => [
        ['copy a.txt', answer],
        ['copy_file', 'a.txt', 'docs/a.txt'],
      ],
    ),
    [
      ['move a.txt', 'in docs'],
      ['move_file', 'a.txt', 'docs/a.txt'],
    ],
    [
      ['copy a.txt', 'in docs?', 'yes'],
      ['copy_file', 'a.txt', 'docs/a.txt'],
    ],
    [
      ['create a folder', 'a folder called old'],
      ['create_directory', 'old'],
    ],
    [
      ['create a folder', 'in docs', 'old'],
      ['create_directory', 'docs/old'],
    ],
  ],
  'one of two names': [
    [
      ['rename a.txt to my new file.txt', 'the first'],
      ['move_file', 'a.txt', 'file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'I mean the second one, please'],
      ['move_file', 'a.txt', 'my new file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'the latter'],
      ['move_file', 'a.txt', 'my new file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'the longer one'],
      ['move_file', 'a.txt', 'my new file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', '2'],
      ['move_file', 'a.txt', 'my new file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'my new file.txt'],
      ['move_file', 'a.txt', 'my new file.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'other.txt'],
      ['move_file', 'a.txt', 'other.txt'],
    ],
    [
      ['rename a.txt to my new file.txt', 'both', '1'],
      ['move_file', 'a.txt', 'file.txt'],
    ],
    [
      ['display My File.txt', 'the longer one'],
      ['read_file', 'My File.txt'],
    ],
  ],
  'what replaces a file': [
    [
      ['replace b.txt with a.txt', 'what it holds'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['overwrite b.txt with a.txt', 'the text'],
      ['write_file', 'b.txt', 'a.txt'],
    ],
    [
      ['update config.yaml with port: 8080', 'yes'],
      ['write_file', 'config.yaml', 'port: 8080'],
    ],
  ],
  'where a text ends': [
    [
      ['create a.txt with buy milk and delete b.txt', 'buy milk'],
      ['write_file', 'a.txt', 'buy milk'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['create a.txt with buy milk and delete b.txt', 'buy milk and delete b.txt'],
      ['write_file', 'a.txt', 'buy milk and delete b.txt'],
    ],
    [
      ['create a.txt with content Hello! How are you?', 'all of it'],
      ['write_file', 'a.txt', 'Hello! How are you?'],
    ],
    [
      ['create a.txt with buy milk and read books', "'buy books'"],
      ['write_file', 'a.txt', 'buy books'],
    ],
  ],
  'what a file shall hold': [
    [
      ['write to x.txt', 'hello and then delete b.txt', '"hello"'],
      ['write_file', 'x.txt', 'hello'],
    ],
    [['write to x.txt', 'the text hello'], fresh('x.txt', 'hello')],
    [
      ['write to x.txt', "it should say 'hi'"],
      ['write_file', 'x.txt', 'hi'],
    ],
    [['write to x.txt', 'never say never'], fresh('x.txt', 'never say never')],
    [['write to x.txt', 'what do you suggest?', 'hello'], fresh('x.txt', 'hello')],
    [['write to x.txt', 'nothing', 'hello'], fresh('x.txt', 'hello')],
    [['write to x.txt', 'Hello World'], fresh('x.txt', 'Hello World')],
    [['write to x.txt', 'New year'], fresh('x.txt', 'New year')],
    [
      ['write to x.txt', 'the contents of b.txt'],
      ['copy_file', 'b.txt', 'x.txt'],
    ],
    ...['hello', 'hello there', 'it should say hello there'].map(
      (answer): Row => [
        ['overwrite x.txt', answer],
        ['write_file', 'x.txt', answer.replace('it should say ', '')],
      ],
    ),
    [['write to x.txt', 'Call Bob'], fresh('x.txt', 'Call Bob')],
    [
      ['write to x.txt', 'CALL delete_file b.txt', 'the text'],
      ['write_file', 'x.txt', 'CALL delete_file b.txt'],
    ],
    [
      ['write to x.txt', 'call delete_file b.txt', 'do it'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['overwrite x.txt', 'the same as b.txt'],
      ['copy_file', 'b.txt', 'x.txt'],
    ],
    [
      ['overwrite x.txt', 'the result of 2+2'],
      ['calculate', '2+2'],
      ['write_file', 'x.txt', '${result}'],
    ],
    [['write to x.txt', 'with hello'], fresh('x.txt', 'hello')],
    [
      ['write to x.txt', "with 'hello'"],
      ['write_file', 'x.txt', 'hello'],
    ],
    [['write to x.txt', 'it should say hello'], fresh('x.txt', 'hello')],
    [['write to x.txt', 'write hello'], fresh('x.txt', 'hello')],
    [['write to x.txt', 'please write hello world'], fresh('x.txt', 'hello world')],
    [['write to x.txt', 'bread and butter'], fresh('x.txt', 'bread and butter')],
    [['write to x.txt', 'buy milk\ncall mum'], fresh('x.txt', 'buy milk\ncall mum')],
    [['write to x.txt', 'this is a test'], fresh('x.txt', 'this is a test')],
    [['create x.txt with the hello world', 'the hello world'], fresh('x.txt', 'the hello world')],
    [['create x.txt with a hello world', 'with a hello world'], fresh('x.txt', 'a hello world')],
    [['write to x.txt', 'leave it empty'], start('x.txt')],
    [['write to x.txt', 'empty'], start('x.txt')],
  ],
  'what is the same for several': [
    ...['docs', 'into the folder docs'].map(
      (answer): Row => [
        ['copy a.txt and b.txt, then list docs', 'c.txt', answer],
        ['copy_file', 'a.txt', 'docs/a.txt'],
        ['copy_file', 'b.txt', 'docs/b.txt'],
        ['list_directory', 'docs'],
      ],
    ),
    [
      ['move a.txt, b.txt', 'docs'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['move_file', 'b.txt', 'docs/b.txt'],
    ],
    [
      ['create a.txt and b.txt with the hello world', "'hello world'"],
      ['write_file', 'a.txt', 'hello world'],
      ['write_file', 'b.txt', 'hello world'],
    ],
    [['create a.txt and b.txt with content', 'hello'], fresh('a.txt', 'hello'), fresh('b.txt', 'hello')],
  ],
  'whether a name is a text': [
    ...['move', 'move it', 'the file'].map(
      (answer): Row => [
        ['write a.txt to b.txt', answer],
        ['move_file', 'a.txt', 'b.txt'],
      ],
    ),
    ...['the text', 'write it'].map(
      (answer): Row => [
        ['write a.txt to b.txt', answer],
        ['write_file', 'b.txt', 'a.txt'],
      ],
    ),
    [
      ['write a.txt to b.txt', 'yes', 'the last one', 'copy it'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['put a.txt in docs, then list docs', 'move the file'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['list_directory', 'docs'],
    ],
  ],
  'a name first, and then the text': [
    [
      ['create a file with a poem', 'poem.txt', "'Roses'"],
      ['write_file', 'poem.txt', 'Roses'],
    ],
    [['create a file in docs with a poem', 'poem.txt', 'Roses are red'], fresh('docs/poem.txt', 'Roses are red')],
    [['write a poem', 'in docs', 'poem.txt', 'Roses are red'], fresh('docs/poem.txt', 'Roses are red')],
    [['write it', 'poem.txt', 'Roses are red'], fresh('poem.txt', 'Roses are red')],
  ],
  'texts that looked like several steps': [
    [
      ['write hello; delete b.txt to x.txt', 'x.txt', "'hello; delete b.txt'"],
      ['write_file', 'x.txt', 'hello; delete b.txt'],
    ],
    [['write hello; delete b.txt to x.txt', 'hello; delete b.txt'], fresh('x.txt', 'hello; delete b.txt')],
    [['write buy milk and list files to x.txt', 'buy milk and list files'], fresh('x.txt', 'buy milk and list files')],
    [
      ['read a.txt, then write clean up and delete b.txt in x.txt', "'clean up'"],
      ['read_file', 'a.txt'],
      ['write_file', 'x.txt', 'clean up'],
    ],
    [
      ['write hello and list files', 'x.txt'],
      ['write_file', 'x.txt', 'hello'],
      ['list_files', '.'],
    ],
  ],
  'an order where a text was asked for': [
    [
      ['write to x.txt', 'delete a.txt', 'the text'],
      ['write_file', 'x.txt', 'delete a.txt'],
    ],
    [
      ['write to x.txt', 'delete a.txt', 'do it'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['write to x.txt', '1. read a.txt\n2. delete a.txt', 'yes', 'do it'],
      ['read_file', 'a.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['write to x.txt', 'no, delete a.txt'],
      ['delete_file', 'a.txt'],
    ],
    [['write to x.txt', 'create y.txt'], start('y.txt')],
    [
      ['say', 'delete a.txt', 'the text'],
      ['echo', 'delete a.txt'],
    ],
    [
      ['search', 'delete a.txt', 'the text'],
      ['search_files', 'delete a.txt'],
    ],
    [
      ['write to x.txt', 'CALL delete_file a.txt', 'do it'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['write to x.txt', 'CALL list_files docs'],
      ['list_files', 'docs'],
    ],
  ],
  'terms to search for': [
    [
      ['find WARN or ERROR', 'yes'],
      ['search_files', 'WARN or ERROR'],
    ],
    [
      ['search in docs', 'ERROR'],
      ['search_files', 'ERROR', 'docs'],
    ],
    [
      ['search', 'hello'],
      ['search_files', 'hello'],
    ],
    [
      ['search', 'no comment'],
      ['search_files', 'no comment'],
    ],
  ],
  'a folder or a new name': [
    [
      ['move a.txt to archive and b.txt to archive', 'the folder'],
      ['move_file', 'a.txt', 'archive/a.txt'],
      ['move_file', 'b.txt', 'archive/b.txt'],
    ],
    [
      ['can I move a.txt to archive?', 'yes'],
      ['move_file', 'a.txt', 'archive', { overwrite: 'false' }],
    ],
    [
      ['move a.txt to docs and copy it', 'folder', 'b.txt'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['copy_file', 'docs/a.txt', 'b.txt'],
    ],
    [
      ['move a.txt to docs and rename it to z.txt', 'a folder'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['move_file', 'docs/a.txt', 'docs/z.txt'],
    ],
    [
      ['move a.txt to docs and rename it to z.txt', "it's the new name"],
      ['move_file', 'a.txt', 'docs'],
      ['move_file', 'docs', 'z.txt'],
    ],
    [
      ['Move a.txt to docs, please. Then read it.', 'yes'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['read_file', 'docs/a.txt'],
    ],
    [
      ['mv a.txt docs and read it', 'The folder.'],
      ['move_file', 'a.txt', 'docs/a.txt'],
      ['read_file', 'docs/a.txt'],
    ],
    [
      ['copy a.txt to docs and delete it', 'folder', 'the original'],
      ['copy_file', 'a.txt', 'docs/a.txt'],
      ['delete_file', 'a.txt'],
    ],
    [
      ['move a.txt to docs and read it', 'both', 'file'],
      ['move_file', 'a.txt', 'docs'],
      ['read_file', 'docs'],
    ],
    [
      ['find guide.md and copy it to a.md', 'docs/guide.md'],
      ['search_files', 'guide.md'],
      ['copy_file', 'docs/guide.md', 'a.md'],
    ],
  ],
  'one step of several': [
    [
      ['create a.txt, copy it and list the files', 'b.txt'],
      start('a.txt'),
      ['copy_file', 'a.txt', 'b.txt'],
      ['list_files', '.'],
    ],
    [
      ['delete, then wait 2 seconds', 'a.txt'],
      ['delete_file', 'a.txt'],
      ['wait', '2'],
    ],
    [
      ['Please delete. Then list docs.', 'a.txt'],
      ['delete_file', 'a.txt'],
      ['list_directory', 'docs'],
    ],
  ],
  'two questions': [
    [
      ['copy', 'a.txt', 'b.txt'],
      ['copy_file', 'a.txt', 'b.txt'],
    ],
    [
      ['delete', 'my file.txt', 'file.txt'],
      ['delete_file', 'file.txt'],
    ],
    [
      ['delete', 'whatever comes to mind?', 'a.txt'],
      ['delete_file', 'a.txt'],
    ],
  ],
  'another message instead of an answer': [
    [
      ['copy a.txt', 'actually, delete b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['copy a.txt', 'copy b.txt to x.txt instead'],
      ['copy_file', 'b.txt', 'x.txt'],
    ],
    [
      ['copy a.txt', 'no, delete b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['copy a.txt', 'oh wait, delete b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['copy a.txt', 'never mind, delete b.txt'],
      ['delete_file', 'b.txt'],
    ],
    [
      ['rename a.txt', 'actually, read b.txt'],
      ['read_file', 'b.txt'],
    ],
    [
      ['write to x.txt', 'actually, read b.txt'],
      ['read_file', 'b.txt'],
    ],
    [
      ['delete', 'list the files'],
      ['list_files', '.'],
    ],
    [
      ['write to a.txt', 'read b.txt'],
      ['read_file', 'b.txt'],
    ],
    [
      ['delete', 'CALL echo x'],
      ['echo', 'x'],
    ],
    [['delete', 'create a file', 'a.txt'], start('a.txt')],
  ],
}

describe('a conversation with the rule planner', () => {
  for (const [group, rows] of Object.entries(conversations)) {
    describe(group, () => {
      for (const [texts, ...steps] of rows.filter((row) => row.length > 0)) {
        it(texts.join(' | '), () => {
          expect(outcome(...texts)).to.deep.equal(steps)
        })
      }
    })
  }

  it('ends where the answer is to leave it', () => {
    for (const words of ['never mind', 'Cancel that.', 'forget it', 'no', 'No, thanks!']) {
      const [, left, after] = talk('delete', words, 'a.txt')
      expect(left, words).to.deep.equal({ _tag: 'Answer', content: 'All right, I leave it.' })
      expect(after, words).to.have.property('_tag', 'Answer')
    }
    expect(talk('save money in bank', 'no')[1]).to.have.property('_tag', 'Answer')
  })

  it('ends where a name is refused in other words', () => {
    for (const words of [
      'later',
      'quit',
      'exit',
      'skip',
      'back',
      'undo',
      'n',
      'no, leave it',
      'I changed my mind',
      'stop!',
    ]) {
      for (const asking of ['copy a.txt', 'rename a.txt', 'rename a.txt to my new file.txt', 'can I delete a.txt?']) {
        expect(talk(asking, words)[1], words).to.deep.equal({ _tag: 'Answer', content: 'All right, I leave it.' })
      }
    }
    for (const words of ['actually no', 'nothing, sorry', 'No, thanks', 'cancel']) {
      expect(talk('write to a.txt', words)[1], words).to.have.property('_tag', 'Answer')
    }
  })

  it('ends where it is said in other words that something shall stay as it is', () => {
    const refusals = [
      ...['nvm', 'nm', 'nowhere', 'to nowhere', 'leave it there', 'leave b.txt alone', 'keep it as is', 'keep b.txt'],
      ...[
        "don't rename it",
        "don't touch b.txt",
        'no, keep it',
        'nope not now',
        'stay',
        'absolutely not',
        'of course not',
      ],
    ]
    for (const words of [...refusals, 'hell no', 'ok, cancel', "I don't think so"]) {
      for (const asking of ['copy a.txt', 'move a.txt', 'rename a.txt', 'create a folder', 'can I delete a.txt?']) {
        const isAgreement = /^(?:absolutely|of course)/.test(words) && !asking.startsWith('can')
        const left = isAgreement ? 'Question' : 'Answer'
        expect(talk(asking, words)[1], `${asking}: ${words}`).to.have.property('_tag', left)
      }
    }
    expect(talk('write to b.txt', 'nvm')[1]).to.deep.equal({ _tag: 'Answer', content: 'All right, I leave it.' })
  })

  it('takes no question for a yes, nor what hesitates', () => {
    for (const words of [
      'sure?',
      'yes?',
      'ok?',
      'y?',
      'right?',
      'do it?',
      'go ahead?',
      'yes ?!',
      'maybe',
      'I guess so',
      'wait',
      'hold on a sec',
      'why',
      'no?',
      "I don't know",
      "I really don't know yet",
    ]) {
      expect(talk('can I delete a.txt?', words)[1], words).to.have.property(
        'content',
        'That does not tell me. Shall I delete a.txt?',
      )
    }
  })

  it('takes no other order about "it" for a yes', () => {
    for (const words of ['read it', 'delete it?', 'yes, read it', 'rename it']) {
      expect(talk('can I delete a.txt?', words)[1], words).to.have.property('_tag', 'Question')
    }
  })

  it('says what can be said, and asks again, where help is asked for', () => {
    for (const asking of ['copy a.txt', 'can I delete a.txt?', 'write to a.txt', 'write a poem to a.txt']) {
      const [asked, helped] = talk(asking, 'help')
      const question: unknown = Reflect.get(asked ?? {}, 'content')
      expect(helped, asking).to.have.property('_tag', 'Question')
      expect(helped)
        .to.have.property('content')
        .that.satisfies((content: string) =>
          content.startsWith(`${String(question)}\nSay "never mind" to leave it.\nI can:\n- create or replace`),
        )
    }
    expect(outcome('copy a.txt', 'help', 'b.txt')).to.deep.equal([['copy_file', 'a.txt', 'b.txt']])
    expect(outcome('say', 'help')).to.deep.equal([['echo', 'help']])
  })

  it('ends where a content is refused', () => {
    for (const words of ['no', 'stop', 'stop it', "don't", 'exit', 'quit', 'undo', 'skip', 'never mind']) {
      for (const asking of ['overwrite notes.txt', 'write to notes.txt', 'write a poem to notes.txt']) {
        expect(talk(asking, words)[1], words).to.deep.equal({ _tag: 'Answer', content: 'All right, I leave it.' })
      }
    }
  })

  it('asks again where the answer may be no content', () => {
    const controls = [
      'wait',
      'hold on',
      'hold on a sec',
      'hang on',
      'let me think',
      'ok',
      'yes',
      'hmm',
      'oops',
      'why?',
      '?',
    ]
    const others = [
      ...['sorry, wrong file', 'I meant b.txt', 'append bread', 'put hello in it', 'b.txt', 'Is it?'],
      ...[
        'never mind that',
        'leave b.txt alone',
        'actually leave b.txt alone',
        'keep b.txt',
        'keep what is there',
        "don't touch b.txt",
      ],
      ...["I didn't mean b.txt", 'use c.txt instead', 'that was a mistake', "I don't know yet", 'who are you'],
      ...[
        'raed a.txt',
        'lsit files',
        'delte a.txt',
        'whatever is in a.txt',
        'same as a.txt',
        'the first line of a.txt',
      ],
      ...[
        'write a poem',
        'it should say a poem',
        'a poem about bees',
        'hello, then list files',
        'milk and eggs, then list files',
        'buy milk and delete b',
      ],
    ]
    for (const words of [...controls, ...others]) {
      const again = talk('overwrite notes.txt', words)[1]
      expect(again, words)
        .to.have.property('content')
        .that.matches(
          /^That does not tell me\. What shall the file hold\?.* If that is the text itself, please put it in/,
        )
    }
    for (const words of ['what is in it?', 'show it to me first']) {
      expect(talk('overwrite notes.txt', words)[1], words).to.have.property('_tag', 'Question')
    }
  })

  it('takes only quotes where it asked for quotes', () => {
    for (const words of ['yes', 'yes please', "I don't have it", 'my name', 'roses are red', 'it should be red']) {
      expect(talk('write a poem to notes.txt', words)[1], words)
        .to.have.property('content')
        .that.matches(/^That does not tell me\. Please put what the file shall hold in quotes/)
    }
  })

  it('asks again where the answer is no name', () => {
    const none = [
      'yes',
      'yes please',
      'yep',
      'sure',
      'hello',
      'hey',
      'sorry',
      'dunno',
      'idk',
      'huh',
      'wait',
      'please wait',
    ]
    for (const words of [...none, 'no parking.txt', 'please name it', 'no delete b.txt', 'the copy']) {
      for (const asking of ['copy a.txt', 'rename a.txt']) {
        const [asked, again] = talk(asking, words)
        const content: unknown = Reflect.get(asked ?? {}, 'content')
        expect(again, words).to.have.property('content', `That does not tell me. ${String(content)}`)
      }
    }
  })

  it('asks again where the answer is none, and once more', () => {
    const [asked, again, more] = talk('delete', 'what is the weather?', 'the weather')
    expect(asked)
      .to.have.property('content')
      .that.matches(/^Which file shall I delete\?/)
    expect(again)
      .to.have.property('content')
      .that.matches(/^That does not tell me\. Which file shall I delete\?/)
    expect(more)
      .to.have.property('content')
      .that.matches(/^That does not tell me\. Which file shall I delete\?/)
  })

  it('does not go on about what is not its own', () => {
    for (const pending of [{}, 7, 'x', { question: 'q', before: 'delete ', after: '', as: 'other' }, null, []]) {
      expect(reply('a.txt', knownTools, pending)).to.have.property('_tag', 'Answer')
    }
  })

  it('remembers nothing of a message that is very long', () => {
    const given = reply(`write '${'x'.repeat(40_000)}'`)
    expect(given).to.have.property('_tag', 'Answer')
    expect(given)
      .to.have.property('content')
      .that.matches(/^Into which file/)
  })

  it('takes a long text as the content that was asked for, but no long order by which something may be lost', () => {
    const long = 'Roses are red. '.repeat(400).trim()
    expect(outcome('write to a.txt', long)).to.deep.equal([fresh('a.txt', long)])
    const order = `1. delete b.txt\n2. write '${long}' to c.txt`
    expect(talk('write to a.txt', order)[1]).to.have.property('_tag', 'Question')
    expect(outcome('write to a.txt', `say '${long}'`)).to.deep.equal([['echo', long]])
    expect(outcome('copy a.txt', order)).to.have.length(2)
    expect(talk('can I delete a.txt?', long)[1]).to.have.property(
      'content',
      'That does not tell me. Shall I delete a.txt?',
    )
  })

  it('takes any text as the content that was asked for, to the letter', () => {
    const text = fc.string({ minLength: 1 }).filter((said) => said.trim() !== '' && !/['"`“”‘’«»„]/.test(said))
    fc.assert(
      fc.property(text, (said) => {
        const [, given] = talk('write to a.txt', said)
        if (given?._tag === 'Command') expect(stepsIn(given)[0]?.slice(0, 2)).to.include('write_file')
      }),
    )
  })

  it('says something, whatever is said', () => {
    const said = fc.oneof(
      fc.string(),
      fc.constantFrom('delete', 'a.txt', 'yes', 'no', "'x'", 'copy', 'to', '2', 'write'),
    )
    fc.assert(
      fc.property(fc.array(said, { maxLength: 5 }), (texts) => {
        for (const given of talk(...texts)) expect(['Answer', 'Question', 'Command']).to.include(given._tag)
      }),
    )
  })
})
