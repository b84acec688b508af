import { createWriteStream } from 'node:fs'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { OctavoError } from '../core/errors.js'
import { requireSpace } from '../core/files/free-space.js'
import type { OnProgress } from '../core/progress.js'
import { tooLarge } from './document-limit.js'
import type { DownloadPart } from './download-part.js'
import { Meter } from './meter.js'
import { requireExport } from './name-answer.js'
import { isGzip, unpackDownload } from './unpack-download.js'

export interface ExportRequest {
  readonly url: URL
  readonly key: string
  /** Written mode 0600 where the answer is packed; must not be there. */
  readonly file: string
  /** What arrives; it stays when the connection is cut, and the next request goes on with it. */
  readonly part: DownloadPart
  readonly folder: string
  readonly maxBytes: number
  readonly answerMs: number
  readonly silenceMs: number
  readonly signal: AbortSignal
  readonly onProgress?: OnProgress
}

export interface DownloadedExport {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  /** Whether there was a digest to compare with. */
  readonly digestAnnounced: boolean
  /** What the service says of its own proof: `snapshot`. */
  readonly verified: string | null
}

/**
 * Asks the service once and writes its answer to a file. What arrived is compared with the length
 * and the digest that the service announced; an answer that is no export is an error that names it.
 * Redirects are not followed: the key goes to the address that was set and nowhere else.
 */
export async function requestExport(request: ExportRequest): Promise<DownloadedExport> {
  const answer = await send(request, await request.part.headers())
  try {
    if (!(await request.part.goesOn(answer))) {
      await requireExport(answer, request)
      await request.part.beginAnew(answer)
    }
    await receive(answer, request)
    return await unpackDownload(answer, request)
  } finally {
    answer.destroy()
  }
}

function send(
  { url, key, answerMs, signal }: ExportRequest,
  range: Record<string, string>,
): Promise<IncomingMessage> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp
  const headers = {
    authorization: `Bearer ${key}`,
    accept: 'application/json',
    'accept-encoding': 'gzip',
    ...range,
  }
  return new Promise((resolve, reject) => {
    const sent = start(url, { headers, signal, agent: false }, resolve)
    sent.setTimeout(answerMs, () => {
      sent.destroy(new Error(`no answer within ${Math.round(answerMs / 1000)} seconds`))
    })
    sent.on('error', reject)
    sent.end()
  })
}

async function receive(answer: IncomingMessage, request: ExportRequest): Promise<void> {
  const { part, maxBytes, folder, onProgress } = request
  const { total, start } = part
  if (total !== null && total > maxBytes) throw tooLarge(total, maxBytes)
  isGzip(answer)
  const space = await requireSpace(folder, (total ?? maxBytes) - start, 'the download')
  onProgress?.({ phase: 'downloading', space })
  answer.setTimeout(request.silenceMs, () => {
    const seconds = Math.round(request.silenceMs / 1000)
    answer.destroy(new Error(`the service sent nothing for ${seconds} seconds`))
  })
  const onBytes = (bytes: number) =>
    onProgress?.({ phase: 'downloading', bytes, ...(total === null ? {} : { total }) })
  const meter = new Meter({ maxBytes, start, onBytes })
  await pipeline(answer, meter, createWriteStream(part.file, { flags: 'a', mode: 0o600 }))
  if (!answer.complete || (total !== null && meter.bytes !== total))
    throw new OctavoError(
      'fetch-failed',
      `the download broke off: ${meter.bytes} of ${total ?? 'an unknown number of'} bytes arrived`,
    )
}
