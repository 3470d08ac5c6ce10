/** Tells whether a URL's host is allowed. */
export type AllowsHost = (url: URL) => boolean

interface Rule {
  /** Whatever is below the host, and not itself. */
  readonly isWild: boolean
  readonly host: string
  /** Absent: any. */
  readonly port: number | undefined
}

const ENTRY = /^(?<wild>\*\.)?(?<host>[^\s/\\@?#:*[\]]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(?<port>\d{1,5}))?$/iu

/** Whether `entry` is one that {@link allowedHosts} can read. */
export function isHostEntry(entry: unknown): boolean {
  return typeof entry === 'string' && readEntry(entry) !== undefined
}

/**
 * Allows the hosts of `entries`: `example.com` is just that, `*.example.com` whatever is below it but not itself, `[2001:db8::1]` an
 * address; with `:8080` behind it on that port only, else on any. Case and a dot at the end do not matter.
 */
export function allowedHosts(entries: readonly string[]): AllowsHost {
  const rules = entries.map(readEntry).filter((rule) => rule !== undefined)
  return (url) => {
    const host = withoutDot(url.hostname)
    const port = portOf(url)
    return rules.some(
      (rule) =>
        (rule.isWild ? host.endsWith(`.${rule.host}`) : host === rule.host) &&
        (rule.port === undefined || rule.port === port),
    )
  }
}

function readEntry(entry: string): Rule | undefined {
  const { wild, host = '', port } = ENTRY.exec(entry)?.groups ?? {}
  const url = `http://${host}/`
  if (host === '' || !URL.canParse(url)) return undefined
  return {
    isWild: wild !== undefined,
    // written as URLs write it: in lower case, in Punycode, an address in its short form
    host: withoutDot(new URL(url).hostname),
    port: port === undefined ? undefined : Number(port),
  }
}

function withoutDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port)
  return protocol === 'https:' ? 443 : 80
}
