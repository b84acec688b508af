import type { Finding, Notice } from '../../src/core/backups/notifier.js'
import { OctavoError, toErrorRecord } from '../../src/core/errors.js'
import { idOf, instantOf, runOf, succeeded } from '../catalog/run-of.js'

const error = new OctavoError('store-failed', 'disk /backups answered nothing')

export const findings: readonly Finding[] = [
  {
    check: 'overdue',
    database: 'lab',
    backup: idOf(0),
    message: 'the newest good backup is 3 days old',
    hint: 'Look at the log of the schedule.',
  },
  {
    check: 'reachable',
    database: 'shop',
    backup: null,
    message: 'the store s3 answers nothing',
    hint: 'Check its credentials.',
  },
]

const success = runOf(0, succeeded(0))

/** One notice of each kind. */
export const notices = {
  started: { kind: 'started', record: runOf(0) },
  success: { kind: 'success', record: success, pruned: [`${idOf(1)} from disk`] },
  failure: {
    kind: 'failure',
    error,
    record: runOf(0, {
      status: 'failed',
      endedAt: instantOf(200),
      process: null,
      error: toErrorRecord(error),
      warnings: ['a journal was left behind'],
    }),
  },
  unhealthy: { kind: 'unhealthy', findings },
  recovery: { kind: 'recovery', findings: findings.slice(0, 1) },
  summary: {
    kind: 'summary',
    summary: {
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-08T00:00:00.000Z',
      databases: [
        {
          name: 'lab',
          label: 'prod',
          succeeded: 7,
          failed: 1,
          newest: { takenAt: instantOf(0), size: 12_345_678, records: 12_345 },
          verifiedAt: instantOf(9),
        },
        { name: 'shop', label: '', succeeded: 0, failed: 0, newest: null, verifiedAt: null },
      ],
      totalBytes: 98_765_432,
    },
  },
  test: { kind: 'test', by: 'account ada' },
} as const satisfies Readonly<Record<string, Notice>>

export const everyNotice: readonly Notice[] = Object.values(notices)
