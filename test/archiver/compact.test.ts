import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { compactBranch } from '../../src/archiver/compact-branch.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'
import type { Call, Fault } from '../support/github-double/github-double.js'

const sunday = '2026-11-22T00:17:00.000Z'
const limits = { partSizes: { whole: 3000, least: 500, usual: 1000, most: 6000 } }

function weeksAfter(weeks: number): string {
  return new Date(Date.parse(sunday) + weeks * 7 * 86_400_000).toISOString()
}

/** Four weeks on the branch, the last one in parts. */
async function rigWithBackups(t: Test): Promise<ArchiveRig> {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  for (const week of [0, 1, 2, 3]) {
    const machines = Array.from({ length: week === 3 ? 150 : week + 1 }, (_, n) => `machine ${n}`)
    await rig.serve({ at: weeksAfter(week), machines })
    await rig.archive({ limits })
  }
  return rig
}

function compact(rig: ArchiveRig, keep = 2) {
  return compactBranch({ github: rig.place(), keep, clock: rig.clock })
}

function commits(rig: ArchiveRig): Promise<string> {
  return rig.github.repository.text('rev-list', '--count', 'database-backups')
}

t.test('the branch is one commit of the kept backups and of what is not ours', async (t) => {
  const rig = await rigWithBackups(t)
  await rig.github.repository.commitFiles('database-backups', {
    'backups/notes.txt': 'by hand\n',
    'else.md': 'theirs',
  })
  const before = await rig.head()
  const result = await compact(rig)
  t.match(result, { replaced: before, commit: await rig.head(), left: ['backups/notes.txt'] })
  t.equal(result.kept.length, 2)
  t.equal(result.pruned.length, 2)
  t.equal(await commits(rig), '1')
  t.equal(await rig.show('else.md'), 'theirs')
  const tip = await rig.github.repository.text('rev-list', '--objects', 'database-backups')
  const paths = await rig.paths()
  for (const name of result.pruned) {
    t.notOk(paths.some((path) => path.includes(name)))
    t.notMatch(tip, name, 'nothing that the branch reaches holds it')
  }
  await rig.fsck()
  const clone = await rig.clone()
  const readme = await readFile(join(clone, 'README.md'), 'utf8')
  t.match(readme, /\| 150 \|/)
  const document = await rig.serve({ at: weeksAfter(4), machines: ['magnet'] })
  await rig.archive({ limits })
  t.equal(await commits(rig), '2', 'the next run goes on from there')
  t.equal(await rig.show('backups/database_backup_latest.json'), document.bytes.toString())
})

t.test('who moves the branch meanwhile loses nothing', async (t) => {
  const rig = await rigWithBackups(t)
  let races = 0
  rig.github.plan = async ({ kind }) => {
    if (kind !== 'update refs' || races > 1) return undefined
    races += 1
    await rig.github.repository.commitFiles('database-backups', { [`other-${races}`]: 'theirs' })
    return undefined
  }
  const result = await compact(rig)
  t.strictSame(rig.clock.sleeps.slice(-2), [1000, 2000])
  const paths = await rig.paths()
  t.ok(paths.includes('other-1') && paths.includes('other-2'))
  t.equal(await commits(rig), '1')
  races = -100
  const before = await rig.head()
  await t.rejects(compact(rig), { message: /moved by someone else 6 times/ })
  const since = await rig.github.repository.text('rev-list', `${before}..database-backups`)
  t.equal(since.split('\n').length, 6, 'all of theirs is there, on top of what was')
  t.equal(result.commit, before)
  await rig.fsck()
})

t.test(
  'whatever fails, the branch is as it was or complete, and the next run is fine',
  async (t) => {
    const rig = await rigWithBackups(t)
    let runs = 0
    const compactWith = async (fault: Fault, isHit: (call: Call) => boolean) => {
      runs += 1
      const content = { more: `there is a past again: ${runs}` }
      const before = await rig.github.repository.commitFiles('database-backups', content)
      rig.github.calls.length = 0
      let hit: Call | undefined
      rig.github.plan = (call) => {
        if (hit !== undefined || !isHit(call)) return undefined
        hit = call
        return fault
      }
      const outcome = await compact(rig).catch((error: unknown) => error)
      rig.github.plan = undefined
      const what = `${JSON.stringify(fault)} at ${hit?.kind}`
      const after = await rig.head()
      if (hit && after === before) t.match(outcome, { code: 'github-failed' }, what)
      else t.match(outcome, { commit: after }, `${what}: complete, and said to be`)
      return hit
    }
    for (let number = 1; await compactWith('reset', (call) => call.number === number); number += 1);
    for (const fault of ['lost', 'cut', { status: 500, message: 'Server Error' }] as const)
      await compactWith(fault, ({ kind }) => kind === 'update refs')
    await rig.serve({ at: weeksAfter(4), machines: ['magnet'] })
    await rig.archive({ limits })
    await rig.fsck()
  },
)

t.test('a rule that forbids it is named, and the branch is as it was', async (t) => {
  const rig = await rigWithBackups(t)
  const before = await rig.head()
  await rig.github.repository.text('config', 'receive.denyNonFastForwards', 'true')
  await t.rejects(compact(rig), {
    code: 'github-failed',
    message: /could not replace database-backups of lab\/backups: .*force-push/,
    hint: /Rulesets: force pushes/,
  })
  t.equal(await rig.head(), before)
})

t.test('history stays while a backup is broken, or where there is none', async (t) => {
  const rig = await rigWithBackups(t)
  const path = 'backups/database_backup_2026-11-22_00-17-00.json'
  await rig.github.repository.commitFiles('database-backups', { [path]: 'altered' })
  const before = await rig.head()
  await t.rejects(compact(rig), {
    code: 'document-altered',
    message: /the history is still needed: the file backups\/database_backup_2026-11-22/,
    hint: /manifests\/database_backup_2026-11-22_00-17-00\.json/,
  })
  t.equal(await rig.head(), before)
  const empty = await ArchiveRig.start()
  t.teardown(() => empty.stop())
  await t.rejects(compact(empty), { code: 'not-found' })
})
