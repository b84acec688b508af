import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { OctavoError } from '../core/errors.js'
import { Meter } from './meter.js'
import { requireNoErrorInside } from './name-answer.js'
import type { DownloadedExport, ExportRequest } from './request-export.js'

/** No document is smaller. */
const smallBytes = 400

/**
 * Reads what arrived once more from the disk, so that a download in several pieces is proved like one
 * in one piece: its digest is the one that the service announced. Undoes gzip into `request.file`.
 */
export async function unpackDownload(
  answer: IncomingMessage,
  request: ExportRequest,
): Promise<DownloadedExport> {
  const { part, maxBytes, signal } = request
  const sent = new Meter({ maxBytes })
  const stored = new Meter({ maxBytes })
  const source = createReadStream(part.file)
  const zipped = isGzip(answer)
  if (zipped) {
    const file = createWriteStream(request.file, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(source, sent, createGunzip(), stored, file, { signal })
    await part.remove()
  } else await pipeline(source, sent, stored, nowhere(), { signal })
  if (stored.bytes === 0)
    throw new OctavoError('fetch-not-proved', 'the answer is empty: status 200 without a document')
  requireDigest(answer, sent, stored)
  const file = zipped ? request.file : part.file
  if (stored.bytes < smallBytes) requireNoErrorInside(answer, await readFile(file, 'utf8'), request)
  return {
    file,
    bytes: stored.bytes,
    sha256: stored.digest('hex'),
    digestAnnounced: announcedDigest(answer) !== null,
    verified: header(answer, 'octavo-verified'),
  }
}

/**
 * The digest covers the bytes as sent; a proxy that compresses on its own leaves the one of the
 * plain bytes in place. Either proves that the document arrived as it left.
 */
function requireDigest(answer: IncomingMessage, sent: Meter, stored: Meter): void {
  const digest = announcedDigest(answer)
  if (digest === null || [sent, stored].some((meter) => meter.digest('base64') === digest)) return
  throw new OctavoError(
    'fetch-not-proved',
    'the download is not what was sent: its digest differs from Repr-Digest',
  )
}

/** The SHA-256 of Repr-Digest (RFC 9530), in base64. */
function announcedDigest(answer: IncomingMessage): string | null {
  return /\bsha-256=:([^:]+):/.exec(header(answer, 'repr-digest') ?? '')?.[1] ?? null
}

function header(answer: IncomingMessage, name: string): string | null {
  const value = answer.headers[name]
  return typeof value === 'string' ? value : null
}

/** Throws for a coding that was not asked for. */
export function isGzip(answer: IncomingMessage): boolean {
  const encoding = header(answer, 'content-encoding')?.toLowerCase() ?? 'identity'
  if (encoding === 'gzip') return true
  if (encoding === 'identity') return false
  throw new OctavoError('fetch-not-proved', `the answer is encoded as "${encoding}", not as asked`)
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}
