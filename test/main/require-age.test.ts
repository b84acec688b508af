import t from 'tap'
import { requireAge } from '../../src/main/actions/require-age.js'

const now = new Date('2026-11-22T12:00:00.000Z')

t.test('a backup is as old as it may be, and no older and no younger than can be', (t) => {
  const check = (takenAt: string | undefined, days: number) => () =>
    requireAge(takenAt, days, { shown: 'the backup', now })
  for (const takenAt of [
    '2026-11-14T12:00:00.000Z',
    '2026-11-22T12:00:00.000Z',
    '2026-11-23T11:00:00.000Z',
  ])
    t.doesNotThrow(check(takenAt, 8), takenAt)
  t.throws(check('2026-11-14T11:59:59.000Z', 8), { code: 'backup-old', message: /8 days ago/ })
  t.throws(check('2026-11-22T11:59:59.000Z', 0), { code: 'backup-old', message: /0 days ago/ })
  t.throws(check('2036-11-22T12:00:00.000Z', 8), {
    code: 'backup-old',
    message: 'the backup is dated 2036-11-22T12:00:00.000Z, and that has not come yet',
    hint: /A clock was wrong/,
  })
  t.throws(check('not a date', 8), { code: 'backup-old' })
  t.throws(check(undefined, 8), { code: 'usage', message: /does not say when it was taken/ })
  t.end()
})
