import { resolve } from 'node:path'
import { expect } from 'chai'
import * as fc from 'fast-check'
import { namesInside } from '../../../lib/tools/files/names-inside.ts'
import { temporaryName } from '../../../lib/tools/files/temporary-name.ts'
import { shown, splitPath, workspacePath } from '../../../lib/tools/files/workspace-path.ts'
import { ToolError } from '../../../lib/tools/tool.ts'

function refusal(given: string, platform?: NodeJS.Platform): string {
  try {
    workspacePath(given, platform)
  } catch (error) {
    if (!(error instanceof ToolError)) throw error
    expect(error).to.include({ code: 'PATH_FORBIDDEN', permanent: true })
    return error.message
  }
  throw new Error('it was accepted')
}

describe('workspacePath', () => {
  it('reads names, and passes over what names nothing', () => {
    expect(workspacePath('a/b.txt', 'linux')).to.deep.equal({ given: 'a/b.txt', segments: ['a', 'b.txt'] })
    expect(workspacePath('./a//b/./c/').segments).to.deep.equal(['a', 'b', 'c'])
    expect(workspacePath('.').segments).to.deep.equal([])
  })

  it('takes names that only look dangerous', () => {
    for (const name of ['...', 'a..b', '..a', '~', '%2e%2e', '-rf', 'naïve 😀.txt', '.env', 'file:x', '$HOME']) {
      expect(workspacePath(name, 'linux').segments).to.deep.equal([name])
    }
  })

  for (const [given, why] of [
    ['', 'empty'],
    ['/etc/passwd', 'absolute'],
    ['//host/share', 'absolute'],
    ['C:/x', 'absolute'],
    ['c:x', 'absolute'],
    ['C:\\x', 'backslash'],
    ['\\\\host\\share', 'backslash'],
    ['..\\x', 'backslash'],
    ['..', '".."'],
    ['../x', '".."'],
    ['a/../b', '".."'],
    ['a/..', '".."'],
    ['./../x', '".."'],
    ['a\0.txt', 'NUL'],
    ['\ud800.txt', 'Unicode'],
    [`a/${'ü'.repeat(128)}`, '255 bytes'],
    ['x'.repeat(1025), '1024 characters'],
    ['a/'.repeat(65), '64 names'],
    [temporaryName(), 'kept'],
    [`a/${temporaryName().toUpperCase()}/b`, 'kept'],
  ] as const) {
    it(`refuses ${JSON.stringify(given.slice(0, 20))}: ${why}`, () => {
      expect(refusal(given)).to.include(why)
    })
  }

  it('takes what is just not too long or deep', () => {
    expect(workspacePath('a/'.repeat(64)).segments).to.have.length(64)
    expect(workspacePath('ü'.repeat(127)).segments).to.have.length(1)
  })

  it('refuses on Windows what means something else there', () => {
    for (const name of ['a:stream', 'CON', 'nul.txt', 'a/COM1', 'a.', '.. ', '...', 'a?', 'a|b']) {
      expect(refusal(name, 'win32'), name).to.include('forbidden')
    }
    for (const name of ['console', 'a.b', 'nullable.txt', 'com10']) {
      expect(workspacePath(name, 'win32').segments).to.deep.equal([name])
    }
  })

  it('escapes what it repeats', () => {
    expect(refusal('/a\n\u001b[31m')).to.equal('"/a\\u000a\\u001b[31m" is forbidden: it is absolute')
  })

  it('accepts nothing that leads out', () => {
    const piece = fc.constantFrom('..', '.', '/', 'a', '\\', 'C:', '\0', '~', ' ')
    const path = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(path, (given) => {
        let segments: readonly string[]
        try {
          segments = workspacePath(given).segments
        } catch (error) {
          expect(error).to.be.instanceOf(ToolError)
          return
        }
        expect(namesInside('/root', resolve('/root', ...segments))).to.deep.equal(segments)
      }),
    )
  })
})

describe('namesInside', () => {
  it('takes no neighbour for a part', () => {
    expect(namesInside('/root', '/root')).to.deep.equal([])
    expect(namesInside('/root', '/root/a/b')).to.deep.equal(['a', 'b'])
    expect(namesInside('/root', '/root/..a')).to.deep.equal(['..a'])
    for (const real of ['/root-evil', '/root-evil/x', '/', '/etc', '/roo']) {
      expect(namesInside('/root', real)).to.equal(undefined)
    }
  })
})

describe('shown, splitPath', () => {
  it('write a path as every tool takes it back', () => {
    expect(shown(workspacePath('./a//b'))).to.equal('a/b')
    expect(shown(workspacePath('.'))).to.equal('.')
  })

  it('split it into folder and name, which the root has not', () => {
    const path = workspacePath('a/b/c')
    expect(splitPath(path)).to.deep.equal({ folder: { given: 'a/b/c', segments: ['a', 'b'] }, name: 'c' })
    expect(() => splitPath(workspacePath('.')))
      .to.throw(ToolError)
      .with.property('code', 'IS_DIRECTORY')
  })
})
