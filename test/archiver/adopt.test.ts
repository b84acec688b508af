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
    'backups/older.json': '{"export_date": "2025-01-05T00:00:00", "django_version": "4.2", "models": {}}',
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
      ['backups/older.json', /./],
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
  t.ok(paths.includes('backups/cut.json'), 'what was not adopted stays')
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
