import t from 'tap'
import { healthNews } from '../../../src/core/backups/health-news.js'
import type { Finding } from '../../../src/core/backups/notifier.js'

const finding = (
  database: string,
  check: string,
  message = 'first',
  backup: string | null = null,
): Finding => ({ check, database, backup, message, hint: 'Look.' })

t.test('a finding is told once, whatever it says the next time', async (t) => {
  const first = healthNews([], [finding('lab', 'too-old')])
  t.strictSame(first.unhealthy, [finding('lab', 'too-old')])
  const again = healthNews(first.told, [finding('lab', 'too-old', 'an hour later')])
  t.strictSame(again, { unhealthy: [], recovery: [], told: first.told })
})

t.test('what is found besides is told, and only that', async (t) => {
  const told = [finding('lab', 'too-old')]
  const news = healthNews(told, [finding('lab', 'failed'), finding('lab', 'too-old')])
  t.strictSame(news.unhealthy, [finding('lab', 'failed')])
  t.strictSame(healthNews(told, [...told, finding('shop', 'too-old')]).unhealthy, [
    finding('shop', 'too-old'),
  ])
})

t.test('what is over is told once, when all is well with the database', async (t) => {
  const told = [finding('lab', 'too-old'), finding('lab', 'failed'), finding('shop', 'missing')]
  const left = healthNews(told, [finding('lab', 'failed'), finding('shop', 'missing')])
  t.strictSame(left, { unhealthy: [], recovery: [], told })
  const well = healthNews(told, [finding('shop', 'missing')])
  t.strictSame(well.recovery, told.slice(0, 2))
  t.strictSame(well.told, told.slice(2))
  t.strictSame(healthNews(well.told, [finding('shop', 'missing')]).recovery, [])
  t.strictSame(healthNews([], []), { unhealthy: [], recovery: [], told: [] })
})

t.test('what came, went and comes again in an ill database is no news', async (t) => {
  const told = [finding('lab', 'too-old'), finding('lab', 'failed')]
  const without = healthNews(told, [finding('lab', 'too-old')])
  t.strictSame(healthNews(without.told, told).unhealthy, [])
})

t.test('records that are lost from another backup are news', async (t) => {
  const told = [finding('lab', 'drop', 'a has 0', 'x')]
  t.strictSame(healthNews(told, [finding('lab', 'drop', 'a has 0', 'x')]).unhealthy, [])
  t.equal(healthNews(told, [finding('lab', 'drop', 'b has 0', 'y')]).unhealthy.length, 1)
})
