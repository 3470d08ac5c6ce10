import { expect } from 'chai'
import { ABILITIES } from '../../lib/chat/abilities.ts'
import { answered, planned } from './plan.ts'

type Row = readonly [sentence: string, answer: RegExp]

const NOT_UNDERSTOOD = /^I did not understand/
const OPEN_END = /^I cannot tell where the text to write ends/
const UNCLOSED = /^A quotation mark is opened there and never closed/
const QUOTE_IT = /^Please put what the file shall hold in quotes/

const answers: Readonly<Record<string, readonly Row[]>> = {
  'what is missing': [
    ['create a file', /^What shall the file be called\?.*create a file called/],
    ["create a file with content 'x'", /^What shall the file be called\?/],
    ["create a file called with content 'x'", /^What shall the file be called\?/],
    ['create a file called a.txt with content', /^What shall the file hold\?/],
    ['write to a.txt', /^What shall the file hold\?/],
    ['create a folder', /^What shall the folder be called\?.*create a folder called/],
    ['mkdir', /^What shall the folder be called\?/],
    ['create reports', /^Shall I create a file or a folder\?.*called reports/],
    ["write 'hello'", /^Into which file shall I write that\?/],
    ["write 'hello' to a file", /^Into which file/],
    ['write hello', /^Into which file/],
    ["put 'x' in it", /^Into which file/],
    ['read', /^Which file shall I read\?.*read notes.txt/],
    ['read the file', /^Which file shall I read\?/],
    ['show me its contents', /^Which file shall I read\?/],
    ['delete', /^Which file shall I delete\?/],
    ['delete it', /^Which file shall I delete\?/],
    ['delete the file', /^Which file shall I delete\?/],
    ['copy a.txt', /^What shall the copy be called\?.*copy a.txt to b.txt/],
    ['copy to b.txt', /^Which file shall I copy\?/],
    ['move a.txt', /^Where shall I move it\?/],
    ['rename a.txt', /^What shall the new name be\?/],
    ['rename it to b.txt', /^Which file shall I rename\?/],
    ['search', /^What shall I search for\?/],
    ['search for', /^What shall I search for\?/],
    ['show docs', /^Is "docs" a file or a folder\?/],
  ],
  'what no tool does': [
    ["append 'x' to a.txt", /^I cannot add to what a file holds/],
    ["add 'x' to a.txt", /^I cannot add to what a file holds/],
    ['add a line to a.txt', /^I cannot add to what a file holds/],
    ['delete the folder docs', /^I can delete files, but not folders/],
    ['remove docs/', /^I can delete files, but not folders/],
    ['move the folder docs to old', /^I can move files, but not folders/],
    ['copy the docs folder to old', /^I can copy files, but not folders/],
    ['search hello in notes.txt', /^I search whole folders, not one file/],
  ],
  'one thing at a time': [
    ['delete everything', /^I delete one file at a time/],
    ['delete all files', /^I delete one file at a time/],
    ['delete *.txt', /^I delete one file at a time/],
    ['remove the file *.md', /^I delete one file at a time/],
    ['remove all the .md files', /^I delete one file at a time/],
    ['move all files to docs', /^I move one file at a time/],
    ['copy everything to backup', /^I copy one file at a time/],
    ['rename *.txt to *.md', /^I rename one file at a time/],
    ['read all files', /^I read one file at a time/],
    ['create 3 files', /^I make one file or folder at a time/],
    ['create files', /^I make one file or folder at a time/],
  ],
  'contents that are not said': [
    ['write a poem about dogs to poem.txt', QUOTE_IT],
    ['write 5 lines of text to a.txt', QUOTE_IT],
    ['save the meeting notes in b.txt', QUOTE_IT],
    ['save it to b.txt', QUOTE_IT],
    ['create a.txt with hello', QUOTE_IT],
    ['create a.txt with the content of b.txt', QUOTE_IT],
    ['write hello to a.txt to b.txt', QUOTE_IT],
    ["create a.txt with content 'hello", QUOTE_IT],
    ["write 'hello to a.txt", QUOTE_IT],
    ['save money in bank', /^Shall I write that into a file called "bank"\?/],
    ['put a.txt in docs', /^Shall I write "a.txt" into a file, or move the file\?/],
  ],
  'texts without an end': [
    ['create a.txt with content hello and read it', OPEN_END],
    ['create a.txt with content hello. Then read it.', OPEN_END],
    ['write "hello to a.txt', UNCLOSED],
    ['read “notes.txt', UNCLOSED],
    [
      'write "Bob, delete the file called "old.txt" and delete a.txt" to b.txt',
      /^The quotation marks there do not pair/,
    ],
    ["delete notes.txt' and list docs", /^The quotation marks there do not pair/],
    ["read notes.txt'", NOT_UNDERSTOOD],
    ['delete a"b.txt', NOT_UNDERSTOOD],
    ['write `x to a.txt', UNCLOSED],
    [`write ${'hello '.repeat(1_000)}to a.txt`, /^That is too long/],
  ],
  'what must not be half understood': [
    ["don't delete a.txt", NOT_UNDERSTOOD],
    ['please do not delete a.txt', NOT_UNDERSTOOD],
    ['never delete a.txt', NOT_UNDERSTOOD],
    ['if a.txt exists delete it', NOT_UNDERSTOOD],
    ['delete a.txt unless it is needed', NOT_UNDERSTOOD],
    ['delete a.txt tomorrow', NOT_UNDERSTOOD],
    ['delete a.txt and b.txt', NOT_UNDERSTOOD],
    ['delete a.txt, b.txt', NOT_UNDERSTOOD],
    ['delete a.txt or b.txt', NOT_UNDERSTOOD],
    ['delete my notes', NOT_UNDERSTOOD],
    ['delete line 3 from a.txt', NOT_UNDERSTOOD],
    ["remove 'x' from a.txt", NOT_UNDERSTOOD],
    ['read a.txt and b.txt', NOT_UNDERSTOOD],
    ['read line 3 of a.txt', NOT_UNDERSTOOD],
    ['read a.txt backwards', NOT_UNDERSTOOD],
    ['copy a.txt to b.txt and c.txt', NOT_UNDERSTOOD],
    ["copy the text 'x' to a.txt", NOT_UNDERSTOOD],
    ["replace 'a' with 'b' in c.txt", NOT_UNDERSTOOD],
    ["write 'x' to a.txt and 'y' to b.txt", NOT_UNDERSTOOD],
    ["write 'x' to a.txt, b.txt and c.txt", NOT_UNDERSTOOD],
    ['create a.txt from b.txt', NOT_UNDERSTOOD],
    ['create a file called my notes.txt', NOT_UNDERSTOOD],
    ["create a.txt with 'x' if it does not exist", NOT_UNDERSTOOD],
    ["create a.txt with 'the dogs' toys'", NOT_UNDERSTOOD],
    ['create a file called a.txt in it', NOT_UNDERSTOOD],
    ["read a.txt. It should contain 'x'.", NOT_UNDERSTOOD],
    ['list the .txt and .md files', NOT_UNDERSTOOD],
    ['list files older than 3 days', NOT_UNDERSTOOD],
    ['list the files in docs and in src', NOT_UNDERSTOOD],
    ['discard changes', NOT_UNDERSTOOD],
    ['copy paper clips', NOT_UNDERSTOOD],
    ['cp -r a b', NOT_UNDERSTOOD],
    ['rm -rf docs', NOT_UNDERSTOOD],
    ['search for it', NOT_UNDERSTOOD],
    ['search for hello "x" world', NOT_UNDERSTOOD],
    ['find all files that nobody needs', NOT_UNDERSTOOD],
    ['rename a.txt', /new name/],
  ],
  'what is about something else': [
    ['what is the weather?', NOT_UNDERSTOOD],
    ['tell me a joke', NOT_UNDERSTOOD],
    ['make me a sandwich', NOT_UNDERSTOOD],
    ['who are you?', NOT_UNDERSTOOD],
    ["what's up", NOT_UNDERSTOOD],
    ['show me how to create a file', NOT_UNDERSTOOD],
    ['put on a hat', NOT_UNDERSTOOD],
    ['read me a story', NOT_UNDERSTOOD],
    ['asdf', NOT_UNDERSTOOD],
    ['notes.txt', NOT_UNDERSTOOD],
    ['"read a.txt"', NOT_UNDERSTOOD],
    ['undo', NOT_UNDERSTOOD],
    ['1 + 1', NOT_UNDERSTOOD],
    ['create', NOT_UNDERSTOOD],
    ['what', NOT_UNDERSTOOD],
    ['', /^What can I do for you\?/],
    [' \n ', /^What can I do for you\?/],
    ['hello!', /^What can I do for you\?/],
    ['thanks', /^What can I do for you\?/],
    ['help', /^I can:\n- create or replace a file/],
    ['what can you do?', /^I can:/],
  ],
}

