import { createHash, type Hash } from 'node:crypto'

/** The name that git gives to a file of these bytes: what a tree holds for it. */
export function gitBlobId(bytes: Buffer | string): string {
  const content = typeof bytes === 'string' ? Buffer.from(bytes) : bytes
  return gitBlobHash(content.length).update(content).digest('hex')
}

/** The same for a file that comes in pieces: update it with exactly `size` bytes. */
export function gitBlobHash(size: number): Hash {
  return createHash('sha1').update(`blob ${size}\0`)
}
