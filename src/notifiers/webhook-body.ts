import type { BackupRecord } from '../core/backups/catalog.js'
import type { Finding, Notice, WeeklySummary } from '../core/backups/notifier.js'
import type { OctavoError } from '../core/errors.js'
import { durationMs } from './shown-figures.js'
import { isVerified } from './backup-text.js'
import { noticeText } from './notice-text.js'

/** Of what is sent; members may be added without a new one (docs/notifications.md). */
export const webhookVersion = 1

/** What a webhook is sent for a notice, as an object for JSON. */
export function webhookBody(notice: Notice, { id, sentAt }: { id: string; sentAt: Date }): object {
  return {
    octavo_notice: webhookVersion,
    id,
    sent_at: sentAt.toISOString(),
    event: notice.kind,
    ...noticeText(notice),
    ...membersOf(notice),
  }
}

function membersOf(notice: Notice): object {
  switch (notice.kind) {
    case 'started':
      return { backup: backupMember(notice.record) }
    case 'success':
      return { backup: backupMember(notice.record), pruned: notice.pruned }
    case 'failure':
      return { backup: backupMember(notice.record), error: errorMember(notice.error) }
    case 'unhealthy':
    case 'recovery':
      return { findings: notice.findings.map(findingMember) }
    case 'summary':
      return { summary: summaryMember(notice.summary) }
    case 'test':
      return { sent_by: notice.by }
  }
}

function backupMember(record: BackupRecord): object {
  const { manifest } = record
  return {
    id: record.id,
    database: record.database,
    label: record.label,
    format: record.format,
    status: record.status,
    started_at: record.startedAt,
    ended_at: record.endedAt,
    duration_ms: durationMs(record),
    started_by: record.startedBy,
    unchanged_from: record.unchangedFrom,
    verified: isVerified(record),
    archive: manifest && {
      name: manifest.archive.name,
      size: manifest.archive.size,
      sha256: manifest.archive.sha256,
    },
    records: manifest && manifest.records,
    models: manifest && manifest.models.length,
    copies: record.copies.map(({ store, manifestName, verification }) => ({
      store,
      manifest: manifestName,
      verdict: verification && verification.verdict,
      verified_at: verification && verification.at,
    })),
    warnings: record.warnings,
  }
}

function errorMember({ code, message, hint }: OctavoError): object {
  return { code, message, hint }
}

function findingMember({ check, database, backup, message, hint }: Finding): object {
  return { check, database, backup, message, hint }
}

function summaryMember({ from, to, databases, totalBytes }: WeeklySummary): object {
  return {
    from,
    to,
    databases: databases.map(({ name, label, succeeded, failed, newest, verifiedAt }) => ({
      name,
      label,
      succeeded,
      failed,
      newest: newest && {
        taken_at: newest.takenAt,
        size: newest.size,
        records: newest.records,
      },
      verified_at: verifiedAt,
    })),
    total_bytes: totalBytes,
  }
}
