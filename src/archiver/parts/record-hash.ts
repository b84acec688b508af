/** How much of a line is looked at: enough for every usual key, and bounded for the others. */
export const lookedAt = 1024

const keyEnd = Buffer.from(',"fields":{')
const noKey = Buffer.from('"pk":null')

/**
 * An even hash (32 bits) of what names a record: its model and key. It stays when the fields change.
 * A record without a key is named by its first bytes.
 */
export function recordHash(line: Buffer): number {
  const end = line.indexOf(keyEnd)
  const key = end === -1 ? line : line.subarray(0, end)
  const named = key.subarray(-noKey.length).equals(noKey) ? line : key
  let hash = 0x811c9dc5
  for (const byte of named) hash = Math.imul(hash ^ byte, 0x01000193)
  // FNV leaves the high bits of short texts alike: mixed once more, as the threshold looks at them.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
