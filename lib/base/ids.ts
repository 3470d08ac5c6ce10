/** A fresh UUID (v4). Order never comes from ids, it comes from `seq`. */
export function createId(): string {
  const id: string = crypto.randomUUID()
  // It comes as a rope of some fifteen pieces, which weighs ten times its text until somebody looks into it.
  id.charCodeAt(0)
  return id
}
