import { readdir } from 'node:fs/promises'
import t, { type Test } from 'tap'
import { adoptBackups } from '../../src/archiver/adopt-backups.js'
import type { Manifest } from '../../src/archiver/manifest.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import { makeDocument } from '../support/archive/make-document.js'

const sunday = '2026-11-22T00:17:00.000Z'

async function rigFor(t: Test): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  return rig
}

function adopt(rig: ArchiveRig) {
  return adoptBackups({ github: rig.place(), workFolder: rig.folder, clock: rig.clock })
}

async function textOf(day: string, more: object = {}): Promise<string> {
  const wishes = { at: `${day}T00:00:00.000Z`, machines: [`of ${day}`], ...more }
  return (await makeDocument(wishes)).bytes.toString()
}

/** What the weekly workflow of qhog left: its newest file again as the latest, one with an error, one cut. */
function ofQhog(): Record<string, string> {
  const users =
    '[{"model": "auth.user", "pk": 1, "fields": {}}, {"model": "auth.user", "pk": 2, "fields": {}}]'
  const of = (day: string, machines: string) =>
    `{"export_date": "${day}T00:00:00", "django_version": "4.2", "models": {"auth.User": ${users}, "calendarEditor.Machine": ${machines}}}`
  const good = of('2024-12-29', '[]')
  return {
    'backups/database_backup_2024-12-29_00-00-00.json': good,
    'backups/database_backup_2025-01-05_00-00-00.json': of(
      '2025-01-05',
      '{"error": "no such table"}',
    ),
    'backups/database_backup_2025-01-12_00-00-00.json': good.slice(0, -30),
    'backups/database_backup_latest.json': good,
  }
}

t.test('documents without a manifest are proved, adopted, and counted from then on', async (t) => {
  const rig = await rigFor(t)
  const whole = await textOf('2026-01-04')
  const parted = await textOf('2026-01-11')
  const foreign = {
    'backups/by-hand.json': whole,
    'backups/parted/0001.json-part': parted.slice(0, 100),
    'backups/parted/0002.json-part': parted.slice(100),
    'backups/cut.json': whole.slice(0, -150),
    'backups/altered.json': whole.replace('of 2026', 'of 2027'),
    ...ofQhog(),
    'backups/fixture.json': '[{"model": "auth.user", "pk": 1, "fields": {}}]',
    'backups/empty.json': '',
    'backups/page.json': '<!doctype html><title>Log in</title>',
    'backups/chosen.json': await textOf('2026-01-18', { selection: ['calendarEditor.Machine'] }),
    'backups/sample.json': await textOf('2026-01-18', { sample: true }),
    'backups/notes.txt': 'by hand\n',
  } // prettier-ignore
  await rig.github.repository.commitFiles('database-backups', foreign)
  const result = await adopt(rig)
  t.strictSame(result.adopted, ['parted', 'by-hand'])
  t.match(
    new Map(result.left.map(({ path, reason }) => [path, reason])),
    new Map([
      ['backups/notes.txt', /no file of a backup/],
      ['backups/altered.json', /./],
      ['backups/chosen.json', /chosen models only/],
      ['backups/cut.json', /./],
      [
        'backups/database_backup_2024-12-29_00-00-00.json',
        /^an export of 2024-12-29T00:00:00 .* 2 records/,
      ],
      [
        'backups/database_backup_2025-01-05_00-00-00.json',
        /an error in place of .*calendarEditor.Machine: no such table/,
      ],
      ['backups/database_backup_2025-01-12_00-00-00.json', /ends in the middle/],
      ['backups/fixture.json', /^an export by another program, with 1 record /],
      ['backups/empty.json', /./],
      ['backups/page.json', /./],
      ['backups/sample.json', /the sample/],
    ]),
  )
  t.equal(result.commit, await rig.head())
  for (const [path, content] of Object.entries(foreign)) t.equal(await rig.show(path), content)
  const manifest = JSON.parse(await rig.show('manifests/parted.json')) as Manifest
  t.match(manifest, { export_date: '2026-01-11T00:00:00.000Z', verified: null })
  t.equal(manifest.parts.length, 2)
  t.match(await rig.show('README.md'), /\[2026-01-11 00:00:00\]\(backups\/parted\)/)
  t.strictSame(await readdir(rig.folder), ['backups.git'], 'nothing is left behind')

  await rig.serve({ at: sunday, machines: ['magnet'] })
  const { pruned, previous } = await rig.archive({ keep: 1 })
  t.strictSame(pruned, ['by-hand'], 'the other one is the newest that differs')
  t.equal(previous?.name, 'parted')
  const paths = await rig.paths()
  t.notOk(paths.includes('backups/by-hand.json'))
  for (const path of ['backups/cut.json', ...Object.keys(ofQhog())])
    t.ok(paths.includes(path), `${path} was not adopted, and stays`)
  t.match(JSON.parse(await rig.show('backups/database_backup_latest.json')), { octavo: 1 })
  await rig.fsck()
})

t.test('where there is nothing to adopt nothing is committed', async (t) => {
  const rig = await rigFor(t)
  await t.rejects(adopt(rig), { code: 'not-found' })
  await rig.serve({ at: sunday, machines: ['magnet'] })
  const { commit } = await rig.archive()
  t.match(await adopt(rig), { commit: null, adopted: [], left: [] })
  t.equal(await rig.head(), commit)
})

t.test('a race does not fetch again what was proved, and a fault changes nothing', async (t) => {
  const rig = await rigFor(t)
  const files = { 'backups/by-hand.json': await textOf('2026-01-04') }
  const before = await rig.github.repository.commitFiles('database-backups', files)
  rig.github.plan = ({ kind }) => (kind === 'get blob' ? 'reset' : undefined)
  await t.rejects(adopt(rig), { code: 'github-failed' })
  t.equal(await rig.head(), before)
  let races = 0
  rig.github.plan = async ({ kind }) => {
    if (kind !== 'update ref' || races > 0) return undefined
    races += 1
    await rig.github.repository.commitFiles('database-backups', { other: 'theirs' })
    return undefined
  }
  rig.github.calls.length = 0
  t.strictSame((await adopt(rig)).adopted, ['by-hand'])
  t.equal(rig.github.calls.filter(({ kind }) => kind === 'get blob').length, 1)
  t.ok((await rig.paths()).includes('other'))
})
