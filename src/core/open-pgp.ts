/** Packets that an encrypted OpenPGP message begins with, and the versions that they have (RFC 9580). */
const versionsByTag: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [3, 6]], // a session key, encrypted for a public key
  [3, [4, 5, 6]], // a session key, encrypted with a passphrase
])

/** Whether a file begins like one that gpg encrypted, as bytes or as text. */
export function isOpenPgp(start: Buffer): boolean {
  if (start.toString('latin1').startsWith('-----BEGIN PGP MESSAGE-----')) return true
  const [first = 0, second = 0] = start
  if (first < 0x80) return false
  const isNew = first >= 0xc0
  const tag = isNew ? first & 0x3f : (first & 0x3f) >> 2
  const version = start[1 + (isNew ? newLength(second) : oldLength(first))]
  return version !== undefined && (versionsByTag.get(tag)?.includes(version) ?? false)
}

/** How many bytes say how long the packet is. */
function newLength(second: number): number {
  if (second < 192) return 1
  return second === 255 ? 5 : 2
}

function oldLength(first: number): number {
  return [1, 2, 4, 0][first & 3] ?? 0
}
