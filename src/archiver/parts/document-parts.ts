import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { OctavoError } from '../../core/errors.js'
import { gitBlobHash } from '../../stores/github/git-blob-id.js'
import { partPath, wholePath } from '../branch-paths.js'
import type { Part } from '../manifest.js'
import { findCuts } from './find-cuts.js'
import { partSizes, type PartSizes } from './part-sizes.js'

export interface CutOptions {
  /** Of the backup. */
  readonly name: string
  readonly size: number
  readonly sizes?: PartSizes | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The files that a document becomes on the branch, in order: one, or above `sizes.whole` the header,
 * ranges of records and the closing lines. One after the other they are the document.
 */
export async function documentParts(
  file: string,
  { name, size, sizes = partSizes, signal }: CutOptions,
): Promise<Part[]> {
  const ends = size <= sizes.whole ? [size] : await findCuts(file, sizes, signal)
  if (ends.at(-1) !== size)
    throw new OctavoError('internal', `${name} has ${ends.at(-1)} bytes in place of ${size}`)
  const parts: Part[] = []
  for (const [index, end] of ends.entries()) {
    signal?.throwIfAborted()
    const start = ends[index - 1] ?? 0
    const path = ends.length === 1 ? wholePath(name) : partPath(name, index)
    parts.push({ path, ...(await describeRange(file, start, end)) })
  }
  return parts
}

/** Size and digests of a piece of a file. */
export async function describeRange(
  file: string,
  start: number,
  end: number,
): Promise<Omit<Part, 'path'>> {
  const size = end - start
  const sha256 = createHash('sha256')
  const blob = gitBlobHash(size)
  if (size > 0)
    for await (const chunk of createReadStream(file, { start, end: end - 1 })) {
      const bytes = chunk as Buffer // without an encoding a stream gives nothing else
      sha256.update(bytes)
      blob.update(bytes)
    }
  return { size, sha256: sha256.digest('hex'), blob: blob.digest('hex') }
}
