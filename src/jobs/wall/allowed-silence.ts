import { stat } from 'node:fs/promises'

/** What starting, checking and closing may take on a slow machine, whatever the size. */
const leastMs = 30_000
/** A slow disk and an archive that unpacks to ten times its size. */
const bytesPerMs = 500

/**
 * How long a job may be silent, in milliseconds, by the size of the files that its input names: one
 * step of the engine (a copy of all pages, an index, a check of the whole) gives no sign meanwhile, nor
 * does one that waits for a lock.
 */
export async function allowedSilenceMs(input: unknown): Promise<number> {
  let bytes = 0
  for (const path of pathsIn(input)) bytes += await sizeOf(path)
  return leastMs + waitIn(input) + Math.ceil(bytes / bytesPerMs)
}

/** A job that waits for a lock gives no sign either; it may wait twice. */
function waitIn(input: unknown): number {
  if (typeof input !== 'object' || input === null || !('deadlineMs' in input)) return 0
  return 2 * Number(input.deadlineMs)
}

function pathsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) =>
    typeof member === 'string' && (name === 'file' || name === 'path') ? [member] : pathsIn(member),
  )
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    // The job itself says what is wrong with the file.
    () => 0,
  )
}
