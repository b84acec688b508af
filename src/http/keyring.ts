import { createHash, timingSafeEqual } from 'node:crypto'

/** Tells whether a key is one of ours, in a time that depends neither on the key nor on which it is. */
export type Keyring = (key: string) => boolean

export function createKeyring(keys: readonly string[]): Keyring {
  const known = keys.map(digest)
  return (key) => {
    const given = digest(key)
    // Each one is compared, also after a match.
    return known.map((one) => timingSafeEqual(one, given)).includes(true)
  }
}

/** Equal lengths for every key, so that not even the length shows. */
function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
