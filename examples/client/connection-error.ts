/** There is no connection, or it is gone: one clear line, and exit code 3. */
export class ConnectionError extends Error {}
