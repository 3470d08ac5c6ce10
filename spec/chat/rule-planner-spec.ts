import { expect } from 'chai'
import * as fc from 'fast-check'
import { callsIn } from '../../lib/dsl/calls.ts'
import { parseDsl } from '../../lib/dsl/parse.ts'
import { knownTools, planned, reply } from './plan.ts'
import { sentences } from './sentences.ts'

/** How many arguments a file tool takes without their names. */
const MAX_ARGUMENTS: Readonly<Record<string, number>> = {
  write_file: 2,
  read_file: 1,
  list_files: 2,
  list_directory: 1,
  create_directory: 1,
  delete_file: 1,
  move_file: 2,
  copy_file: 2,
  search_files: 2,
  echo: 1,
  wait: 1,
  calculate: 1,
  json_query: 2,
  http_get: 1,
}

const PIECES = [
  ',',
  '.',
  ':',
  ';',
  '?',
  '\n',
  "'",
  '"',
  '“x y”',
  "'x y'",
  '```',
  'it',
  'called',
  'with',
  'content',
  'a.txt',
  'docs/',
]

/** The words of all sentences, and the marks between them: what is understood is made of these. */
const vocabulary = [
  ...new Set(
    Object.values(sentences)
      .flat()
      .flatMap(([sentence]) => sentence.split(/\s+/)),
  ),
  ...PIECES,
]
const soup = fc.array(fc.constantFrom(...vocabulary), { maxLength: 14 }).map((words) => words.join(' '))
const anything = fc.array(fc.nat(0xffff), { maxLength: 30 }).map((units) => String.fromCharCode(...units))

