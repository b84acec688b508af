import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { fetchBackup } from '../../src/archiver/fetch-backup.js'
import { latestPath } from '../../src/archiver/branch-paths.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import type { MadeDocument } from '../support/archive/make-document.js'

const exec = promisify(execFile)
const sunday = '2026-11-22T00:17:00.000Z'
const limits = { partSizes: { whole: 3000, least: 500, usual: 1000, most: 6000 } }

async function rigFor(t: Test): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  return rig
}

function weeksAfter(weeks: number): string {
  return new Date(Date.parse(sunday) + weeks * 7 * 86_400_000).toISOString()
}

function machines(count: number, change = ''): string[] {
  return Array.from({ length: count }, (_, n) => `machine ${n}${n === 77 ? change : ''}`)
}

function blobsSent(rig: ArchiveRig): number {
  return rig.github.calls.filter(({ kind }) => kind === 'create blob').length
}

/** What a clone gives without Octavo, by the command that the README of the branch shows. */
async function joined(rig: ArchiveRig, name: string): Promise<Buffer> {
  const clone = await rig.clone()
  const { stdout } = await exec('bash', ['-c', `cat backups/${name}/*.json-part`], {
    cwd: clone,
    encoding: 'buffer',
  })
  return stdout
}

t.test('a large document is in parts that cat joins, and the manifest lists them', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: machines(200) })
  const { name, manifest } = await rig.archive({ limits })
  t.ok(manifest.parts.length > 8)
  t.equal(blobsSent(rig), manifest.parts.length)
  t.match(manifest.parts[0]?.path, `backups/${name}/0001.json-part`)
  t.ok(document.bytes.equals(await joined(rig, name)))
  t.notOk((await rig.paths()).includes(latestPath), 'one file can not be the latest')
  const readme = await rig.show('README.md')
  t.match(readme, new RegExp(`\\| \\[2026-11-22 00:17:00\\]\\(backups/${name}\\) \\|`))
  t.match(readme, /cat backups\/NAME\/\*\.json-part > NAME\.json/)
  await rig.fsck()
})

t.test('a part that the branch holds is not sent again', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: machines(200) })
  const first = await rig.archive({ limits })
  rig.github.calls.length = 0
  const changed = await rig.serve({ at: weeksAfter(1), machines: machines(200, ', moved') })
  const second = await rig.archive({ limits })
  t.ok(blobsSent(rig) <= 4, 'the changed part and its neighbour, the header, the closing lines')
  t.ok(changed.bytes.equals(await joined(rig, second.name)))
  rig.github.calls.length = 0
  await rig.serve({ at: weeksAfter(2), machines: machines(200, ', moved') })
  const third = await rig.archive({ limits })
  t.equal(blobsSent(rig), 0, 'unchanged content sends nothing')
  t.match(third, { unchanged: true, manifest: { unchanged_since: weeksAfter(1) } })
  t.ok(changed.bytes.equals(await joined(rig, third.name)), 'the document of the week before')
  const bytes = [first, second].map(({ manifest }) => manifest.size)
  t.match(await rig.show('README.md'), /Together .* kB; what is equal is stored once: \d+\.\d kB/)
  t.ok(bytes.every((size) => size > 10_000))
  await rig.fsck()
})

t.test(
  'parts are pruned with their backup, and the name of the latest comes and goes',
  async (t) => {
    const rig = await rigFor(t)
    const small = await rig.serve({ at: sunday, machines: ['magnet'] })
    const { name: oldest } = await rig.archive({ limits })
    t.equal(await rig.show(latestPath), small.bytes.toString())
    const documents: MadeDocument[] = []
    const names: string[] = []
    for (const week of [1, 2, 3]) {
      documents.push(await rig.serve({ at: weeksAfter(week), machines: machines(150 + week) }))
      const result = await rig.archive({ limits, keep: 2 })
      names.push(result.name)
      t.notOk((await rig.paths()).includes(latestPath), 'an old one is not called the latest')
    }
    const paths = await rig.paths()
    t.notOk(paths.some((path) => path.includes(oldest) || path.includes(names[0] ?? '')))
    for (const at of [1, 2])
      t.ok(
        documents[at]?.bytes.equals(await joined(rig, names[at] ?? '')),
        'the kept ones are whole',
      )
    await rig.serve({ at: weeksAfter(4), machines: ['magnet'] })
    await rig.archive({ limits, keep: 2 })
    t.ok((await rig.paths()).includes(latestPath))
    await rig.fsck()
  },
)

