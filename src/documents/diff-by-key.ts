import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { KeyBuckets, type KeyedLine } from './key-buckets.js'
import { LineCursor } from './line-cursor.js'
import type { FoundLine, ModelDifference } from './model-difference.js'
import { parseRecord } from './record-identity.js'

export interface DiffByKey {
  readonly workFolder: string
  /** True where a key names one record; false: nothing names a record but its whole line. */
  readonly keyed: boolean
  /** Above this a bucket is split once more instead of being held in memory. */
  readonly heldBytes?: number
  readonly signal?: AbortSignal | undefined
}

const defaultHeldBytes = 32 * 1000 * 1000
const maxLevel = 8

/**
 * Compares records whose order in the document is not known here (keys in an order of their own):
 * lines are spread over files by the digest of their key, and each file is small enough to hold.
 */
export async function diffByKey(
  a: LineCursor,
  b: LineCursor,
  difference: ModelDifference,
  options: DiffByKey,
): Promise<void> {
  const folder = await mkdtemp(join(options.workFolder, 'diff-'))
  try {
    const left = await KeyBuckets.create(join(folder, 'a'))
    const right = await KeyBuckets.create(join(folder, 'b'))
    for (;;) {
      await LineCursor.passEqual(a, b)
      const [hasA, hasB] = [await a.ready(), await b.ready()]
      if (!hasA && !hasB) break
      if (hasA) await left.add(withKey(a.take(), options.keyed))
      if (hasB) await right.add(withKey(b.take(), options.keyed))
    }
    await left.finish()
    await right.finish()
    await compareBuckets(left, right, { ...options, difference, level: 0 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function withKey(found: FoundLine, keyed: boolean): KeyedLine {
  const text = keyed ? JSON.stringify(parseRecord(found.line).pk) : found.line
  return { ...found, key: createHash('sha256').update(text).digest('hex') }
}

interface Comparison extends DiffByKey {
  readonly difference: ModelDifference
  readonly level: number
}

async function compareBuckets(
  left: KeyBuckets,
  right: KeyBuckets,
  options: Comparison,
): Promise<void> {
  for (let index = 0; index < KeyBuckets.count; index += 1) {
    options.signal?.throwIfAborted()
    const bytes = (await left.bytesOf(index)) + (await right.bytesOf(index))
    if (bytes > (options.heldBytes ?? defaultHeldBytes) && options.level < maxLevel) {
      const [a, b] = [await left.split(index), await right.split(index)]
      await compareBuckets(a, b, { ...options, level: options.level + 1 })
    } else await compareBucket(left.read(index), right.read(index), options.difference)
    await left.remove(index)
    await right.remove(index)
  }
}

interface Standing {
  readonly ordinal: number
  /** How often the line stands there. */
  count: number
}

/** By key, then by line. */
type Tally = Map<string, Map<string, Standing>>

async function compareBucket(
  left: AsyncIterable<KeyedLine>,
  right: AsyncIterable<KeyedLine>,
  difference: ModelDifference,
): Promise<void> {
  const [a, b] = [await tally(left), await tally(right)]
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [before, after] = [a.get(key), b.get(key)]
    for (const [line, found] of before ?? []) {
      const other = after?.get(line)
      const same = Math.min(found.count, other?.count ?? 0)
      found.count -= same
      if (other) other.count -= same
    }
    const [removed, added] = [leftOver(before), leftOver(after)]
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1)
      difference.add(removed[index] ?? null, added[index] ?? null)
  }
}

/** Equal lines are held once and counted: a million alike take the space of one. */
async function tally(lines: AsyncIterable<KeyedLine>): Promise<Tally> {
  const result: Tally = new Map()
  for await (const { key, line, ordinal } of lines) {
    const same = result.get(key) ?? new Map<string, Standing>()
    const known = same.get(line) ?? { ordinal, count: 0 }
    known.count += 1
    result.set(key, same.set(line, known))
  }
  return result
}

function leftOver(lines: ReadonlyMap<string, Standing> | undefined): FoundLine[] {
  const left: FoundLine[] = []
  for (const [line, { ordinal, count }] of lines ?? [])
    for (let copy = 0; copy < count; copy += 1) left.push({ ordinal, line })
  return left
}
