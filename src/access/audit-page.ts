import { open, type FileHandle } from 'node:fs/promises'
import type { AuditEntry, AuditPage, AuditWish } from '../core/access.js'
import { isMissing } from '../core/files/file-failure.js'
import { readAuditLine } from './audit-file.js'

const newline = 0x0a
const pieceBytes = 64 * 1024
const longestLine = 1024 * 1024
/** So much is looked through for one page: a trail of years must not keep the service from its work. */
const mostBytes = 2 * 1024 * 1024

/**
 * A page of the audit trail, read from its end backwards and no further than the page needs. Places in it
 * are bytes: they stay what they are while entries are added.
 */
export async function readAuditPage(
  path: string,
  wish: AuditWish,
  most = mostBytes,
): Promise<AuditPage> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    if (isMissing(error)) return { entries: [], next: null, isCut: false }
    throw error
  }
  try {
    const { size } = await file.stat()
    return await readPage(file, Math.min(wish.before ?? size, size), { ...wish, most })
  } finally {
    await file.close()
  }
}

async function readPage(
  file: FileHandle,
  end: number,
  wish: AuditWish & { readonly most: number },
): Promise<AuditPage> {
  const entries: AuditEntry[] = []
  const isWanted = filterOf(wish)
  let at = end
  for await (const { line, start } of linesBefore(file, end)) {
    const entry = readAuditLine(line)
    if (entry !== null && isWanted(entry)) {
      // One more than was wished: only now it is known that there is another page.
      if (entries.length === wish.limit) return { entries, next: at, isCut: false }
      entries.push(entry)
    }
    at = start
    if (end - at >= wish.most && at > 0) return { entries, next: at, isCut: true }
  }
  return { entries, next: null, isCut: false }
}

function filterOf({ who, action, outcome }: AuditWish): (entry: AuditEntry) => boolean {
  const part = who?.toLowerCase() ?? ''
  return (entry) =>
    entry.who.toLowerCase().includes(part) &&
    (action === null || entry.action === action) &&
    (outcome === null || entry.outcome === outcome)
}

interface PlacedLine {
  readonly line: string
  /** Of its first byte. */
  readonly start: number
}

/** The lines before a place, the last one first. */
async function* linesBefore(file: FileHandle, end: number): AsyncGenerator<PlacedLine> {
  let at = end
  let rest: Buffer[] = []
  while (at > 0) {
    const start = Math.max(0, at - pieceBytes)
    let piece = await readPiece(file, start, at - start)
    for (;;) {
      const last = piece.lastIndexOf(newline)
      if (last < 0) break
      const line = Buffer.concat([piece.subarray(last + 1), ...rest])
      if (line.length > 0) yield { line: line.toString('utf8'), start: start + last + 1 }
      rest = []
      piece = piece.subarray(0, last)
    }
    rest.unshift(piece)
    at = start
    if (rest.length * pieceBytes > longestLine) {
      // No entry is as long. What is left of it can't be read, and is left out as such.
      rest = []
      yield { line: '', start }
    }
  }
  const line = Buffer.concat(rest)
  if (line.length > 0) yield { line: line.toString('utf8'), start: 0 }
}

async function readPiece(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const piece = Buffer.alloc(length)
  let read = 0
  while (read < length) {
    const { bytesRead } = await file.read(piece, read, length - read, start + read)
    if (bytesRead === 0) break
    read += bytesRead
  }
  return piece.subarray(0, read)
}
