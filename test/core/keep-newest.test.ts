import fc from 'fast-check'
import t from 'tap'
import { keepNewest, type RetainedBackup } from '../../src/core/retention/keep-newest.js'

function backup(day: number, wishes: Partial<RetainedBackup> = {}): RetainedBackup {
  const exportedAt = new Date(Date.UTC(2026, 0, day))
  const database = wishes.database ?? 'queue'
  return {
    name: `${database} ${day}`,
    database,
    exportedAt,
    verified: true,
    content: 'same',
    ...wishes,
  }
}

function shown(decisions: ReturnType<typeof keepNewest>): string[] {
  return decisions.map(
    ({ backup, kept, reason }) => `${kept ? '+' : '-'} ${backup.name}: ${reason}`,
  )
}

t.test('the last ones of each database are kept, newest first, and each says why', (t) => {
  const backups = [backup(1), backup(3), backup(2), backup(2, { database: 'notes' })]
  t.strictSame(shown(keepNewest(backups, 2)), [
    '+ queue 3: 1 of the last 2',
    '+ queue 2: 2 of the last 2',
    '+ notes 2: 1 of the last 2',
    '- queue 1: older than the last 2',
  ])
  t.end()
})

t.test('the newest verified backup is kept however old it is', (t) => {
  const backups = [
    backup(1),
    backup(2),
    backup(3, { verified: false }),
    backup(4, { verified: false }),
  ]
  t.strictSame(shown(keepNewest(backups, 1)), [
    '+ queue 4: 1 of the last 1',
    '- queue 3: older than the last 1',
    '+ queue 2: the newest verified backup',
    '- queue 1: older than the last 1',
  ])
  t.end()
})

t.test('the newest one that differs from the newest is kept however old it is', (t) => {
  const backups = [backup(1, { content: 'a' }), backup(2, { content: 'b' })]
  const quiet = [3, 4, 5].map((day) => backup(day))
  t.strictSame(shown(keepNewest([...backups, ...quiet], 2)), [
    '+ queue 5: 1 of the last 2',
    '+ queue 4: 2 of the last 2',
    '- queue 3: older than the last 2',
    '+ queue 2: the newest one with another content',
    '- queue 1: older than the last 2',
  ])
  t.end()
})

t.test('what was made just now is kept though its date is older than all', (t) => {
  const decisions = keepNewest([backup(1), backup(2), backup(3)], 1, 'queue 1')
  t.equal(shown(decisions).at(-1), '+ queue 1: made just now')
  t.throws(() => keepNewest([], 0), /cannot keep 0 backups/)
  t.throws(() => keepNewest([], Number.NaN), /cannot keep NaN/)
  t.end()
})

t.test('whatever is there, nothing is lost and the newest verified one stays', (t) => {
  const backups = fc.uniqueArray(
    fc.record({
      name: fc.string({ minLength: 1 }),
      database: fc.constantFrom('a', 'b'),
      exportedAt: fc.date({ min: new Date(0), max: new Date(1e9), noInvalidDate: true }),
      verified: fc.boolean(),
      content: fc.constantFrom('same', 'other'),
    }),
    { selector: ({ name }) => name, maxLength: 20 },
  )
  fc.assert(
    fc.property(backups, fc.integer({ min: 1, max: 5 }), (given, keep) => {
      const decisions = keepNewest(given, keep)
      t.equal(decisions.length, given.length)
      for (const database of ['a', 'b']) {
        const own = decisions.filter(({ backup }) => backup.database === database)
        const kept = own.filter((one) => one.kept)
        if (kept.length < Math.min(keep, own.length) || kept.length > keep + 2) return false
        if (
          own.some(({ backup }) => backup.verified) &&
          !kept.some(({ backup }) => backup.verified)
        )
          return false
        const contents = (of: typeof own) => new Set(of.map(({ backup }) => backup.content)).size
        if (contents(kept) < contents(own)) return false
        if (own.slice(0, keep).some((one) => !one.kept)) return false
      }
      return keepNewest(given.toReversed(), keep).every(
        ({ backup, kept }, index) =>
          backup === decisions[index]?.backup && kept === decisions[index]?.kept,
      )
    }),
  )
  t.end()
})
