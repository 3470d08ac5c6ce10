/** Tells whether a URL's host is allowed. */
export type AllowsHost = (url: URL) => boolean

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?'
const ENTRY = new RegExp(
  `^(?<wild>\\*\\.)?(?<host>${LABEL}(?:\\.${LABEL})*\\.?|\\[[0-9a-f:.]{2,45}\\])(?::(?<port>\\d{1,5}))?$`,
  'i',
)

/** Whether `entry` is one of {@link allowedHosts}. */
export function isHostEntry(entry: unknown): boolean {
  return typeof entry === 'string' && entry.length <= 260 && ENTRY.test(entry)
}

/**
 * The hosts of `entries`: `example.com` is just that, `*.example.com` whatever is below it but not itself, `[2001:db8::1]` an address;
 * with `:8080` behind it on that port only, else on any. Case and a dot at the end do not matter.
 */
export function allowedHosts(entries: readonly string[]): AllowsHost {
  const rules = entries.map((entry) => {
    const { wild, host = '', port } = ENTRY.exec(entry)?.groups ?? {}
    return { isWild: wild !== undefined, host: canonical(host), port: port === undefined ? undefined : Number(port) }
  })
  return (url) => {
    const host = canonical(url.hostname)
    const port = portOf(url)
    return rules.some(
      (rule) =>
        (rule.isWild ? host.endsWith(`.${rule.host}`) : host === rule.host) &&
        (rule.port === undefined || rule.port === port),
    )
  }
}

function canonical(host: string): string {
  return host.toLowerCase().replace(/\.$/, '')
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
