import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'

// The page has no build step. Its one import does here, because the library stands here as TypeScript; what is installed from a
// registry is JavaScript, and comes from your bundler or by an import map.

const POLICY =
  "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'"

interface Asset {
  readonly type: string
  readonly read: () => Promise<string | Uint8Array>
}

const assets: Readonly<Record<string, Asset>> = {
  '/': { type: 'text/html; charset=utf-8', read: () => readFile(inFolder('index.html'), 'utf8') },
  '/client.js': { type: 'text/javascript; charset=utf-8', read: bundleClient },
}

/** Answers the page and its script; false: not ours, untouched. `onError` hears why one could not be read. */
export function handlePage(
  request: IncomingMessage,
  response: ServerResponse,
  onError: (error: unknown) => void,
): boolean {
  const path = request.url?.split('?', 1)[0] ?? ''
  const asset = Object.hasOwn(assets, path) ? assets[path] : undefined
  if (asset === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false
  asset.read().then(
    (body) => {
      response.writeHead(200, {
        'Content-Type': asset.type,
        'Content-Security-Policy': POLICY,
        'X-Content-Type-Options': 'nosniff',
        'Cache-Control': 'no-cache',
      })
      return response.end(request.method === 'HEAD' ? undefined : body)
    },
    (error: unknown) => {
      onError(error)
      return response.writeHead(500, { 'Content-Type': 'text/plain' }).end('The page could not be read.\n')
    },
  )
  return true
}

let bundled: Promise<Uint8Array> | undefined

/** Once for the process: `rxjs` and the client, as one module for browsers. */
function bundleClient(): Promise<Uint8Array> {
  bundled ??= buildClient()
  return bundled
}

async function buildClient(): Promise<Uint8Array> {
  // Not before somebody looks at the page: a server that nobody looks at starts without it.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [inFolder('../../lib/client/index.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
  })
  return outputFiles[0]?.contents ?? new Uint8Array()
}

function inFolder(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}
