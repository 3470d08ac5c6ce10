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
    ['does notes.txt mention milk?', /^I search whole folders, not one file\. I can read notes.txt/],
    ['search hello in notes.txt', /^I search whole folders, not one file/],
  ],
  'what comes after something that a file holds': [
    ["write another line 'x' to a.txt", /^I cannot add to what a file holds/],
    ["put another 'x' in a.txt", /^I cannot add to what a file holds/],
    ["save 'x' in a.txt as well", /^I cannot add to what a file holds/],
    ["write more 'x' into a.txt", /^I cannot add to what a file holds/],
    ["write 'x' to a.txt and write 'y' to a.txt too", /^I cannot add to what a file holds/],
    ['write one more line to a.txt: hi', /^I cannot add to what a file holds/],
  ],
  'where in a file something goes': [
    ...[
      'also write bread in notes.txt',
      "also put 'bread' in notes.txt",
      'now also put bread in notes.txt',
      'put bread on notes.txt',
      "create a.txt with 'x' and also write 'y' to it",
      "write 'bread' at the top of notes.txt",
      'write oat milk in place of milk in notes.txt',
      "write 'bread' after 'eggs' in notes.txt",
      ...[
        'on a new line',
        'on the list',
        'at the end',
        'at the top',
        'under eggs',
        'below eggs',
        'first',
        'again',
        'on another line',
        'on line 3',
        'between milk and eggs',
        'instead of milk',
        'back',
      ].map((place) => `write bread ${place} in notes.txt`),
    ].map((sentence): Row => [sentence, /^I cannot add to what a file holds/]),
  ],
  'what is not known before it is found': [
    ['find guide.md and read it', /^Which file shall I read\?/],
    ['search for milk and read it', /^Which file shall I read\?/],
    ['search for NOTES and delete it', /^Which file shall I delete\?/],
    ['search for NOTES in *.md files', /^I search all files of a folder, not only those of one kind/],
    ['search for NOTES in all .md files in docs', /^I search all files of a folder/],
    ['search all markdown files for NOTES', /^I search all files of a folder/],
    ['which .md files contain NOTES?', /^I search all files of a folder/],
  ],
  'into which file a result goes': [
    ...[
      'read a.txt and save it',
      'get users[0].name from data.json and save it',
      'show me notes.txt and save it',
      'calculate 2+2 and save the result in docs/',
      'list the files and save the list to a file',
      'save the result of 2 + 2',
    ].map((sentence): Row => [sentence, /^Into which file shall I write that\?/]),
    ['read a.txt, then write text to b.txt', /^What shall the file hold\?/],
    ["say 'hi' and 'bye' to all", NOT_UNDERSTOOD],
    ['read a.txt and write to a.txt', /^What shall the file hold\?/],
    ['read a.txt and overwrite it', /^What shall the file hold\?/],
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
    ['create a.txt with hello world', QUOTE_IT],
    ['create a.txt with hello in docs', QUOTE_IT],
    ['create a.txt with everything', QUOTE_IT],
    ['create a.txt with b.txt', QUOTE_IT],
    ['create a.txt with milk and eggs', QUOTE_IT],
    ['create a folder pix and create a.txt with hello in it', QUOTE_IT],
    ...[
      ...[
        "today's date",
        "tomorrow's date",
        '10 random numbers',
        'three lines',
        '5 zeros',
        'all my notes',
        'everything',
        'its contents',
      ],
      ...['what I said', 'whatever you want', 'two copies of hello', 'nothing', 'what you find'],
    ].map((words): Row => [`write ${words} to a.txt`, QUOTE_IT]),
    ['replace the content of a.txt with nothing', QUOTE_IT],
    ['set the content of a.txt to 3 lines', QUOTE_IT],
    ['write hello to a.txt to b.txt', QUOTE_IT],
    ["create a.txt with content 'hello", QUOTE_IT],
    ["write 'hello to a.txt", QUOTE_IT],
    ['save result to a.txt', QUOTE_IT],
    ['put a.txt and b.txt together in c.txt', QUOTE_IT],
    ['save a.txt and b.txt in notes.txt', QUOTE_IT],
    ['write alpha from a.txt to notes.txt', QUOTE_IT],
    ['store name of data.json in notes.txt', QUOTE_IT],
    ...['three times', '5 times', 'in capital letters', 'backwards', 'twice'].map(
      (manner): Row => [`write hello ${manner} to x.txt`, QUOTE_IT],
    ),
    ['list docs and src and write them to a.txt', QUOTE_IT],
    ['save money in bank', /^Shall I write that into a file called "bank"\?/],
    ['put a.txt in docs', /^Shall I write the text "a.txt" into docs, move the file a.txt there, or copy it\?/],
  ],
  'places that may be part of a text, or mean several things': [
    ['create a folder pix and create keep.txt containing hello in it', QUOTE_IT],
    ['create a folder pix and create keep.txt with content hello there.', QUOTE_IT],
    ["create a folder pix, read a.txt and create b.txt with 'x' in it", NOT_UNDERSTOOD],
    ["create folders a and b and create c.txt with 'x' in it", NOT_UNDERSTOOD],
    ["create a folder pix and create a.txt. It should contain 'x' in it", NOT_UNDERSTOOD],
    ["create a folder pix and set the content of a.txt to 'x' in it", NOT_UNDERSTOOD],
    ["in docs write 'y'", NOT_UNDERSTOOD],
    ['in log2.txt write y', QUOTE_IT],
    ["in my log2.txt write 'y'", /^Do you mean "log2.txt" or "my log2.txt"/],
  ],
  'questions whether it may be done, and hedges': [
    ['can I delete a.txt?', /^Shall I delete a\.txt\?$/],
    ['may I delete a.txt?', /^Shall I delete a\.txt\?$/],
    ['can we delete a.txt, please?', /^Shall I delete a\.txt\?$/],
    ['Hello, could I delete a.txt?', /^Shall I delete a\.txt\?$/],
    ['can I empty a.txt?', /^Shall I empty a\.txt\?$/],
    ['may I overwrite a.txt with "x"?', /^Shall I overwrite a\.txt with "x"\?$/],
    ['can I move a.txt to b.txt?', /^Shall I move a\.txt to b\.txt\?$/],
    ['could we rename a.txt to b.txt?', /^Shall I rename a\.txt to b\.txt\?$/],
    ['can I create a folder docs?', /^Shall I create a folder docs\?$/],
    ['can I read a.txt and delete b.txt?', /^Shall I read a\.txt and delete b\.txt\?$/],
    ['read a.txt. Can I delete b.txt?', /^Shall I delete b\.txt\?$/],
    ['delete a.txt?', /^Shall I delete a\.txt\?$/],
    ['delete a.txt and read b.txt?', /^Shall I delete a\.txt and read b\.txt\?$/],
    ['rename a.txt to b.txt?', /^Shall I rename a\.txt to b\.txt\?$/],
    ['maybe delete a.txt', /^Shall I delete a\.txt\?$/],
    ['perhaps delete a.txt', /^Shall I delete a\.txt\?$/],
    ['possibly delete a.txt', /^Shall I delete a\.txt\?$/],
  ],
  'words after a name that are none': [
    ...['no', 'sorry', 'oops', 'stop', 'cancel', 'carefully', 'wait', 'b.txt, etc', 'never'].map(
      (words): Row => [`delete a.txt, ${words}`, NOT_UNDERSTOOD],
    ),
    ['delete a.txt and no', NOT_UNDERSTOOD],
    ['delete a.txt. No, wait!', NOT_UNDERSTOOD],
    ['rm a.txt || ls', NOT_UNDERSTOOD],
    ['mv a.txt b.txt || ls', NOT_UNDERSTOOD],
    ['delete a.txt, gently', /^Is this the name of a file too: "gently"\?/],
    ['rm a.txt gently', /^Is this the name of a file too: "gently"\?/],
    ['delete a.txt, b and c', /^Are these the names of files too: "b", "c"\?/],
    ['move a.txt and b to docs', /^Is this the name of a file too: "b"\?/],
  ],
  'a folder said first, where more is not clear': [
    ["create a.txt with 'x'. In docs, delete it.", NOT_UNDERSTOOD],
    ['in docs, delete a.txt and b.txt', NOT_UNDERSTOOD],
    ['in docs, maybe delete a.txt', NOT_UNDERSTOOD],
    ['in docs, delete a.txt?', /^Shall I/],
    ['in docs, create c.txt from a.txt', NOT_UNDERSTOOD],
  ],
  'words that are no places': [
    ...['English', 'secret', 'total'].map((word): Row => [`create x.txt with "abc" in ${word}`, NOT_UNDERSTOOD]),
    ["create x.txt at once with 'abc'", NOT_UNDERSTOOD],
    ['copy a.txt to c.txt in lowercase', NOT_UNDERSTOOD],
    ['show me the file a.txt in full', NOT_UNDERSTOOD],
    ['list files in detail', NOT_UNDERSTOOD],
    ['delete a.txt at 5pm', NOT_UNDERSTOOD],
  ],
  'verbs that are names of folders too': [
    ['list the files in docs and trash', NOT_UNDERSTOOD],
    ['move b.txt to docs and trash', NOT_UNDERSTOOD],
    ['trash', NOT_UNDERSTOOD],
    ['trash it', /^Which file shall I delete/],
  ],
  'words that may belong to a name': [
    ['delete my file.txt', /^Do you mean "file.txt" or "my file.txt"\? Please put the name in quotes/],
    ['delete the new notes.txt', /"the new notes.txt"/],
    ['delete new notes.txt file', /"new notes.txt"/],
    ['delete my notes.txt file', /"my notes.txt"/],
    ['rm my file.txt', /"my file.txt"/],
    ['delete a.txt and my notes.txt', /"my notes.txt"/],
    ['delete my file.txt in docs', /"my file.txt"/],
    ['empty my file.txt', /"my file.txt"/],
    ['clear the contents of my file.txt', /"my file.txt"/],
    ["overwrite my file.txt with 'x'", /"my file.txt"/],
    ["write 'x' to my file.txt", /"my file.txt"/],
    ['save hello in my file.txt', /"my file.txt"/],
    ["create my file.txt with 'x'", /"my file.txt"/],
    ["set the content of my file.txt to 'x'", /"my file.txt"/],
    ['move my file.txt to b.txt', /"my file.txt"/],
    ['move a.txt to my file.txt', /"my file.txt"/],
    ['display My File.txt', /^Do you mean "File.txt" or "My File.txt"\?/],
    ['read my notes.txt', /"my notes.txt"/],
    ['what is in my notes.txt?', /"my notes.txt"/],
    ['move a.txt to my docs/', /"my docs\/"/],
    ['copy a.txt to my file.txt', /"my file.txt"/],
  ],
  'contents of which a word might be lost': [
    ['create a file called q.txt with content Is it? Yes!', QUOTE_IT],
    ['create q.txt with content is it me', QUOTE_IT],
    ['create q.txt. The content should be as it is', QUOTE_IT],
    ['create q.txt with content should be fine', QUOTE_IT],
    ['create q.txt. It should say Is it? Yes!', QUOTE_IT],
    ['create q.txt containing the number 5', QUOTE_IT],
    ['create q.txt containing just wait', QUOTE_IT],
    ['create q.txt that says the following line is good', QUOTE_IT],
    ['set the content of q.txt to be nice', QUOTE_IT],
    ['write the text is good to q.txt', QUOTE_IT],
    ['write a message for Bob to q.txt', QUOTE_IT],
    ['write a line to q.txt', /^What shall the file hold/],
    ['save the text as q.txt', /^What shall the file hold/],
    ['create q.txt containing hello? Yes!', OPEN_END],
    ['set the content of q.txt to Wait! Ok.', OPEN_END],
    ['write Is it? Yes! to q.txt', QUOTE_IT],
  ],
  'texts without an end': [
    ['create a.txt with content hello and read it', OPEN_END],
    ['create a.txt with content hello. Then read it.', OPEN_END],
    ['create a.txt with content f(x); read b.txt', OPEN_END],
    ['create a.txt with content Hello! How are you?', OPEN_END],
    ['create a.txt and b.txt with content hello and read c.txt', OPEN_END],
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
    [`1. read a.txt 2. delete b.txt ${'please '.repeat(1_000)}not`, /^That is too long/],
  ],
  'what must not be half understood': [
    ["don't delete a.txt", NOT_UNDERSTOOD],
    ['please do not delete a.txt', NOT_UNDERSTOOD],
    ['never delete a.txt', NOT_UNDERSTOOD],
    ['if a.txt exists delete it', NOT_UNDERSTOOD],
    ['delete a.txt unless it is needed', NOT_UNDERSTOOD],
    ['delete a.txt tomorrow', NOT_UNDERSTOOD],
    ['delete a.txt or b.txt', NOT_UNDERSTOOD],
    ['delete my notes', NOT_UNDERSTOOD],
    ['delete the second file', NOT_UNDERSTOOD],
    ['delete the latest file', NOT_UNDERSTOOD],
    ['delete line 3 from a.txt', NOT_UNDERSTOOD],
    ["remove 'x' from a.txt", NOT_UNDERSTOOD],
    ['read line 3 of a.txt', NOT_UNDERSTOOD],
    ['read a.txt backwards', NOT_UNDERSTOOD],
    ['move a.txt to b.txt and c.txt', NOT_UNDERSTOOD],
    ["copy the text 'x' to a.txt", NOT_UNDERSTOOD],
    ["replace 'a' with 'b' in c.txt", NOT_UNDERSTOOD],
    ["write 'x' to a.txt and 'y' b.txt", NOT_UNDERSTOOD],
    ['1. read a.txt 3. delete b.txt', NOT_UNDERSTOOD],
    ["1. don't delete a.txt 2. read b.txt", NOT_UNDERSTOOD],
    ['throw away my time', NOT_UNDERSTOOD],
    ['how big is the moon?', NOT_UNDERSTOOD],
    ["write 'x' to a.txt, 'y' and c.txt", NOT_UNDERSTOOD],
    ['fill the form', NOT_UNDERSTOOD],
    ['throw a party', NOT_UNDERSTOOD],
    ['create a.txt with f(x) in docs', QUOTE_IT],
    ['create a.txt with (hello) in docs', QUOTE_IT],
    ['create a file called my notes.txt', NOT_UNDERSTOOD],
    ["create a.txt with 'x' if it does not rain", NOT_UNDERSTOOD],
    ['create a.txt from b.txt if it does not exist', NOT_UNDERSTOOD],
    ['read b.txt and create a.txt with its contents if it does not exist', NOT_UNDERSTOOD],
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
  'lists that are not clear': [
    ['copy a.txt and b.txt to c.txt', /^Several files cannot become one/],
    ['move a.txt, b.txt and c.txt to d.txt', /^Several files cannot become one/],
    ['cp a.txt b.txt c.txt', /^Several files cannot become one/],
    ['rename a.txt and b.txt to c', /^I rename one file at a time/],
    ['rename a.txt and b.txt', /^I rename one file at a time/],
    ['move a.txt, b.txt', /^Where shall I move it/],
    ['copy a.txt and b.txt', /^What shall the copy be called/],
    ['copy a.txt and b.txt as c', /^Several files cannot become one/],
    ['delete a.txt and the folder docs', /^I can delete files, but not folders/],
    ['show docs and src', /^Is "docs" a file or a folder/],
    ['create a and b', /^Shall I create a file or a folder/],
    ['create a.txt and b.txt, then delete it', /^Which file shall I delete/],
    ['read c.txt, then create a.txt and b.txt, then delete it', /^Which file shall I delete/],
    ['read a.txt and b.txt, read c.txt and delete them', /^I delete one file at a time/],
    ['create three files called a.txt and b.txt', NOT_UNDERSTOOD],
    ['create a.txt and b.txt. It should contain "x".', NOT_UNDERSTOOD],
    ["create a.txt with 'x' and 'y'", NOT_UNDERSTOOD],
    ['read a.txt in docs and b.txt', NOT_UNDERSTOOD],
    ['read a.txt and all files', NOT_UNDERSTOOD],
    ['delete a.txt and *.md', NOT_UNDERSTOOD],
    ['delete a.txt and everything else', NOT_UNDERSTOOD],
    ['delete a.txt and b.txt or c.txt', NOT_UNDERSTOOD],
    ['delete a.txt and b.txt tomorrow', NOT_UNDERSTOOD],
    ['cat pictures videos', NOT_UNDERSTOOD],
    ['touch wood and grass', NOT_UNDERSTOOD],
    ['rm -rf a b', NOT_UNDERSTOOD],
    ['mv a.txt b.txt docs tomorrow at noon', NOT_UNDERSTOOD],
    ['mkdir my folder', /^What shall the folder be called/],
    [`delete ${Array.from({ length: 51 }, (_, index) => `${index}.txt`).join(', ')}`, /^That is too much at once/],
    [`create a.txt and b.txt with "${'x'.repeat(600_000)}"`, /^That is too much at once/],
  ],
  'what may be there, or be emptied': [
    ['does docs exist?', /^Is "docs" a file or a folder/],
    ['do I have milk?', NOT_UNDERSTOOD],
    ['is anyone there?', NOT_UNDERSTOOD],
    ['is a.txt big?', NOT_UNDERSTOOD],
    ['does a.txt matter?', NOT_UNDERSTOOD],
    ['check a.txt', NOT_UNDERSTOOD],
    ['if a.txt is there', NOT_UNDERSTOOD],
    ['empty the file', /^Which file shall I empty/],
    ['clear it', /^Which file shall I empty/],
    ['clear all.txt and *.md', NOT_UNDERSTOOD],
    ['empty *.txt', /^I empty one file at a time/],
    ['empty the folder docs', /^I can empty files, but not folders/],
    ['clear the contents of docs/', /^I can empty files, but not folders/],
    ['clear', NOT_UNDERSTOOD],
    ['clear the screen', NOT_UNDERSTOOD],
    ['clear history', NOT_UNDERSTOOD],
    ['empty the trash', NOT_UNDERSTOOD],
    ['delete the line in a.txt', NOT_UNDERSTOOD],
    ['remove the word from a.txt', NOT_UNDERSTOOD],
    ['clear the last line of a.txt', NOT_UNDERSTOOD],
    ['touch', NOT_UNDERSTOOD],
    ['touch docs/', NOT_UNDERSTOOD],
  ],
  'what is not said of the other tools': [
    ['wait', /^How long shall I wait\?/],
    ['calculate', /^What shall I calculate\?/],
    ['say', /^What shall I say\?/],
    ['fetch', NOT_UNDERSTOOD],
    ['download', /^Which page shall I fetch\?/],
    ['query users[0].name', /^In which JSON shall I look\?/],
    [`query '{"a":1}'`, /^Which value shall I get out of it\?/],
  ],
  'what the other tools cannot do': [
    ['wait until tomorrow', NOT_UNDERSTOOD],
    ['wait a', NOT_UNDERSTOOD],
    ['calculate the meaning of life', /^I cannot calculate that/],
    ['calculate 0x10 + 1', /^I cannot calculate that/],
    ['what is 2024-01-01?', NOT_UNDERSTOOD],
    ['what is 1/2/2024?', NOT_UNDERSTOOD],
    ['what is 555-1234', NOT_UNDERSTOOD],
    ['555-1234', NOT_UNDERSTOOD],
    ['calculate 3 factorial', /^I cannot calculate that/],
    ['calculate process.exit(1)', /^I cannot calculate that/],
    ['echo x > a.txt', NOT_UNDERSTOOD],
    ["echo 'x' to a.txt", NOT_UNDERSTOOD],
    ['get a from {"a":1', NOT_UNDERSTOOD],
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
    ['create', NOT_UNDERSTOOD],
    ['what', NOT_UNDERSTOOD],
    ['', /^What can I do for you\?/],
    [' \n ', /^What can I do for you\?/],
    ['hello!', /^What can I do for you\?/],
    ['good morning', /^What can I do for you\?/],
    ['ok', /^What can I do for you\?/],
    ['thanks', /^You are welcome\.$/],
    ['ok, thank you!', /^You are welcome\.$/],
    ['bye', /^Goodbye\.$/],
    ['thanks, see you later', /^Goodbye\.$/],
    ...['no', 'cancel', 'never mind', 'stop'].map((words): Row => [words, /^All right\. There is nothing to leave/]),
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
