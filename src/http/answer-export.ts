import type { ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit, Caller } from '../core/access.js'
import { OctavoError } from '../core/errors.js'
import { wishKey, type ExportSpool } from '../jobs/spool/export-spool.js'
import type { ExportWish, SpooledExport } from '../jobs/spool/spooled-export.js'
import type { SpooledFile } from '../jobs/spool/spooled-file.js'
import { chooseEncoding, type Encoding } from './accept-encoding.js'
import { parseByteRange } from './byte-range.js'
import { isExactly, namesContent, parseTagList } from './entity-tag.js'
import { exportEntry, logExport, setExportHeaders } from './export-headers.js'
import { onAnswerOver } from './on-answer-over.js'
import { headerText, leaveSignal, setSocketTimeout } from './request-parts.js'

export interface AnswerOptions {
  readonly spool: ExportSpool
  readonly stalledAnswerMs: number
  readonly audit?: Audit | undefined
}

interface Answer {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly wish: ExportWish
  readonly encoding: Encoding
  /** Aborted when the client has left. */
  readonly left: AbortSignal
}

const chunkBytes = 256 * 1024

interface Wanted {
  readonly wish: ExportWish
  readonly caller: Caller
  /** The very export to send; else it is made, or found where the request insists on one. */
  readonly made?: SpooledExport
}

/** Answers with an export: made first, then sent from the spool. HEAD runs it too: its headers are true. */
export async function answerExport(
  request: FastifyRequest,
  reply: FastifyReply,
  options: AnswerOptions & Wanted,
): Promise<FastifyReply> {
  const { wish, spool, caller, audit, made } = options
  const encoding = chooseEncoding(headerText(request, 'accept-encoding'))
  const answer = { request, reply, wish, encoding, left: leaveSignal(reply) }
  setSocketTimeout(request, 0)
  const kept = made ?? findKept(answer, spool)
  const spooled = kept ?? (await spool.export(wish, answer.left))
  const release = spooled.hold()
  onAnswerOver(reply, release)
  const body = hasIt(request, spooled) ? null : await openBody(answer, spooled, kept !== undefined)
  // Nothing fails from here on: a failure must not carry the headers of an export.
  setExportHeaders(reply, spooled, encoding)
  if (body) setBodyHeaders(reply, body)
  else void reply.code(304)
  logExport(request, spooled, { encoding, status: reply.statusCode })
  await audit?.(exportEntry(request, spooled, caller))
  setSocketTimeout(request, options.stalledAnswerMs)
  return reply.send(body?.stream)
}

/**
 * The kept export that the request insists on: `If-Match`, or a range with `If-Range`. A range of
 * anything else would join the parts of two exports, so it is answered with a whole new one.
 */
function findKept(
  { request, wish, encoding }: Answer,
  spool: ExportSpool,
): SpooledExport | undefined {
  const find = (tag: string): SpooledExport | undefined =>
    spool.find(
      (spooled) => wishKey(spooled.wish) === wishKey(wish) && isExactly(tag, spooled, encoding),
    )
  const ifMatch = headerText(request, 'if-match')
  if (ifMatch !== undefined && ifMatch.trim() !== '*') {
    const found = find(ifMatch)
    if (found) return found
    throw new OctavoError('export-gone', 'the export that If-Match names is not kept here')
  }
  const ifRange = headerText(request, 'if-range')
  if (ifRange === undefined || request.headers.range === undefined) return undefined
  return request.method === 'GET' ? find(ifRange) : undefined
}

function hasIt(request: FastifyRequest, spooled: SpooledExport): boolean {
  const ifNoneMatch = parseTagList(headerText(request, 'if-none-match'))
  return request.method !== 'POST' && namesContent(ifNoneMatch, spooled)
}

/** What of which file is sent. */
interface Body {
  readonly file: SpooledFile
  readonly start: number
  readonly end: number
  readonly isPart: boolean
  /** Undefined for HEAD. */
  readonly stream: ReadStream | undefined
}

async function openBody(answer: Answer, spooled: SpooledExport, exact: boolean): Promise<Body> {
  const { request, reply, encoding } = answer
  const file = encoding === 'gzip' ? await spooled.gzip(answer.left) : spooled.plain
  const header = exact && request.method === 'GET' ? request.headers.range : undefined
  const range = parseByteRange(header, file.bytes)
  if (range.kind === 'outside') {
    void reply.header('content-range', `bytes */${file.bytes}`)
    throw new OctavoError('range-outside', 'the range begins behind the end of the export')
  }
  const isPart = range.kind === 'part'
  const { start, end } = isPart ? range : { start: 0, end: file.bytes - 1 }
  if (request.method === 'HEAD') return { file, start, end, isPart, stream: undefined }
  // Open before the answer begins: a removal from the spool does it no harm any more.
  const handle = await open(file.path)
  const stream = handle.createReadStream({ start, end, highWaterMark: chunkBytes })
  return { file, start, end, isPart, stream }
}

function setBodyHeaders(reply: FastifyReply, { file, start, end, isPart }: Body): void {
  const digest = Buffer.from(file.sha256, 'hex').toString('base64')
  void reply.headers({ 'repr-digest': `sha-256=:${digest}:`, 'content-length': end - start + 1 })
  if (isPart) void reply.code(206).header('content-range', `bytes ${start}-${end}/${file.bytes}`)
}
