/** One level's method in pino's shape: the fields first, then the sentence. */
export type LogMethod = (fields: object, message: string) => void

/**
 * Where every room writes what it does. The shape is pino's, so `pino()` is one; any object with these methods will do.
 * Values that come from a peer pass {@link printable} before they are logged (THREATS T21).
 */
export interface Logger {
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  /** Whether a line of this level would be written. Absent: assume it would. Spares the building of lines nobody reads. */
  readonly isLevelEnabled?: (level: string) => boolean
}

const nothing: LogMethod = () => undefined

/** The default: says nothing, costs nothing. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  isLevelEnabled: () => false,
}

/** Whether `logger` would write a debug line. */
export function isDebugEnabled(logger: Logger): boolean {
  return logger.isLevelEnabled?.('debug') ?? true
}

/** `logger`, but one that throws disturbs nobody: a line is lost, and not what it was about. */
export function guardLogger(logger: Logger): Logger {
  const guarded =
    (level: 'debug' | 'info' | 'warn' | 'error'): LogMethod =>
    (fields, message) => {
      try {
        logger[level](fields, message)
      } catch {
        // There is nowhere left to tell of it.
      }
    }
  return {
    debug: guarded('debug'),
    info: guarded('info'),
    warn: guarded('warn'),
    error: guarded('error'),
    ...(logger.isLevelEnabled === undefined
      ? {}
      : { isLevelEnabled: (level) => logger.isLevelEnabled?.(level) ?? true }),
  }
}
