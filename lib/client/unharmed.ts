/**
 * Runs `work` on a message of the server's. Payloads are not checked, so one that is not what the protocol promises may make it throw:
 * then that message tells nothing, and the client goes on.
 */
export function unharmed(work: () => void): void {
  try {
    work()
  } catch {
    // Nobody could do anything about it; the message itself is still handed to `messages$`.
  }
}
