import { fstatSync, fsyncSync, writeSync } from 'node:fs'
import { Writable } from 'node:stream'

/**
 * The process's standard output. Node's own stream for a file takes a short write for a whole one, so
 * that a full disk would leave half an export and no error: into a regular file we write ourselves.
 */
export function standardOutput(): Writable {
  const { stdout } = process
  if (!fstatSync(stdout.fd).isFile()) return stdout
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      done(attempt(() => writeWhole(stdout.fd, chunk)))
    },
  })
}

/** Makes what was written into a regular file durable; for anything else there is nothing to do. */
export function syncStandardOutput(): void {
  const { fd } = process.stdout
  if (fstatSync(fd).isFile()) fsyncSync(fd)
}

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;)
    written += writeSync(descriptor, bytes, written, bytes.length - written)
}

function attempt(act: () => void): Error | null {
  try {
    act()
    return null
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
