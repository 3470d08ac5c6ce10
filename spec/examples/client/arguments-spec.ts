import { expect } from 'chai'
import { help, readArguments, UsageError } from '../../../examples/client/arguments.ts'

describe('the arguments of the client', () => {
  it('ask for a workflow in a file, a command or an answer', () => {
    const common = { url: 'ws://127.0.0.1:8000/ws/events', isJson: false }
    expect(readArguments(['workflow', 'a.json'], {})).to.deep.equal({ ...common, kind: 'workflow', about: 'a.json' })
    expect(readArguments(['workflow'], {})).to.deep.equal({ ...common, kind: 'workflow', about: undefined })
    expect(readArguments(['dsl', 'CALL x'], {})).to.deep.equal({ ...common, kind: 'dsl', about: 'CALL x' })
    expect(readArguments(['chat', 'hi', '--json'], {})).to.deep.equal({
      ...common,
      isJson: true,
      kind: 'chat',
      about: 'hi',
    })
  })

  it('name the server: --url before PRAXIS_URL, which may be empty', () => {
    const urlOf = (argv: readonly string[], env: Readonly<Record<string, string>>): string | undefined => {
      const request = readArguments(['chat', 'x', ...argv], env)
      return request === 'help' ? undefined : request.url
    }
    expect(urlOf(['--url', 'wss://a/x'], { PRAXIS_URL: 'ws://b' })).to.equal('wss://a/x')
    expect(urlOf([], { PRAXIS_URL: 'ws://b' })).to.equal('ws://b')
    expect(urlOf([], { PRAXIS_URL: '' })).to.equal('ws://127.0.0.1:8000/ws/events')
  })

  for (const argv of [[], ['--help'], ['-h'], ['dsl', '--help'], ['--json']]) {
    it(`ask for help: [${argv.join(' ')}]`, () => {
      expect(readArguments(argv, {})).to.equal('help')
    })
  }

  const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a command there is not', ['run'], /no command "run"/],
    ['an option there is not', ['chat', 'x', '--fast'], /--fast/],
    ['an option without its value', ['chat', 'x', '--url'], /--url/],
    ['an option whose value looks like another', ['chat', 'x', '--url', '--json'], /--url.*ambiguous/],
    ['no text', ['dsl'], /dsl needs a text/],
    ['an empty text', ['chat', ' '], /chat needs a text/],
    ['a text without quotes', ['dsl', 'CALL', 'list_files'], /one argument, got 2: put quotes/],
    ['two files', ['workflow', 'a', 'b'], /one argument, got 2/],
    ['a url of another kind', ['chat', 'x', '--url', 'http://a'], /url must be like ws:\/\/.*"http:\/\/a"/],
    ['a url that is none', ['chat', 'x', '--url', ''], /url must be like ws:\/\/.*""/],
    ['a url with a fragment', ['chat', 'x', '--url', 'ws://a/#b'], /url must be like ws:/],
  ]
  for (const [what, argv, message] of wrong) {
    it(`are refused in one line that says why: ${what}`, () => {
      expect(() => readArguments(argv, {}))
        .to.throw(UsageError, message)
        .with.property('message')
        .that.does.not.include('\n')
    })
  }

  it('are all told of by the help', () => {
    for (const word of ['workflow', 'dsl', 'chat', '--url', 'PRAXIS_URL', '--json', '--help', 'Exit codes']) {
      expect(help).to.include(word)
    }
  })
})
