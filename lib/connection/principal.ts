/** Who is at the other end, as the host's authentication hook says. */
export interface Principal {
  /** Owns the runs it starts. */
  readonly id: string
  /** When the credentials end: the connection is then closed with 4401. */
  readonly expiresAt?: Date
}
