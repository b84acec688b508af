import t from 'tap'
import { chooseBackup } from '../../src/archiver/choose-backup.js'
import { planCommit } from '../../src/archiver/plan-commit.js'
import { keepNewest } from '../../src/core/retention/keep-newest.js'
import { branchHolding, manifestOf } from '../support/archive/branch-holding.js'

const lab = { source: 'lab.example.com' }
const shop = { source: 'shop.example.com' }
const adopted = { source: null }

t.test('each database of a refusal can be named as it says, and means that one', async (t) => {
  const stored = await branchHolding([
    manifestOf('2026-11-01', adopted),
    manifestOf('2026-11-02', lab),
    manifestOf('2026-11-03', shop),
    manifestOf('2026-11-04', { ...adopted, name: 'blog' }),
    manifestOf('2026-11-05', { ...adopted, name: 'blog', label: 'prod' }),
  ])
  const choose = (database?: string) => chooseBackup(stored, { which: 'latest', database })
  t.throws(() => choose('queue'), { code: 'usage' })
  const all = [
    'blog (prod)',
    'blog',
    'queue of shop.example.com',
    'queue of lab.example.com',
    'queue of an unknown service',
  ]
  const said = all.map((name) => `"${name}"`).join(', ')
  t.throws(() => choose(), { message: `"latest" may be a backup of several databases: ${said}` })
  t.strictSame(
    all.map((name) => choose(name).manifest.export_date.slice(0, 10)),
    ['2026-11-05', '2026-11-04', '2026-11-03', '2026-11-02', '2026-11-01'],
  )
})

t.test('a broken one is not passed over, however its database is named', async (t) => {
  const broken = manifestOf('2026-11-09', lab)
  const held = [manifestOf('2026-11-01', lab), manifestOf('2026-11-02', shop), broken]
  const stored = await branchHolding(held, { without: broken.parts[0]?.path })
  const latest = (database: string) => chooseBackup(stored, { which: 'latest', database })
  t.throws(() => latest('queue of lab.example.com'), {
    code: 'document-altered',
    hint: /The backup before it can be had by its name: 2026-11-01/,
  })
  t.match(latest('queue of shop.example.com').name, /2026-11-02/)
  for (const database of ['queue of lab.example.com', 'queue', undefined])
    t.throws(() => chooseBackup(stored, { which: '2026-11-09', database }), {
      code: 'document-altered',
    })
})

t.test('adopted backups that may be of either service are pushed out by neither', async (t) => {
  const old = [1, 2, 3, 4].map((day) => manifestOf(`2026-10-0${day}`, adopted))
  const runs = [manifestOf('2026-11-01', lab), manifestOf('2026-11-02', shop)]
  const { branch, backups } = await branchHolding([...old, ...runs])
  const manifest = manifestOf('2026-11-09', shop)
  const plan = planCommit({ branch, stored: backups, manifest, keep: 4 })
  t.strictSame(plan.pruned, [])
  t.match(plan.previous?.name, /2026-11-02/)
  t.ok(keepNewest(backups, 4).every(({ kept }) => kept))
})
