import t from 'tap'
import { newBackupId } from '../../src/core/backups/backup-id.js'
import { backupIdPattern } from '../../src/core/backups/manifest.js'

t.test('an id is the second in UTC and six digits made by chance', (t) => {
  const at = new Date('2026-11-22T02:17:00.999+02:00')
  t.equal(
    newBackupId(at, (size) => new Uint8Array(size).fill(0x0a)),
    '20261122T001700Z-0a0a0a',
  )
  t.end()
})

t.test('ids look as manifests want them, and differ within a second', (t) => {
  const at = new Date(0)
  const ids = Array.from({ length: 100 }, () => newBackupId(at))
  for (const id of ids) t.match(id, backupIdPattern)
  t.ok(new Set(ids).size > 90)
  t.end()
})

t.test('ids of later seconds sort behind', (t) => {
  const seconds = [0, 1, 59, 60, 86_400, 31_622_400]
  const ids = seconds.map((second) => newBackupId(new Date(second * 1000)))
  t.strictSame(ids.toSorted(), ids)
  t.end()
})