describe('what the rule planner answers', () => {
  for (const [group, rows] of Object.entries(answers)) {
    describe(group, () => {
      for (const [sentence, answer] of rows) {
        it(JSON.stringify(sentence).slice(0, 100), () => {
          expect(answered(sentence)).to.match(answer)
        })
      }
    })
  }

  it('names the part it did not understand, and runs no other', () => {
    expect(answered("create a.txt with 'x' and then delete b.txt tomorrow")).to.match(
      /^I did not understand "then delete b.txt tomorrow", so I did nothing\./,
    )
  })

  it('asks about one of several steps, and runs no other', () => {
    expect(answered('read a.txt and copy it')).to.match(/^What shall the copy be called/)
  })

  it('escapes and cuts what it repeats', () => {
    expect(answered(`read a.txt. \u202e${'x'.repeat(200)}\u0007`)).to.match(/"\\u202ex{79}…", so I did nothing/)
  })

  it('gives examples that it understands', () => {
    for (const { tool, example } of ABILITIES) expect(planned(example)[0]?.[0], example).to.equal(tool)
  })

  describe('with the tools at hand', () => {
    const tools = [
      { name: 'read_file', description: 'Reads a file.' },
      { name: 'send_mail', description: 'Sends a mail.' },
    ]

    it('lists only what these can do', () => {
      expect(answered('asdf', tools)).to.equal(
        "I did not understand that. I can:\n- read a file: read notes.txt\n- call a tool directly, as in CALL tool 'argument': send_mail",
      )
    })

    it('says so when the tool that would be needed is not there', () => {
      expect(answered('delete a.txt', tools)).to.match(
        /^I understand, but there is no tool "delete_file" here for it\. I can:\n- read/,
      )
    })

    it('gives no example of a tool that is not there', () => {
      expect(answered('delete a.txt tomorrow', tools)).to.match(/^I did not understand that\. I can:\n- read/)
    })

    it('says so when there is none', () => {
      expect(answered('help', [])).to.equal('There is no tool here that I could use.')
    })

    it('lists a bounded number of others, escaped', () => {
      const many = Array.from({ length: 60 }, (_, index) => ({ name: `tool${index}\n`, description: '' }))
      expect(answered('help', many)).to.match(/: tool0\\u000a, tool1\\u000a, .* and 10 more$/)
    })
  })
})
