import t from 'tap'
import type { BackupCopy, BackupRecord } from '../../../src/core/backups/catalog.js'
import { applyRetention } from '../../../src/core/retention/apply-retention.js'
import { candidateOf } from '../../../src/core/retention/candidate.js'
import { isTimeZone, policyMistakes, rulesSet } from '../../../src/core/retention/policy.js'
import { apply, candidate, now } from './candidates.js'

t.test('every mistake of a policy is named', (t) => {
  t.strictSame(policyMistakes({}), [])
  t.strictSame(policyMistakes({ last: 8, totalBytes: 0, timeZone: 'Europe/Zurich' }), [])
  t.strictSame(policyMistakes({ last: -1, daily: 1.5, atMost: Number.NaN, timeZone: 'Mars' }), [
    { member: 'last', problem: 'is -1', expected: 'a whole number from 0 up' },
    { member: 'daily', problem: 'is 1.5', expected: 'a whole number from 0 up' },
    { member: 'atMost', problem: 'is NaN', expected: 'a whole number from 0 up' },
    {
      member: 'timeZone',
      problem: 'is "Mars", which is not known here',
      expected: 'the name of a time zone such as Europe/Zurich',
    },
  ])
  t.ok(isTimeZone('UTC'))
  t.notOk(isTimeZone(''))
  t.strictSame(rulesSet({ last: 0, daily: 7 }, ['last', 'daily', 'weekly']), ['daily'])
  t.end()
})

t.test('a policy with a mistake, or no date to apply it at, decides nothing', (t) => {
  t.throws(() => apply({ last: -8 }, []), {
    name: 'RangeError',
    message: '"last" of the policy is -8; it should be a whole number from 0 up',
  })
  t.throws(
    () => applyRetention({ backups: [], policy: {}, now: new Date(Number.NaN), run: null }),
    RangeError,
  )
  t.end()
})

const manifest: BackupRecord['manifest'] = {
  octavo_backup: 1,
  id: '20261122T001700Z-0a1b2c',
  taken_at: '2026-11-22T00:17:00Z',
  database: { name: 'queue', label: 'prod', engine: 'sqlite' },
  generator: 'octavo',
  started_by: 'cli',
  format: 'json',
  archive: { name: 'a.json.gz', size: 1234, sha256: 'a'.repeat(64), codecs: ['gzip'] },
  plain: { size: 9999, sha256: 'b'.repeat(64) },
  content_sha256: 'c'.repeat(64),
  excluded_rows: [],
  records: 1,
  models: [],
  duration_ms: 1,
  proved: 'snapshot',
}
const copy: BackupCopy = {
  store: 'disk',
  manifestName: 'a.manifest.json',
  verification: {
    octavo_verification: 1,
    id: manifest.id,
    at: '2026-11-22T00:18:00Z',
    verdict: 'round-trip',
  },
}
const record: BackupRecord = {
  id: manifest.id,
  database: 'queue',
  label: 'prod',
  format: 'json',
  status: 'success',
  startedAt: '2026-11-22T00:16:59Z',
  endedAt: null,
  startedBy: 'cli',
  process: null,
  manifest,
  error: null,
  warnings: [],
  copies: [copy],
  pinned: true,
  leaving: [],
  unchangedFrom: null,
}

t.test('a record of the catalog is seen as its manifest and its copy say', (t) => {
  t.strictSame(candidateOf(record, copy), {
    id: manifest.id,
    name: 'a.manifest.json',
    database: 'queue',
    label: 'prod',
    format: 'json',
    takenAt: new Date('2026-11-22T00:17:00Z'),
    size: 1234,
    verified: true,
    pinned: true,
    content: 'c'.repeat(64),
    status: 'success',
  })
  t.end()
})

t.test('only what was compared with its source, and restored from the store, is verified', (t) => {
  const bytes = { ...copy, verification: { ...verificationOf(copy), verdict: 'bytes' as const } }
  const unproved = { ...record, manifest: { ...manifest, proved: null } }
  t.match(candidateOf(record, { ...copy, verification: null }), { verified: false })
  t.match(candidateOf(record, bytes), { verified: false })
  t.match(candidateOf(unproved, copy), { verified: false })
  t.end()
})

function verificationOf({ verification }: BackupCopy) {
  if (verification === null) throw new Error('the copy of this test is verified')
  return verification
}

t.test('a file without our manifest is no candidate, and nothing else is decided about', (t) => {
  t.equal(candidateOf({ ...record, manifest: null }, copy), null)
  const given = [candidate(now), candidate('2026-01-01')]
  const decided = apply({ last: 1, olderThanDays: 1 }, given).map(({ backup }) => backup)
  t.equal(decided.length, given.length)
  t.ok(decided.every((backup) => given.includes(backup)))
  t.end()
})
