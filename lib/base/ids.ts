/** A fresh UUID (v4). Order never comes from ids, it comes from `seq`. */
export function createId(): string {
  return crypto.randomUUID()
}
