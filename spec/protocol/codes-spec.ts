import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { closeCodes, dslErrorCodes, errorCodes, refusalCodes } from '../../lib/protocol/codes.ts'

describe('codes', () => {
  it('of errors are those of the protocol, section 7', () => {
    expect(errorCodes).to.have.members([
      'INVALID_JSON',
      'INVALID_MESSAGE',
      'UNKNOWN_TYPE',
      'INVALID_PAYLOAD',
      'UNKNOWN_EVENT_TYPE',
      'TOO_MANY_SUBSCRIPTIONS',
      'INVALID_WORKFLOW',
      'NO_EXECUTOR',
      'NOT_WAITING',
      'RATE_LIMITED',
      'UNAUTHORIZED',
      'FORBIDDEN',
      'BUS_UNAVAILABLE',
      'WEBSOCKET_ERROR',
    ])
    expect(dslErrorCodes).to.include.members(['DSL_SYNTAX', 'UNKNOWN_TOOL', 'INVALID_ARGUMENTS', 'TOOL_FAILED'])
    expect(refusalCodes).to.include('INVALID_QUERY')
  })

  it('of closing are those of the protocol, section 7, and one for a transport of the host’s when all places are taken', () => {
    expect(Object.values(closeCodes)).to.have.members([
      1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1013, 4400, 4401, 4403, 4408, 4413, 4429,
    ])
    expect(closeCodes).to.include({
      normal: 1000,
      shuttingDown: 1001,
      binary: 1003,
      internalError: 1011,
      malformed: 4400,
      unauthorized: 4401,
      forbidden: 4403,
      heartbeatTimeout: 4408,
      tooSlow: 4413,
      rateLimited: 4429,
    })
  })

  const text = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')

  it('that have a name stand, every one of them, in docs/protocol.md', () => {
    const listed = new Set([...text.matchAll(/`([^`\n]+)`/g)].map(([, word]) => word))
    const codes = [...errorCodes, ...dslErrorCodes, ...refusalCodes]
    expect(codes.filter((code) => !listed.has(code))).to.deep.equal([])
  })

  it('of closing stand, every one of them and no other, in a table of docs/protocol.md', () => {
    const cells = [...text.matchAll(/^\| *([\d`,/ ]+?) *\|/gm)].map(([, cell = '']) => cell)
    const listed = cells.flatMap((cell) => [...cell.matchAll(/\d{4}/g)].map(([code]) => Number(code)))
    expect(listed).to.have.members(Object.values(closeCodes))
  })
})