t.test('a latest that is of no backup of ours is left alone, and said', async (t) => {
  const rig = await rigFor(t)
  await rig.github.repository.commitFiles('database-backups', {
    [latestPath]: '{"of": "others"}\n',
  })
  await rig.serve({ at: sunday, machines: machines(200) })
  const { warnings } = await rig.archive({ limits })
  t.match(warnings, [/latest\.json is not of the newest backup.*left alone/])
  t.equal(await rig.show(latestPath), '{"of": "others"}\n')
  await rig.serve({ at: '2026-11-29T00:17:00.000Z', machines: ['one file again'] })
  t.match((await rig.archive()).warnings, [/left alone/])
  t.equal(await rig.show(latestPath), '{"of": "others"}\n', 'not overwritten either')
})

t.test('quiet weeks do not push out the last backup that was different', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: machines(150) })
  const { name: different } = await rig.archive({ limits })
  for (const week of [1, 2, 3, 4]) {
    await rig.serve({ at: weeksAfter(week), machines: machines(151) })
    const { kept } = await rig.archive({ limits, keep: 2 })
    t.ok(kept.includes(different))
  }
  t.ok((await joined(rig, different)).length > 0)
})

t.test('a broken run is taken up again, and the branch was as it had been', async (t) => {
  const rig = await rigFor(t)
  await rig.serve({ at: sunday, machines: machines(120) })
  let sent = 0
  rig.github.plan = ({ kind }) => (kind === 'create blob' && (sent += 1) > 3 ? 'reset' : undefined)
  await t.rejects(rig.archive({ limits }), { code: 'github-failed' })
  t.equal(await rig.head(), null)
  rig.github.plan = undefined
  await rig.archive({ limits })
  let races = 0
  rig.github.plan = async ({ kind }) => {
    if (kind !== 'update ref' || races > 0) return undefined
    races += 1
    await rig.github.repository.commitFiles('database-backups', { other: 'theirs' })
    return undefined
  }
  const document = await rig.serve({ at: weeksAfter(1), machines: machines(120, '!') })
  rig.github.calls.length = 0
  const { name } = await rig.archive({ limits })
  t.ok(blobsSent(rig) <= 4, 'a race sends nothing twice')
  t.ok(document.bytes.equals(await joined(rig, name)))
  await rig.fsck()
})

t.test('a folder of the name is never added to', async (t) => {
  const rig = await rigFor(t)
  const name = 'database_backup_2026-11-22_00-17-00'
  const path = `backups/${name}/9999.json-part`
  await rig.github.repository.commitFiles('database-backups', { [path]: 'x' })
  await rig.serve({ at: sunday, machines: machines(200) })
  await t.rejects(rig.archive({ limits }), { message: /already holds another .*9999\.json-part/ })
})

t.test('fetch joins the parts, and names the one that is missing or altered', async (t) => {
  const rig = await rigFor(t)
  const document = await rig.serve({ at: sunday, machines: machines(200) })
  const { name, manifest } = await rig.archive({ limits })
  const out = t.testdir()
  const { file } = await fetchBackup({ which: 'latest', out, github: rig.place() })
  t.ok(document.bytes.equals(await readFile(file)))
  const third = manifest.parts[2]?.path ?? ''
  const branch = 'database-backups'
  const again = { out: join(out, 'again.json'), github: rig.place() }
  for (const [content, what] of [
    [null, 'is missing'],
    ['altered', 'is not the one that was written'],
  ] as const) {
    await rig.github.repository.commitFiles(branch, { [third]: content })
    for (const which of ['latest', '2026-11-22'])
      await t.rejects(fetchBackup({ ...again, which }), {
        code: 'document-altered',
        message: `the file ${third} of the manifest manifests/${name}.json ${what}`,
      })
  }
  const forged = await rig.show(`manifests/${name}.json`)
  const digest = manifest.parts[4]?.sha256 ?? ''
  await rig.github.repository.commitFiles(branch, {
    [third]: document.bytes.subarray(...rangeOf(manifest.parts, 2)).toString(),
    [`manifests/${name}.json`]: forged.replace(digest, 'f'.repeat(64)),
  })
  await t.rejects(fetchBackup({ ...again, which: 'latest' }), {
    code: 'document-altered',
    message: new RegExp(`^${manifest.parts[4]?.path} on the branch is not`),
  })
})

function rangeOf(parts: readonly { readonly size: number }[], index: number): [number, number] {
  const start = parts.slice(0, index).reduce((sum, { size }) => sum + size, 0)
  return [start, start + (parts[index]?.size ?? 0)]
}
