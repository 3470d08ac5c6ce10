import { expect } from 'chai'
import pino from 'pino'
import { isDebugEnabled, type Logger, silentLogger } from '../../lib/base/logger.ts'

describe('Logger', () => {
  it('says nothing by default', () => {
    for (const level of ['debug', 'info', 'warn', 'error'] as const) {
      expect(silentLogger[level]({ err: new Error('x') }, 'words')).to.equal(undefined)
      expect(silentLogger.isLevelEnabled?.(level)).to.equal(false)
    }
  })

  it('is what pino is', () => {
    const lines: unknown[] = []
    const logger: Logger = pino({ level: 'info', base: null }, { write: (line) => lines.push(JSON.parse(line)) })
    logger.info({ connectionId: 'c' }, 'a connection begins')
    logger.debug({ connectionId: 'c' }, 'not written')
    expect(lines).to.have.length(1)
    expect(lines[0]).to.include({ connectionId: 'c', msg: 'a connection begins' })
    expect(isDebugEnabled(logger)).to.equal(false)
    expect(isDebugEnabled(pino({ level: 'debug' }, { write: () => undefined }))).to.equal(true)
  })
})

describe('isDebugEnabled', () => {
  const { debug, info, warn, error } = silentLogger

  it('asks the logger', () => {
    const asked: string[] = []
    const isLevelEnabled = (level: string): boolean => asked.push(level) > 1
    const logger: Logger = { debug, info, warn, error, isLevelEnabled }
    expect([isDebugEnabled(logger), isDebugEnabled(logger)]).to.deep.equal([false, true])
    expect(asked).to.deep.equal(['debug', 'debug'])
  })

  it('takes it that a logger which cannot say would write', () => {
    expect(isDebugEnabled({ debug, info, warn, error })).to.equal(true)
  })
})
