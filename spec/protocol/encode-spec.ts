import { expect } from 'chai'
import { encodeAnswer, encodeEventFrame, errorMessage } from '../../lib/protocol/encode.ts'
import type { ProtocolError } from '../../lib/protocol/protocol-error.ts'
import { ErrorPayload, type ServerMessage, serverMessage } from '../../lib/protocol/server-payloads.ts'
import { eventOf } from '../event/events.ts'

const message = serverMessage('PONG', { timestamp: 't', sequence: 3 })
const parsed = (text: string): Readonly<Record<string, unknown>> => JSON.parse(text) as Record<string, unknown>

describe('encodeAnswer', () => {
  it('has the fields of a frame and no more', () => {
    const frame = parsed(encodeAnswer(message, 'c1'))
    expect(Object.keys(frame)).to.deep.equal(['type', 'payload', 'id', 'timestamp', 'correlation_id'])
    expect(frame).to.include({ type: 'PONG', correlation_id: 'c1' })
    expect(frame['payload']).to.deep.equal({ timestamp: 't', sequence: 3 })
    expect(frame['timestamp']).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('answers nothing in particular without a correlation id', () => {
    expect(parsed(encodeAnswer(message))).not.to.have.property('correlation_id')
  })

  it('has a fresh UUID each time', () => {
    const ids = Array.from({ length: 100 }, () => parsed(encodeAnswer(message))['id'])
    for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(new Set(ids)).to.have.property('size', 100)
  })
})

describe('encodeEventFrame', () => {
  const event = eventOf('task.started', { nodeId: 'n' }, { id: 'i', source: 's', correlationId: 'e', owner: 'ann' })
  const started: ServerMessage = { type: 'workflowStart', payload: { any: 1 } }

  it('has the fields of an event frame and no more; the owner is never sent', () => {
    expect(parsed(encodeEventFrame(event, started))).to.deep.equal({
      type: 'workflowStart',
      payload: { any: 1 },
      id: 'i',
      timestamp: event.timestamp,
      correlation_id: 'e',
      event: 'task.started',
      seq: 7,
    })
  })

  it('has no seq where the event is not stored, and no correlation id where it has none', () => {
    const live = eventOf('log.stream', { level: 'info', message: 'm' })
    expect(Object.keys(parsed(encodeEventFrame(live, started)))).to.deep.equal([
      'type',
      'payload',
      'id',
      'timestamp',
      'event',
    ])
  })

  it('is made of the event alone: the same bytes whenever it is made', async () => {
    const first = encodeEventFrame(event, started)
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
    expect(encodeEventFrame(event, started)).to.equal(first)
  })
})

describe('errorMessage', () => {
  it('is the one shape of all errors', () => {
    const details = [{ path: 'type', expected: 'a text', actual: 'nothing' }]
    const error: ProtocolError = { code: 'INVALID_MESSAGE', message: 'words', details, correlationId: 'c' }
    const { type, payload } = errorMessage(error)
    expect(type).to.equal('error')
    expect(Object.keys(payload)).to.have.members(['message', 'code', 'timestamp', 'details'])
    expect(payload).to.deep.include({ message: 'words', code: 'INVALID_MESSAGE', details })
    expect(payload['timestamp']).to.match(/Z$/)
    expect(ErrorPayload.is(payload)).to.equal(true)
  })

  it('leaves out what there is nothing to say of, and tells when to try again', () => {
    expect(errorMessage({ code: 'UNKNOWN_TYPE', message: 'words' }).payload).to.have.keys(
      'message',
      'code',
      'timestamp',
    )
    expect(errorMessage({ code: 'RATE_LIMITED', message: 'words', retryAfterMs: 500 }).payload).to.include({
      retryAfterMs: 500,
    })
  })
})
