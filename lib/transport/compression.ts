/** Compression of messages as `ws` does it: off, on, or on with its options. */
export type Compression = boolean | CompressionOptions

/** What `ws` takes for permessage-deflate (RFC 7692). Its own types are not used: they come in a package that a host need not have. */
export interface CompressionOptions {
  readonly serverNoContextTakeover?: boolean
  readonly clientNoContextTakeover?: boolean
  readonly serverMaxWindowBits?: number
  readonly clientMaxWindowBits?: number
  readonly zlibDeflateOptions?: DeflateOptions
  readonly zlibInflateOptions?: DeflateOptions
  /** Messages below so many bytes are sent as they are. */
  readonly threshold?: number
  /** How many are compressed at the same time. */
  readonly concurrencyLimit?: number
}

/** Of zlib. */
export interface DeflateOptions {
  readonly level?: number
  readonly memLevel?: number
  readonly strategy?: number
  readonly chunkSize?: number
  readonly windowBits?: number
}
