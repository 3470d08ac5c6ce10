/** The example server's settings, from environment variables. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly workspace: string
  readonly maxConnections: number
  readonly heartbeatIntervalMs: number
  readonly logLevel: string
}

/** A variable that cannot be used: one clear line, and exit code 2. */
export class SettingError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/** @throws SettingError naming the variable. */
export function readSettings(environment: Environment): Settings {
  if (environment['PRAXIS_NATS_URL']) {
    throw new SettingError('PRAXIS_NATS_URL is set, but this version has no cluster: unset it to run on one machine')
  }
  return {
    host: environment['HOST'] || '127.0.0.1',
    port: integer(environment, 'PORT', 8000, 0, 65_535),
    workspace: environment['PRAXIS_WORKSPACE'] || './workspace',
    maxConnections: integer(environment, 'PRAXIS_MAX_CONNECTIONS', 100, 1, 1_000_000),
    heartbeatIntervalMs: integer(environment, 'PRAXIS_HEARTBEAT_MS', 30_000, 10, 86_400_000),
    logLevel: oneOf(environment, 'LOG_LEVEL', 'info', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
  }
}

function integer(environment: Environment, name: string, fallback: number, min: number, max: number): number {
  const text = environment[name]
  if (text === undefined || text === '') return fallback
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new SettingError(`${name} must be an integer from ${min} to ${max}, got ${JSON.stringify(text)}`)
}

function oneOf(environment: Environment, name: string, fallback: string, allowed: readonly string[]): string {
  const text = environment[name] || fallback
  if (allowed.includes(text)) return text
  throw new SettingError(`${name} must be one of ${allowed.join(', ')}, got ${JSON.stringify(text)}`)
}
