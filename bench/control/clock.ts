/**
 * A clock that runs with `performance.now()` and agrees with all processes of the machine.
 *
 * @param readMonotonicMicros the system's monotonic clock, which counts from one origin for everybody. Asked once: it is slower.
 */
export function createClock(readMonotonicMicros: () => number): () => number {
  const offsetMicros = readMonotonicMicros() - performance.now() * 1_000
  return () => performance.now() * 1_000 + offsetMicros
}

/** Microseconds of the machine's monotonic clock, in Node. */
export const monotonicMicros = createClock(() => {
  const [seconds, nanos] = process.hrtime()
  return seconds * 1e6 + nanos / 1e3
})

/** The part of one core that this process took since the meter was made. */
export function createCpuMeter(): () => number {
  const start = performance.now()
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000 / (performance.now() - start)
  }
}
