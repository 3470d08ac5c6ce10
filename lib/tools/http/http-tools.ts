import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import {
  aFunction,
  checkOptions,
  durationMs,
  type OptionRule,
  positiveInteger,
  requireOption,
} from '../../base/options.ts'
import type { Tool } from '../tool.ts'
import { allowedHosts, isHostEntry } from './allowed-hosts.ts'
import { httpGetTool } from './http-get.ts'

export interface HttpToolsOptions {
  /**
   * Who may be asked: `example.com`, `*.example.com` (what is below it, not itself), `[2001:db8::1]`; with a port behind it on that
   * port only. The empty list allows nobody.
   */
  readonly allowedHosts: readonly string[]
  /** The most of a body that is read, in bytes; what is longer is cut. Default: 128 KiB, of at most 10 MiB. */
  readonly maxBytes?: number
  /** For one call with all its redirects. Default: 10 s. */
  readonly timeoutMs?: number
  /**
   * Dangerous, for tests: also asks addresses that are not public, such as loopback and those of this network. With it, whoever may
   * call the tool reaches the allowed hosts behind your firewall. Default: `false`.
   */
  readonly allowPrivate?: boolean
  /** How names become addresses, in the shape of `dns.lookup`. Default: that. What it finds is checked. */
  readonly lookup?: LookupFunction
}

const FACTORY = 'httpTools'
const MAX_BYTES = 10 * 1024 * 1024

const hosts: OptionRule = {
  expected: 'a list of hosts such as "example.com", "*.example.com", "example.com:8080"',
  test: (value) => Array.isArray(value) && value.every(isHostEntry),
}

const RULES: Readonly<Record<string, OptionRule>> = {
  allowedHosts: hosts,
  maxBytes: {
    expected: `an integer from 1 to ${MAX_BYTES}`,
    test: (value) => positiveInteger.test(value) && (value as number) <= MAX_BYTES,
  },
  timeoutMs: durationMs,
  allowPrivate: { expected: 'true or false', test: (value) => typeof value === 'boolean' },
  lookup: aFunction,
}

/**
 * The tool `http_get`, for the hosts you name and no others (THREATS: server-side request forgery). It only goes to public addresses, and
 * checks the one it connects to, also after redirects.
 *
 * @throws OptionError for a bad option, naming it.
 */
export function httpTools(options: HttpToolsOptions): readonly Tool[] {
  checkOptions(FACTORY, options, RULES)
  requireOption(FACTORY, options, 'allowedHosts', hosts)
  return [
    httpGetTool({
      allowsHost: allowedHosts(options.allowedHosts),
      maxBytes: options.maxBytes ?? 128 * 1024,
      timeoutMs: options.timeoutMs ?? 10_000,
      allowPrivate: options.allowPrivate ?? false,
      lookup: options.lookup ?? lookup,
    }),
  ]
}
