import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { fetchBackup } from '../../src/archiver/fetch-backup.js'
import { OctavoError } from '../../src/core/errors.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'

const instants = [
  '2026-11-15T00:17:00.000Z',
  '2026-11-22T00:17:00.000Z',
  '2026-11-22T09:30:05.000Z',
]

async function rigWithBackups(t: Test): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  for (const [index, at] of instants.entries()) {
    await rig.serve({ at, machines: Array.from({ length: index + 1 }, (_, n) => `machine ${n}`) })
    await rig.archive()
  }
  return rig
}

async function errorOf(promise: Promise<unknown>): Promise<OctavoError> {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof OctavoError) return error
  throw new Error('an OctavoError was expected', { cause: error })
}

t.test('a backup is found by day or instant and comes back byte for byte', async (t) => {
  const rig = await rigWithBackups(t)
  const out = t.testdir()
  for (const [which, instant] of [
    ['latest', '2026-11-22_09-30-05'],
    ['2026-11-22', '2026-11-22_09-30-05'],
    ['2026-11-15', '2026-11-15_00-17-00'],
    ['2026-11-22_00-17-00', '2026-11-22_00-17-00'],
    ['2026-11-22T00:17:00.000Z', '2026-11-22_00-17-00'],
    ['database_backup_2026-11-22_00-17-00.json', '2026-11-22_00-17-00'],
  ] as const) {
    const file = join(out, which.replaceAll(':', ''))
    const phases = new Set<string>()
    const github = rig.place()
    const result = await fetchBackup({
      which,
      out: file,
      github,
      onProgress: ({ phase }) => phases.add(phase),
    })
    t.equal(result.name, `database_backup_${instant}`, which)
    t.equal(await readFile(file, 'utf8'), await rig.show(`backups/${result.name}.json`))
    t.equal((await stat(file)).mode & 0o777, 0o600)
    t.ok(phases.has('downloading'))
  }
})

t.test(
  'into a folder it keeps its name, and a file that is there is not overwritten',
  async (t) => {
    const rig = await rigWithBackups(t)
    const github = rig.place()
    const out = t.testdir({ 'there.json': 'mine' })
    const { file } = await fetchBackup({ which: 'latest', out, github })
    t.equal(file, join(out, 'database_backup_2026-11-22_09-30-05.json'))
    const there = join(out, 'there.json')
    for (const path of [there, out])
      t.match(await errorOf(fetchBackup({ which: 'latest', out: path, github })), {
        code: 'confirmation-needed',
        message: /is there already/,
      })
    t.equal(await readFile(there, 'utf8'), 'mine')
    await fetchBackup({ which: 'latest', out: there, github, force: true })
    t.match(await readFile(there, 'utf8'), /"octavo":1/)
    const meanwhile = join(out, 'meanwhile.json')
    rig.github.plan = async ({ kind }) => {
      if (kind === 'get blob') await writeFile(meanwhile, 'mine')
      return undefined
    }
    await errorOf(fetchBackup({ which: 'latest', out: meanwhile, github }))
    t.equal(await readFile(meanwhile, 'utf8'), 'mine', 'not even one that came meanwhile')
    t.strictSame(
      (await readdir(out)).filter((name) => name.endsWith('.part')),
      [],
    )
  },
)

t.test('what is not there is answered with what there is', async (t) => {
  const rig = await rigWithBackups(t)
  const github = rig.place()
  const out = t.testdir()
  t.match(await errorOf(fetchBackup({ which: '2026-11-16', out, github })), {
    code: 'not-found',
    message: 'there is no backup for "2026-11-16"',
    hint: /2026-11-22_09-30-05, 2026-11-22_00-17-00, 2026-11-15_00-17-00/,
  })
  t.match(await errorOf(fetchBackup({ which: 'yesterday', out, github })), { code: 'usage' })
  t.match(await errorOf(fetchBackup({ which: 'latest', out, github, database: 'other' })), {
    message: 'the branch holds no backup of the database "other"',
  })
  t.match(
    await errorOf(fetchBackup({ which: 'latest', out, github: { ...github, branch: 'none' } })),
    { code: 'not-found', message: /has no branch none/ },
  )
  t.strictSame(await readdir(out), [])
})

t.test('a file that is not what its manifest says never gets its name', async (t) => {
  const rig = await rigWithBackups(t)
  const out = t.testdir()
  const path = 'manifests/database_backup_2026-11-22_09-30-05.json'
  const manifest = await rig.show(path)
  const github = rig.place()
  const other = 'f'.repeat(64)
  for (const [field, message] of [
    ['sha256', /not what its manifest says \(size or digest\)/],
    ['content_sha256', /the content of .* is not what its manifest says/],
  ] as const) {
    const text = manifest.replaceAll(
      new RegExp(`"${field}": "[0-9a-f]+"`, 'g'),
      `"${field}": "${other}"`,
    )
    await rig.github.repository.commitFiles('database-backups', { [path]: text })
    const error = await errorOf(fetchBackup({ which: 'latest', out, github }))
    t.match(error, { code: 'document-altered', message })
  }
  await rig.github.repository.commitFiles('database-backups', {
    [path]: manifest,
    'backups/database_backup_2026-11-22_09-30-05.json': 'changed',
  })
  t.match(await errorOf(fetchBackup({ which: 'latest', out, github })), {
    code: 'document-altered',
    message: /is not the one that was written/,
    hint: /backup before it can be had by its name: 2026-11-22_00-17-00\./,
  })
  t.strictSame(await readdir(out), [], 'an older one never takes its place without a word')
  const older = await fetchBackup({ which: '2026-11-22_00-17-00', out, github })
  t.match(older.warnings, [/is not the one that was written/])
  t.strictSame(await readdir(out), [`${older.name}.json`])
})

t.test('a faulty connection is tried again, and then said', async (t) => {
  const rig = await rigWithBackups(t)
  const out = join(t.testdir(), 'file.json')
  let broken = 0
  rig.github.plan = ({ kind, number }) => {
    if (kind !== 'get blob' || number % 2 === 0) return undefined
    broken += 1
    return broken % 2 === 0 ? 'cut' : 'reset'
  }
  const github = { ...rig.place(), pace: { throttled: false, retries: 3, retryBaseMs: 1 } }
  await fetchBackup({ which: 'latest', out, github })
  t.ok(broken > 1)
  rig.github.plan = ({ kind }) => (kind === 'get blob' ? 'cut' : undefined)
  const error = await errorOf(fetchBackup({ which: 'latest', out, github, force: true }))
  t.match(error, { code: 'github-failed' })
  t.match(await readFile(out, 'utf8'), /"octavo":1/, 'the file that was there stays')
  t.strictSame(await readdir(join(out, '..')), ['file.json'])
})