describe('createRulePlanner', () => {
  it('passes on what is a command already, to the letter', () => {
    for (const command of [
      "CALL write_file a.txt 'x'",
      'call read_file a.txt',
      '  Call x\n# y\nCALL z  ',
      'CALL\tx',
      "CALL write_file 'a",
      'CALL no_such_tool --x',
    ]) {
      expect(reply(command), command).to.deep.equal({ _tag: 'Command', command })
    }
  })

  it('takes no sentence for a command', () => {
    for (const text of ['CALLING x', 'please CALL x', "'CALL x'", 'CALL'])
      expect(reply(text)._tag, text).to.equal('Answer')
  })

  it('takes what begins with the name of a tool for a call of it', () => {
    for (const [text, command] of [
      ['write_file a.txt hello', 'CALL write_file a.txt hello'],
      ["write_file 'a b.txt' --content 'x # y'", "CALL write_file 'a b.txt' --content 'x # y'"],
      ['list_files docs', 'CALL list_files docs'],
      ['list_files docs --recursive  ', 'CALL list_files docs --recursive  '],
      [' \n\tlist_files\n', 'CALL list_files\n'],
      ['list_files docs\nCALL read_file a.txt', 'CALL list_files docs\nCALL read_file a.txt'],
    ] as const) {
      expect(reply(text), text).to.deep.equal({ _tag: 'Command', command })
    }
  })

  it('takes a name that is no tool here, or a call that does not parse, for a sentence', () => {
    const [, ...others] = knownTools
    expect(reply('write_file a.txt hello', others)._tag).to.equal('Answer')
    for (const text of ["write_file a.txt 'x", 'Write_file a.txt x', 'list_filesdocs', 'please list_files docs']) {
      expect(reply(text)._tag, text).to.equal('Answer')
    }
    const odd = [...knownTools, { name: 'read', description: '' }, { name: '+', description: '' }]
    expect(reply('read a.txt\nread b.txt', odd)).to.have.property(
      'command',
      'CALL read_file a.txt\nCALL read_file b.txt',
    )
    expect(reply('+ 1', odd)._tag).to.equal('Answer')
    expect(reply('read a.txt', odd)).to.deep.equal({ _tag: 'Command', command: 'CALL read a.txt' })
  })

  it('plans several steps as a script of as many lines', () => {
    expect(reply("create a.txt with 'x\ny', then read it")).to.deep.equal({
      _tag: 'Command',
      command: 'CALL write_file a.txt "x\\ny"\nCALL read_file a.txt',
    })
  })

  it('answers any text with something to say or a command that parses, with the tools there are', () => {
    fc.assert(
      fc.property(fc.oneof(soup, anything, fc.string()), fc.subarray([...knownTools]), (text, tools) => {
        const given = reply(text, tools)
        if (given._tag === 'Answer') expect(given.content).not.to.equal('')
        // of these the client says itself what is called
        if (given._tag !== 'Command' || /^\s*(?:call\s|\w+_)/i.test(text)) return
        const parsed = parseDsl(given.command)
        if (parsed._tag === 'Left') throw new Error(parsed.left.message)
        for (const { tool, args } of callsIn(parsed.right.steps)) {
          expect(tools.map(({ name }) => name)).to.include(tool)
          expect(args.filter(({ name }) => name === undefined).length).to.be.within(1, MAX_ARGUMENTS[tool] ?? 0)
        }
      }),
    )
  })

  describe('keeps contents to the letter', () => {
    const quotes: readonly (readonly [what: string, open: string, close: string, forbidden: RegExp])[] = [
      ['double quotes', '"', '"', /"/g],
      ['single quotes', "'", "'", /'/g],
      ['curly quotes', '“', '”', /[“”]/g],
      ['single curly quotes', '‘', '’', /[‘’]/g],
      ['back-ticks', '`', '`', /`/g],
    ]
    for (const [what, open, close, forbidden] of quotes) {
      it(`in ${what}`, () => {
        fc.assert(
          fc.property(fc.oneof(soup, anything, fc.string()), (text) => {
            const content = text.replace(forbidden, '')
            const quoted = `${open}${content}${close}`
            const more = content === '' ? [{ overwrite: 'false' }] : []
            expect(planned(`create a file called a.txt with content ${quoted}`)).to.deep.equal([
              ['write_file', 'a.txt', content, ...more],
            ])
            expect(planned(`Write ${quoted} to b.txt, please.`)).to.deep.equal([['write_file', 'b.txt', content]])
          }),
        )
      })
    }

    it('after a colon, up to the end of the message', () => {
      fc.assert(
        fc.property(fc.oneof(soup, anything), (text) => {
          const content = `x${text}`
          expect(planned(`create a.txt with the content: ${content}`)).to.deep.equal([['write_file', 'a.txt', content]])
          expect(planned(`write to a.txt:\n${content}`)).to.deep.equal([['write_file', 'a.txt', content]])
        }),
      )
    })

    it('without quotes, up to the full stop', () => {
      const code = fc.array(fc.constantFrom(...Array.from('(a[1]) {b 2}, x=<c/>; 3+')), {
        minLength: 1,
        maxLength: 30,
      })
      fc.assert(
        fc.property(code, (characters) => {
          const content = `x${characters.join('')}`.trim()
          for (const end of ['', '.', ' \n'])
            expect(planned(`create a.txt with content ${content}${end}`)).to.deep.equal([
              ['write_file', 'a.txt', content, { overwrite: 'false' }],
            ])
          expect(planned(`Could you create a.txt with content ${content}?`)).to.deep.equal([
            ['write_file', 'a.txt', content, { overwrite: 'false' }],
          ])
        }),
      )
    })

    it('with a question mark, where the sentence itself is no question', () => {
      for (const text of [
        'Could you create a.txt with content "how are you?"?',
        'Could you create a.txt with the content: how are you?',
      ]) {
        expect(planned(text), text).to.deep.equal([['write_file', 'a.txt', 'how are you?']])
      }
      for (const help of ['', 'Can you help me? ']) {
        expect(planned(`${help}Create a.txt with content how are you?`)).to.deep.equal([
          ['write_file', 'a.txt', 'how are you?', { overwrite: 'false' }],
        ])
      }
    })

    it('in names too', () => {
      fc.assert(
        fc.property(anything, (text) => {
          const name = `${text.replace(/["/]/g, '')}.txt`
          expect(planned(`delete the file "${name}"`)).to.deep.equal([['delete_file', name]])
        }),
      )
    })
  })

  describe('is quick with the longest message there can be', () => {
    const LENGTH = 1_048_576
    // generous: what is to be found is time that grows with the square of the length, which takes minutes here
    const MAX_MS = 1_500
    const WORDS = ['lorem ipsum ', 'and ', 'and read ', 'to ', 'to a.txt ', 'please ', 'in a ', "it's ", 'called a ']
    const MARKS = [
      '"',
      "'",
      ' "a',
      " 'a",
      '"a" ',
      '`',
      '```',
      '“',
      '["',
      ':"',
      ': ',
      '.',
      '. ',
      ',',
      ')',
      'a)',
      '( ',
      ') ',
      '( ) ',
      '; ',
      ' ',
      '\n',
    ]
    for (const head of [
      '',
      'write ',
      'create a file with content ',
      'find ',
      'list files ',
      'calculate ',
      'get a from {"a":',
      'say ',
      'fetch ',
      'create a.txt with "x" ',
      'copy a.txt to b.txt and delete it and ',
      '1. read a.txt ',
      `create ${'a.txt, '.repeat(20)}with content (`,
    ]) {
      it(`after ${JSON.stringify(head.slice(0, 40))}`, () => {
        for (const unit of [...WORDS, ...MARKS]) {
          const text = `${head}${unit.repeat(LENGTH / unit.length)}`
          // of this process, whatever else the machine does
          const start = process.cpuUsage()
          reply(text)
          const { user, system } = process.cpuUsage(start)
          expect((user + system) / 1_000, unit).to.be.below(MAX_MS)
        }
      })
    }

    for (const asking of ['write to a.txt', 'write a poem to a.txt', 'can I delete a.txt?', 'rename a.txt', 'say']) {
      it(`as an answer to ${JSON.stringify(asking)}`, () => {
        const asked = reply(asking)
        for (const unit of ['and read ', 'a.txt, ', 'no, ', 'maybe ', '"', '( ', '. ', '\n']) {
          const start = process.cpuUsage()
          reply(unit.repeat(LENGTH / unit.length), knownTools, Reflect.get(asked, 'pending'))
          const { user, system } = process.cpuUsage(start)
          expect((user + system) / 1_000, unit).to.be.below(MAX_MS)
        }
      })
    }

    it('and writes all of it', () => {
      const content = 'It\'s a "line" \\ of\ttext\n'.repeat(40_000)
      expect(planned(`create a.txt with the content: ${content}`)).to.deep.equal([['write_file', 'a.txt', content]])
    })
  })
})
