import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { build } from 'esbuild'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const MAX_BYTES = 12 * 1024

describe('the client, as a page loads it,', () => {
  const bundle = () =>
    build({
      absWorkingDir: root,
      entryPoints: [join(root, 'lib/client/index.ts')],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      external: ['rxjs'],
      write: false,
      metafile: true,
      logLevel: 'silent',
    })

  it('weighs at most 12 kB gzipped, without rxjs', async () => {
    const { outputFiles } = await bundle()
    expect(gzipSync(outputFiles[0]?.contents ?? '').length).to.be.within(1, MAX_BYTES)
  })

  it('imports rxjs and nothing else, and asks for nothing of Node', async () => {
    const { metafile, outputFiles } = await bundle()
    const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path))
    expect([...new Set(imported)]).to.deep.equal(['rxjs'])
    expect(Object.keys(metafile.inputs).filter((file) => !file.startsWith('lib/'))).to.deep.equal([])
    expect(outputFiles[0]?.text).not.to.match(/\b(Buffer|process|setImmediate|require)\b/)
  })
})
