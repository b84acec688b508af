import { createHash } from 'node:crypto'

/** The sha256 of bytes as they pass. */
export interface RunningDigest {
  /** Resolves when the bytes may be reused. */
  update(bytes: Buffer): Promise<void>
  /** Of every byte so far, in hexadecimal; later bytes still count for later calls. */
  digest(): Promise<string>
}

/** Where digests are made. What is asked of one digest is answered in the order of the calls. */
export interface Digests {
  begin(): RunningDigest
}

/** In the thread that asks: right for what is small. */
export const digestsHere: Digests = {
  begin: () => {
    const hash = createHash('sha256')
    return {
      update: async (bytes) => void hash.update(bytes),
      digest: async () => hash.copy().digest('hex'),
    }
  },
}
