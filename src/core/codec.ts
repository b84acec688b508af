/**
 * Bytes to bytes and back. `decode(encode(x))` gives x. Both work in one pass with flat memory, end
 * with an OctavoError where the bytes are not what they should be, and release everything when the
 * consumer stops early.
 */
export interface Codec {
  /** What it adds to a file's name: `.gz`. */
  readonly suffix: string
  encode(plain: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>
  decode(encoded: AsyncIterable<Uint8Array>): AsyncIterable<Buffer>
}
