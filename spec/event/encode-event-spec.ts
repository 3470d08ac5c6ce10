import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { codecDetails } from '../../lib/base/codec-details.ts'
import { builtInEvents } from '../../lib/event/catalogue.ts'
import type { EventDefinition } from '../../lib/event/definition.ts'
import { MAX_EVENT_BYTES } from '../../lib/event/encode-event.ts'
import { EventError } from '../../lib/event/event-error.ts'
import { thrownBy } from '../base/thrown.ts'
import { propertyRuns } from '../setup.ts'
import { DateFromText, recordOf } from './events.ts'
import { isWellFormed, longTexts } from './texts.ts'

const anything: EventDefinition = { data: t.unknown }
const order: EventDefinition = { data: t.type({ orderId: t.string, at: DateFromText }) }

const failure = (data: unknown, definition: EventDefinition, head = {}): EventError =>
  thrownBy(EventError, () => recordOf(data, definition, head))

describe('encodeEvent', () => {
  describe('the head', () => {
    it('is what the publisher said, and nothing where nothing was said', () => {
      const said = { id: 'i', source: 's', correlationId: 'c', tags: ['a'], owner: 'o' }
      expect(recordOf({}, anything, said)).to.include({ id: 'i', source: 's', correlationId: 'c', owner: 'o' })
      expect(recordOf({}, anything, said).tags).to.deep.equal(['a'])
      const record = recordOf({}, anything)
      expect(record).to.include({ type: 'test.event', source: undefined, correlationId: undefined, owner: undefined })
      expect(record.tags).to.deep.equal([])
    })

    it('has a UUID of its own where none was given, the time of the call, and no position yet', () => {
      const [one, other] = [recordOf({}, anything), recordOf({}, anything)]
      expect(one.id)
        .to.match(/^[0-9a-f-]{36}$/)
        .and.not.equal(other.id)
      expect(one.timestamp).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
      expect(Math.abs(Date.parse(one.timestamp) - Date.now())).to.be.below(5_000)
      expect([one.epoch, one.seq]).to.deep.equal([undefined, undefined])
    })

    const malformed: readonly (readonly [string, unknown])[] = [
      ...['id', 'source', 'correlationId', 'owner'].flatMap((field) =>
        ['', 'x'.repeat(257), 7, null, {}].map((value) => [field, value] as const),
      ),
      ...['a', ['x'.repeat(257)], [1], Array.from({ length: 65 }, () => 'a'), null].map(
        (value) => ['tags', value] as const,
      ),
    ]
    it('is refused where it is malformed, and the field is named', () => {
      for (const [field, value] of malformed) {
        const error = failure({}, anything, { [field]: value })
        expect(error.code).to.equal('INVALID_EVENT_DATA')
        expect(error.details.map(({ path }) => path)).to.deep.equal([field])
        expect(error.message).to.include(`${field} of test.event`).and.to.have.length.below(400)
      }
    })

    it('takes its parts up to their bounds', () => {
      const longest = 'x'.repeat(256)
      const tags = Array.from({ length: 64 }, () => longest)
      const record = recordOf({}, anything, {
        id: longest,
        source: longest,
        correlationId: longest,
        owner: longest,
        tags,
      })
      expect(record.tags).to.have.length(64)
    })

    it('keeps its tags whatever the publisher does to the list', () => {
      const tags = ['a']
      const record = recordOf({}, anything, { tags })
      tags.push('b')
      expect(record.tags).to.deep.equal(['a'])
      expect(() => (record.tags as string[]).push('c')).to.throw(TypeError)
    })
  })

  describe('the data', () => {
    it('is encoded once, at the call', () => {
      let calls = 0
      const counting = new t.Type<string>('counting', t.string.is, t.string.validate, (value) => {
        calls += 1
        return value
      })
      const record = recordOf('x', { data: counting })
      expect([record.data, record.data, record.json]).to.deep.equal(['x', 'x', '"x"'])
      expect(calls).to.equal(1)
    })

    it("does not change when the publisher's object does", () => {
      const data = { list: [{ deep: 1 }] }
      const record = recordOf(data, anything)
      data.list[0] = { deep: 2 }
      expect(record.data).to.deep.equal({ list: [{ deep: 1 }] })
      expect(record.json).to.equal('{"list":[{"deep":1}]}')
    })

    it('is what JSON keeps of it', () => {
      expect(recordOf({ a: undefined, b: new Date(0), c: [undefined] }, anything).data).to.deep.equal({
        b: '1970-01-01T00:00:00.000Z',
        c: [null],
      })
    })

    it('reaches its readers as the codec decodes it: a Date stays a Date', () => {
      const at = new Date('2026-01-02T03:04:05.678Z')
      const record = recordOf({ orderId: 'o', at }, order)
      expect(record.json).to.equal('{"orderId":"o","at":"2026-01-02T03:04:05.678Z"}')
      expect(record.data).to.deep.equal({ orderId: 'o', at })
      at.setTime(0)
      expect(record.data).to.have.property('at').that.deep.equals(new Date('2026-01-02T03:04:05.678Z'))
    })

    it('may also be given as it travels', () => {
      const record = recordOf({ orderId: 'o', at: '2026-01-02T03:04:05.678Z' }, order)
      expect(record.data).to.deep.equal({ orderId: 'o', at: new Date('2026-01-02T03:04:05.678Z') })
    })

    it('loses what an exact codec does not name', () => {
      const exact: EventDefinition = { data: t.exact(t.type({ id: t.string })) }
      expect(recordOf({ id: 'a', password: 'x' }, exact).json).to.equal('{"id":"a"}')
    })

    it("is refused where it does not decode, with the codec's details", () => {
      const error = failure({ orderId: 7 }, order)
      expect(error).to.include({ code: 'INVALID_EVENT_DATA', name: 'EventError' })
      expect(error.details).to.deep.equal([
        { path: 'orderId', expected: 'string', actual: '7' },
        { path: 'at', expected: 'a date as text', actual: 'nothing' },
      ])
      expect(error.message).to.include('test.event').and.to.include('orderId: expected string, got 7')
    })

    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const noJson: Readonly<Record<string, unknown>> = {
      'a BigInt': { a: 1n },
      'a circle': circular,
      undefined: undefined,
      'a function': () => 1,
      'a symbol': Symbol('x'),
      'a toJSON that throws': {
        toJSON: () => {
          throw new Error('no')
        },
      },
    }
    for (const [name, data] of Object.entries(noJson)) {
      it(`is refused where JSON cannot hold it: ${name}`, () => {
        const { code, message } = failure(data, anything)
        expect(code).to.equal('INVALID_EVENT_DATA')
        expect(message)
          .to.match(/^publish: the data of test\.event cannot be JSON: /)
          .and.not.include('\n')
      })
    }

    it('is refused where the codec cannot encode it: a Date that is none', () => {
      expect(failure({ orderId: 'o', at: new Date(Number.NaN) }, order).code).to.equal('INVALID_EVENT_DATA')
    })

    it('is refused where it nests so deeply that a receiver could run out of stack', () => {
      const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
      expect(recordOf(nested(1_000), anything).json).to.have.length(2_000)
      for (const depth of [1_001, 4_000, 100_000])
        expect(failure(nested(depth), anything).code).to.equal('INVALID_EVENT_DATA')
    })
  })

  describe('256 KiB', () => {
    const fixed: EventDefinition = { data: t.type({ text: t.string }) }
    const wrapping = Buffer.byteLength('{"text":""}')

    it('is the most an event takes, in bytes of UTF-8', () => {
      expect(MAX_EVENT_BYTES).to.equal(262_144)
      expect(recordOf({ text: 'x'.repeat(MAX_EVENT_BYTES - wrapping) }, fixed).bytes).to.equal(MAX_EVENT_BYTES)
      for (const text of ['x'.repeat(MAX_EVENT_BYTES - wrapping + 1), 'é'.repeat(MAX_EVENT_BYTES / 2)]) {
        const error = failure({ text }, fixed)
        expect(error.code).to.equal('EVENT_TOO_LARGE')
        expect(error.message).to.match(/^publish: test\.event takes \d+ bytes, the most is 262144$/)
      }
    })

    it('cuts a result that is larger, with a notice, and nothing else', () => {
      const data = { nodeId: 'n', executionId: 'e', result: 'x'.repeat(300_000) }
      const record = recordOf(data, builtInEvents['task.completed'])
      expect(record.data).to.include({ nodeId: 'n', executionId: 'e' })
      expect(record.data)
        .to.have.property('result')
        .that.matches(/^x{200000,}… \[truncated: 300002 bytes in all\]$/)
      expect(data.result).to.have.length(300_000)
    })

    it('refuses a command, an error or a message that is larger, whatever the result', () => {
      const large = 'x'.repeat(300_000)
      const refused: readonly (readonly [EventDefinition, unknown])[] = [
        [builtInEvents['task.failed'], { error: large }],
        [builtInEvents['log.entry'], { level: 'info', message: large }],
        [builtInEvents['task.completed'], { message: large, result: large }],
        [builtInEvents['task.completed'], { message: large }],
        [builtInEvents['dsl.command_received'], { command: large }],
      ]
      for (const [definition, data] of refused) expect(failure(data, definition).code).to.equal('EVENT_TOO_LARGE')
    })

    it('refuses data that is no object, though fields may be cut', () => {
      for (const data of ['x'.repeat(300_000), ['x'.repeat(300_000)]]) {
        expect(failure(data, { data: t.unknown, bulky: ['result'] }).code).to.equal('EVENT_TOO_LARGE')
      }
    })

    it('holds whatever the result is, and what is sent stays JSON that its codec takes', () => {
      const results = fc.oneof(
        longTexts,
        fc.array(longTexts, { maxLength: 3 }),
        fc.dictionary(fc.string({ unit: 'binary' }), fc.oneof(longTexts, fc.jsonValue()), { maxKeys: 40 }),
        fc
          .tuple(fc.nat(3_000), fc.string())
          .map(([count, text]) =>
            Object.fromEntries(
              Array.from({ length: count }, (_, index) => [`node${index}`, { text, list: [index, text] }]),
            ),
          ),
        fc.tuple(fc.nat(400), longTexts).map(([depth, text]) => {
          let value: unknown = text
          for (let level = 0; level < depth; level++) value = [value]
          return value
        }),
      )
      const types = ['task.completed', 'tool.executed', 'workflow.completed', 'dsl.command_completed'] as const
      const rest = { workflowId: 'w', executionId: 'e', toolName: 't', success: true, command: 'CALL x' }
      fc.assert(
        fc.property(results, fc.constantFrom(...types), (value, type) => {
          const definition: EventDefinition = builtInEvents[type]
          const data =
            type === 'workflow.completed' ? { ...rest, results: { a: value, b: 1 } } : { ...rest, result: value }
          const whole = JSON.stringify(data)
          const record = recordOf(data, definition)
          expect(record.bytes).to.equal(Buffer.byteLength(record.json))
          expect(record.bytes).to.be.at.most(MAX_EVENT_BYTES)
          const decoded = definition.data.decode(JSON.parse(record.json))
          expect(decoded._tag === 'Right' ? [] : codecDetails(decoded.left)).to.deep.equal([])
          expect(record.data).to.include(rest)
          if (Buffer.byteLength(whole) <= MAX_EVENT_BYTES) expect(record.json).to.equal(whole)
          else expect(record.json).to.match(/truncated/)
          if (isWellFormed(whole) && !whole.includes('\\ud')) expect(record.json).not.to.include('\\ud')
        }),
        { numRuns: Math.ceil(propertyRuns / 4) },
      )
    })
  })
})
