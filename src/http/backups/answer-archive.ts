import { basename } from 'node:path/posix'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BackupRecord } from '../../core/backups/catalog.js'
import type { BackupManifest } from '../../core/backups/manifest.js'
import { OctavoError } from '../../core/errors.js'
import type { ArchiveRead } from '../../jobs/backup/read-archive.js'
import { parseByteRange } from '../byte-range.js'
import { parseTagList } from '../entity-tag.js'
import { onAnswerOver } from '../on-answer-over.js'
import { headerText, leaveSignal, setSocketTimeout } from '../request-parts.js'
import { callOf } from './audit-notes.js'
import { requireHeld, type BackupRouteOptions } from './route-parts.js'

export interface AnswerArchiveOptions extends BackupRouteOptions {
  readonly record: BackupRecord
  readonly store: string | null
}

type Archive = BackupManifest['archive']

/** Sends an archive from the first store that gives it; what was sent is noted when the answer is over. */
export async function answerArchive(
  request: FastifyRequest,
  reply: FastifyReply,
  options: AnswerArchiveOptions,
): Promise<FastifyReply> {
  const { record, store } = options
  const archive = storedArchive(record, store)
  const { size } = archive
  const tag = `"${archive.sha256}"`
  const tags = parseTagList(headerText(request, 'if-none-match'))
  if (tags === '*' || tags.includes(archive.sha256))
    return reply.code(304).headers({ etag: tag }).send()
  const range = wantedRange(request, tag, size)
  if (range.kind === 'outside') {
    void reply.header('content-range', `bytes */${size}`)
    throw new OctavoError('range-outside', 'the range begins behind the end of the archive')
  }
  const isPart = range.kind === 'part'
  const { start, end } = isPart ? range : { start: 0, end: size - 1 }
  const read =
    request.method === 'GET' ? await openRead(request, reply, { options, start, end }) : null
  // Nothing fails from here on: a failure must not carry the headers of an archive.
  void reply.headers(headersOf(archive, end - start + 1))
  if (isPart) void reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`)
  if (read === null) return reply.send()
  void reply.header('octavo-store', read.store)
  setSocketTimeout(request, options.checked.stalledAnswerMs)
  return reply.send(Readable.from(read.pieces, { objectMode: false }))
}

function storedArchive(record: BackupRecord, store: string | null): Archive {
  requireHeld(record, store)
  if (record.manifest) return record.manifest.archive
  throw new OctavoError('internal', 'a backup that is held has no manifest')
}

/** An archive never changes: a range is right without If-Range, and wrong only with another tag in it. */
function wantedRange(request: FastifyRequest, tag: string, size: number) {
  const ifRange = headerText(request, 'if-range')
  const isThis = ifRange === undefined || ifRange.trim() === tag
  const header = request.method === 'GET' && isThis ? request.headers.range : undefined
  return parseByteRange(header, size)
}

function headersOf({ name, sha256 }: Archive, length: number) {
  return {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${basename(name)}"`,
    'content-length': length,
    etag: `"${sha256}"`,
    'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`,
    'accept-ranges': 'bytes',
  }
}

interface Wanted {
  readonly options: AnswerArchiveOptions
  readonly start: number
  readonly end: number
}

/** Resolves with the first bytes at hand. The read ends with the answer, however that ends. */
async function openRead(
  request: FastifyRequest,
  reply: FastifyReply,
  { options, start, end }: Wanted,
): Promise<ArchiveRead> {
  const { desk, record, store, notes } = options
  setSocketTimeout(request, 0)
  const asked = { action: 'download', subject: record.id } as const
  const call = callOf(request)
  const read = await notes.unlessRefused(call, asked, () =>
    desk.shelf.archive(record, {
      start,
      end,
      store,
      signal: leaveSignal(reply),
      onFault: (name, err) => request.log.warn({ err, store: name }, 'a copy could not be read'),
    }),
  )
  onAnswerOver(reply, () => {
    const isSent = reply.raw.writableFinished
    const detail = `bytes ${start}-${end} from ${read.store}${isSent ? '' : ', broken off'}`
    void notes.note(call, asked, { outcome: isSent ? 'done' : 'failed', detail })
    read.close().catch((err: unknown) => request.log.warn({ err }, 'a store could not be closed'))
  })
  return read
}
