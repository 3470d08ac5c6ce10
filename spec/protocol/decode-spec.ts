import { expect } from 'chai'
import * as fc from 'fast-check'
import * as t from 'io-ts'
import { errorCodes } from '../../lib/protocol/codes.ts'
import { createDecoder } from '../../lib/protocol/decode.ts'
import { clientMessageTypes } from '../../lib/protocol/message-types.ts'
import { decodedText, refusalOfText } from './decoded.ts'

const decode = createDecoder()
const refusal = (message: unknown) => refusalOfText(JSON.stringify(message))

describe('createDecoder', () => {
  it('decodes type, payload and id', () => {
    const text = '{"type":"DSL_COMMAND","payload":{"command":"CALL x"},"id":"c1","timestamp":5,"extra":{"any":1}}'
    expect(decodedText(text)).to.deep.equal({ type: 'DSL_COMMAND', payload: { command: 'CALL x' }, id: 'c1' })
  })

  it('takes {} where there is no payload, and does without an id', () => {
    expect(decodedText('{"type":"PING"}')).to.deep.equal({ type: 'PING', payload: {}, id: undefined })
  })

  it('takes a correlation id, and ignores it', () => {
    expect(decodedText('{"type":"PING","correlation_id":"x"}')).to.deep.equal({
      type: 'PING',
      payload: {},
      id: undefined,
    })
  })

  describe('refuses', () => {
    const table: readonly (readonly [
      what: string,
      text: string,
      code: string,
      details: unknown,
      correlationId?: string,
    ])[] = [
      ['no JSON', '{"type":', 'INVALID_JSON', undefined],
      [
        'too deep a nesting',
        `{"type":"PING","payload":${'{"a":'.repeat(32)}1${'}'.repeat(32)}}`,
        'INVALID_JSON',
        undefined,
      ],
      ['a poisoned key', '{"type":"PING","payload":{"\\u005f_proto__":{}}}', 'INVALID_JSON', undefined],
      ['null', 'null', 'INVALID_MESSAGE', [{ path: '', expected: 'an object', actual: 'null' }]],
      ['a list', '[1,2]', 'INVALID_MESSAGE', [{ path: '', expected: 'an object', actual: 'a list of 2' }]],
      ['a text', '"PING"', 'INVALID_MESSAGE', [{ path: '', expected: 'an object', actual: '"PING"' }]],
      ['no type', '{"id":"c"}', 'INVALID_MESSAGE', [{ path: 'type', expected: 'a text', actual: 'nothing' }], 'c'],
      ['a type that is no text', '{"type":5}', 'INVALID_MESSAGE', [{ path: 'type', expected: 'a text', actual: '5' }]],
      ['an empty type', '{"type":""}', 'INVALID_MESSAGE', [{ path: 'type', expected: 'a text', actual: '""' }]],
      [
        'a payload that is null',
        '{"type":"PING","payload":null,"id":"c"}',
        'INVALID_MESSAGE',
        [{ path: 'payload', expected: 'an object', actual: 'null' }],
        'c',
      ],
      [
        'a payload that is a list',
        '{"type":"PING","payload":[]}',
        'INVALID_MESSAGE',
        [{ path: 'payload', expected: 'an object', actual: 'a list of 0' }],
      ],
      [
        'a payload that is a text',
        '{"type":"NOPE","payload":"x"}',
        'INVALID_MESSAGE',
        [{ path: 'payload', expected: 'an object', actual: '"x"' }],
      ],
      [
        'an id that is no text',
        '{"type":"PING","id":7}',
        'INVALID_MESSAGE',
        [{ path: 'id', expected: 'a text of 1 to 128 characters', actual: '7' }],
      ],
      [
        'a correlation id that is no text',
        '{"type":"PING","correlation_id":7,"id":"c"}',
        'INVALID_MESSAGE',
        [{ path: 'correlation_id', expected: 'a text', actual: '7' }],
        'c',
      ],
      ['a type nobody knows', '{"type":"NOPE","id":"c"}', 'UNKNOWN_TYPE', undefined, 'c'],
      ['a type in another case', '{"type":"dsl_command","payload":{"command":"x"}}', 'UNKNOWN_TYPE', undefined],
      ['a type that objects inherit', '{"type":"constructor"}', 'UNKNOWN_TYPE', undefined],
      [
        'a payload that does not decode',
        '{"type":"DSL_COMMAND","payload":{},"id":"c"}',
        'INVALID_PAYLOAD',
        [{ path: 'command', expected: 'a text of 1 to 16384 characters', actual: 'nothing' }],
        'c',
      ],
    ]
    for (const [what, text, code, details, correlationId] of table) {
      it(`${what} with ${code}`, () => {
        const error = refusalOfText(text)
        expect(error).to.include({ code })
        expect(error.details).to.deep.equal(details)
        expect(error.correlationId).to.equal(correlationId)
        expect(error.message).to.be.a('string').with.length.within(5, 200)
      })
    }

    it('an unknown type, naming it, bounded and printable', () => {
      expect(refusal({ type: 'NOPE' }).message).to.equal('no message has the type "NOPE"')
      const { message } = refusal({ type: `\n\u202e${'x'.repeat(5_000)}` })
      expect(message).to.have.length.below(120).and.not.include('\n')
    })
  })

  it('takes ids of 1 to 128 characters', () => {
    for (const length of [1, 128]) {
      const id = 'x'.repeat(length)
      expect(decodedText(JSON.stringify({ type: 'PING', id })).id).to.equal(id)
    }
    for (const id of ['', 'x'.repeat(129)]) {
      const { code, details, correlationId } = refusal({ type: 'PING', id })
      expect([code, details?.[0]?.path, correlationId]).to.deep.equal(['INVALID_MESSAGE', 'id', undefined])
    }
  })

  it('takes ping and heartbeat in any case as PING', () => {
    const aliases = ['PING', 'ping', 'Ping', 'pInG', 'HEARTBEAT', 'heartbeat', 'Heartbeat', 'hEARTBEAT']
    for (const type of aliases) {
      expect(decodedText(JSON.stringify({ type, payload: { sequence: 3 } }))).to.deep.equal({
        type: 'PING',
        payload: { sequence: 3 },
        id: undefined,
      })
    }
    for (const type of ['PONG', 'pings', 'HEARTBEATS', ' ping', 'heart_beat']) {
      expect(refusal({ type }).code).to.equal('UNKNOWN_TYPE')
    }
  })

  it("speaks of the one message that was meant, with a host's own types too", () => {
    const own = createDecoder(new Map([['PLACE_ORDER', t.type({ orderId: t.string })]]))
    expect(own('{"type":"PLACE_ORDER","payload":{"orderId":"o"}}')).to.deep.include({ _tag: 'Right' })
    const refused = own('{"type":"PLACE_ORDER","payload":{}}')
    expect(refused).to.have.nested.property('left.message', 'the payload of PLACE_ORDER is malformed')
    expect(refused).to.have.nested.property('left.details[0].path', 'orderId')
    expect(own('{"type":"PING"}')).to.have.property('_tag', 'Right')
    expect(refusal({ type: 'PLACE_ORDER' }).code).to.equal('UNKNOWN_TYPE')
  })

  describe('never throws and answers with Left or Right', () => {
    const isAnswer = (text: string): void => {
      const result = decode(text)
      if (result._tag === 'Left') {
        expect(result.left.code).to.be.oneOf(errorCodes)
        expect(() => JSON.stringify(result.left)).not.to.throw()
      } else expect(result.right.type).to.be.oneOf(clientMessageTypes)
    }

    it('for any text', () => {
      fc.assert(fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json()), isAnswer))
    })

    it('for any value, JSON or not, as the whole message', () => {
      const anything = fc.anything({ withNullPrototype: true, withDate: true, withObjectString: true })
      fc.assert(
        fc.property(fc.oneof(fc.jsonValue(), anything), (value) => isAnswer(JSON.stringify(value) ?? 'undefined')),
      )
    })

    it('for any payload, id and correlation id of each message', () => {
      const keys = fc.constantFrom(
        'command',
        'content',
        'nodes',
        'edges',
        'workflow',
        'event_types',
        'filter',
        'mode',
        'executionId',
        'id',
        'type',
      )
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: 'small' },
          fc.jsonValue(),
          fc.array(tie('value')),
          fc.dictionary(keys, tie('value')),
        ),
      }))
      fc.assert(
        fc.property(fc.constantFrom(...clientMessageTypes), value, value, value, (type, payload, id, correlation) => {
          isAnswer(JSON.stringify({ type, payload }))
          isAnswer(JSON.stringify({ type, payload, id, correlation_id: correlation }))
        }),
      )
    })
  })
})
