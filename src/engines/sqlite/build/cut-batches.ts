import type { RecordChunk } from '../../../core/engine.js'

/** A batch is loaded by one statement; larger ones cost memory and win no time. */
const batchBytes = 128 * 1024
const separator = Buffer.from(',\n')

/**
 * Makes JSON arrays of some 128 KB out of record lines: small chunks are joined, large ones cut at
 * line breaks. A record longer than that is an array of its own. The bytes are the reader's until it
 * asks for the next batch.
 */
export async function* cutBatches(chunks: AsyncIterable<RecordChunk>): AsyncGenerator<Buffer> {
  const memory = Buffer.allocUnsafeSlow(2 * batchBytes)
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const { bytes } of chunks) {
    for (let start = 0; start < bytes.length;) {
      const end = cutAt(bytes, start)
      waiting.push(bytes.subarray(start, end))
      waitingBytes += end - start
      start = end + separator.length
      if (waitingBytes < batchBytes / 2) continue
      yield asArray(waiting, memory)
      waiting = []
      waitingBytes = 0
    }
  }
  if (waiting.length > 0) yield asArray(waiting, memory)
}

/** The end of the last whole line that starts a batch at `start`: at least one line. */
function cutAt(bytes: Buffer, start: number): number {
  if (bytes.length - start <= batchBytes) return bytes.length
  const before = bytes.lastIndexOf(separator, start + batchBytes)
  if (before > start) return before
  const after = bytes.indexOf(separator, start + batchBytes)
  return after === -1 ? bytes.length : after
}

function asArray(lines: readonly Buffer[], memory: Buffer): Buffer {
  const parts: Buffer[] = []
  for (const line of lines) parts.push(parts.length === 0 ? openBracket : separator, line)
  parts.push(closeBracket)
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  if (length > memory.length) return Buffer.concat(parts, length)
  let end = 0
  for (const part of parts) end += part.copy(memory, end)
  return memory.subarray(0, end)
}

const openBracket = Buffer.from('[')
const closeBracket = Buffer.from(']')
