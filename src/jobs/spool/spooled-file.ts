export interface SpooledFile {
  readonly path: string
  readonly bytes: number
  /** Of the file's bytes, hexadecimal. */
  readonly sha256: string
}
