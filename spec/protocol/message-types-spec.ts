import { expect } from 'chai'
import { canonicalType, clientMessageTypes } from '../../lib/protocol/message-types.ts'

/** PROTOCOL section 4. */
const specified = [
  'DSL_COMMAND',
  'EXECUTE_WORKFLOW',
  'CHAT_MESSAGE',
  'SUBSCRIBE_EVENTS',
  'UNSUBSCRIBE_EVENTS',
  'PING',
  'CANCEL_WORKFLOW',
  'RUN_STATUS',
  'LIST_RUNS',
  'PROVIDE_INPUT',
  'AUTHENTICATE',
]

describe('client message types', () => {
  it('are types of the protocol, those that clients of the source send among them', () => {
    expect(specified).to.include.members([...clientMessageTypes])
    expect(clientMessageTypes).to.include.members(specified.slice(0, 6))
  })

  it('are exact, but for ping and heartbeat', () => {
    expect(['ping', 'PING', 'Heartbeat'].map(canonicalType)).to.deep.equal(['PING', 'PING', 'PING'])
    for (const type of ['dsl_command', 'Chat_Message', 'PINGS', 'x'.repeat(100)])
      expect(canonicalType(type)).to.equal(type)
  })
})
