import { createReadStream } from 'node:fs'
import { CutFinder } from './cut-finder.js'
import type { PartSizes } from './part-sizes.js'
import { lookedAt } from './record-hash.js'

const lineBreak = 10

/** Where each part of a document ends. Read once from start to end, with little memory. */
export async function findCuts(
  file: string,
  sizes: PartSizes,
  signal?: AbortSignal,
): Promise<number[]> {
  const finder = new CutFinder(sizes)
  let start = 0
  let size = 0
  /** The first bytes of a line that began in an earlier chunk. */
  let begun = Buffer.alloc(0)
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 18 })) {
    signal?.throwIfAborted()
    const bytes = chunk as Buffer // without an encoding a stream gives nothing else
    let from = 0
    for (let at = bytes.indexOf(lineBreak); at !== -1; at = bytes.indexOf(lineBreak, from)) {
      const text = joined(begun, bytes.subarray(from, at))
      const end = size + at + 1
      finder.line(start, end, text)
      begun = begun.subarray(0, 0)
      start = end
      from = at + 1
    }
    begun = Buffer.from(joined(begun, bytes.subarray(from)))
    size += bytes.length
  }
  if (size > start) finder.line(start, size, begun)
  finder.finish(size)
  return finder.ends
}

function joined(begun: Buffer, rest: Buffer): Buffer {
  if (begun.length === 0) return rest.subarray(0, lookedAt)
  if (begun.length >= lookedAt) return begun
  return Buffer.concat([begun, rest.subarray(0, lookedAt - begun.length)])
}
