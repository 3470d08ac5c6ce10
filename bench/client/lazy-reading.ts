const never = new Int32Array(new SharedArrayBuffer(4))
let napMs = 0
let isNapping = false

/**
 * Lets the process sleep for so long between two looks at its sockets; 0: it is woken by each message. A reader that is woken for
 * every message costs more than the server that sends it, and is soon what is measured; one that sleeps a little finds several
 * messages in one read. What it sleeps is part of the latency it records.
 */
export function readLazily(forMs: number): void {
  napMs = forMs
  if (napMs > 0 && !isNapping) nap()
}

function nap(): void {
  isNapping = napMs > 0
  if (!isNapping) return
  Atomics.wait(never, 0, 0, napMs)
  setImmediate(nap)
}
