import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Audit, Caller } from '../core/access.js'
import type { ExportFormat } from '../core/export-formats.js'
import { showBytes } from '../core/files/free-space.js'
import { exportFileName } from '../core/names.js'
import type { SpooledExport } from '../jobs/spool/spooled-export.js'
import type { Encoding } from './accept-encoding.js'
import { entityTag } from './entity-tag.js'

export const contentTypes = {
  json: 'application/json; charset=utf-8',
  sqlite: 'application/vnd.sqlite3',
  custom: 'application/octet-stream',
  sql: 'application/sql; charset=utf-8',
} as const satisfies Record<ExportFormat, string>

/** The headers that belong to an export, whichever part of it is sent. */
export function setExportHeaders(
  reply: FastifyReply,
  spooled: SpooledExport,
  encoding: Encoding,
): void {
  const { at, result } = spooled
  void reply.headers({
    'content-type': contentTypes[result.format],
    'content-disposition': `attachment; filename="${exportFileName(result.format, at)}"`,
    etag: entityTag(spooled, encoding),
    'accept-ranges': 'bytes',
    vary: 'Accept-Encoding',
    'octavo-records': result.records,
    // Their number only: names of models are in them, which may hold anything.
    'octavo-warnings': result.warnings.length,
    'octavo-export-date': at.toISOString(),
  })
  if (encoding !== 'identity') void reply.header('content-encoding', encoding)
  if (result.contentSha256 !== null)
    void reply.header('octavo-content-sha256', result.contentSha256)
  if (result.verified !== null) void reply.header('octavo-verified', result.verified)
}

/** What the audit trail keeps of an export. */
export function exportEntry(
  { ip, method }: FastifyRequest,
  { wish, result }: SpooledExport,
  { name: who }: Caller,
): Parameters<Audit>[0] {
  const what = `${result.records} records as ${result.format}`
  return {
    who,
    from: ip,
    action: 'export',
    subject: wish.database.name,
    outcome: 'done',
    detail: method === 'HEAD' ? `${what}, only made` : what,
  }
}

/** The one line that tells a reader of the log what left the house. */
export function logExport(
  request: FastifyRequest,
  spooled: SpooledExport,
  sent: { readonly encoding: Encoding; readonly status: number },
): void {
  const { wish, result, tookMs } = spooled
  const { records, bytes, verified, format, warnings, contentSha256 } = result
  const facts = { database: wish.database.name, format, records, bytes, tookMs, verified }
  request.log[warnings.length > 0 ? 'warn' : 'info'](
    { ...facts, ...sent, contentSha256, warnings },
    `exported "${wish.database.name}": ${records} records, ${showBytes(bytes)}, in ${tookMs} ms, ` +
      (verified === null ? 'not verified' : `verified: ${verified}`),
  )
}
