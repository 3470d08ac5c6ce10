import { expect } from 'chai'
import { fileError, throwIfAborted, toFileError } from '../../../lib/tools/files/file-error.ts'
import { ToolError } from '../../../lib/tools/tool.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: not so, open '/srv/secret/a.txt'`), { code })
}

describe('toFileError', () => {
  for (const [errno, code] of [
    ['ENOENT', 'NOT_FOUND'],
    ['EISDIR', 'IS_DIRECTORY'],
    ['ENOTDIR', 'NOT_A_DIRECTORY'],
    ['ELOOP', 'PATH_FORBIDDEN'],
    ['ENAMETOOLONG', 'PATH_FORBIDDEN'],
    ['EACCES', 'ACCESS_DENIED'],
    ['EPERM', 'ACCESS_DENIED'],
    ['EROFS', 'ACCESS_DENIED'],
    ['ENOSPC', 'QUOTA_EXCEEDED'],
    ['EXDEV', 'IO_ERROR'],
    ['__proto__', 'IO_ERROR'],
  ] as const) {
    it(`${errno} is ${code}, for good`, () => {
      expect(toFileError(systemError(errno), 'a.txt')).to.include({ code, permanent: true })
    })
  }

  for (const errno of ['EIO', 'EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY']) {
    it(`${errno} is IO_ERROR, and may pass`, () => {
      expect(toFileError(systemError(errno), 'a.txt')).to.include({ code: 'IO_ERROR', permanent: false })
    })
  }

  it('names the path as it was given, and leaves the words of the system to the log', () => {
    const cause = systemError('ENOENT')
    const error = toFileError(cause, 'a\n.txt')
    expect(error.message).to.equal('"a\\u000a.txt" does not exist')
    expect(error.cause).to.equal(cause)
  })

  it('lets an error that was told before through', () => {
    const error = fileError('TOO_LARGE', 'a.txt')
    expect(toFileError(error, 'b.txt')).to.equal(error)
  })

  it('takes anything', () => {
    for (const thrown of [undefined, null, 'ENOENT', { code: 'ENOENT' }, new TypeError('x')]) {
      expect(toFileError(thrown, 'a.txt')).to.include({ code: 'IO_ERROR', permanent: true })
    }
  })
})

describe('throwIfAborted', () => {
  it('throws of an aborted signal only, and keeps its reason', () => {
    const controller = new AbortController()
    throwIfAborted(controller.signal, 'a.txt')
    controller.abort('enough')
    expect(() => throwIfAborted(controller.signal, 'a.txt'))
      .to.throw(ToolError, '"a.txt"')
      .that.includes({ code: 'ABORTED', permanent: true, cause: 'enough' })
  })
})
