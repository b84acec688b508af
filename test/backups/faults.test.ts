import { statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { baseOfManifest } from '../../src/core/backups/archive-names.js'
import { provesRestore } from '../../src/core/backups/verification.js'
import { beginning } from '../../src/jobs/backup/begin-run.js'
import { makeBackup } from '../../src/jobs/backup/make-backup.js'
import { pruneStores } from '../../src/jobs/backup/prune-stores.js'
import { setPin } from '../../src/jobs/backup/set-pin.js'
import { recoverRuns } from '../../src/jobs/backup/recover-runs.js'
import { removeBackup } from '../../src/jobs/backup/remove-backup.js'
import { RunLogs } from '../../src/jobs/backup/run-logs.js'
import { staySeen } from '../../src/jobs/backup/run-process.js'
import { rebuildCatalog } from '../../src/jobs/backup/rebuild-catalog.js'
import { verifyCopy } from '../../src/jobs/backup/verify-copy.js'
import { idOf } from '../catalog/run-of.js'
import { backupLab, FailingStore, type BackupLab } from './backup-lab.js'

const dayMs = 86_400_000
const signal = new AbortController().signal

function daysLater({ clock }: BackupLab): void {
  clock.set(new Date(clock.now().getTime() + 3 * dayMs).toISOString())
}

/** Every manifest in the store is of a backup that restores, as far as it says so. */
async function requireWhole(t: Test, lab: BackupLab, store: FailingStore): Promise<void> {
  for (const name of store.names) {
    const base = baseOfManifest(name)
    if (base === null) continue
    const record = (await lab.room.catalog.list()).find(
      ({ manifest }) => manifest?.archive.name === `${base}.json.gz`,
    )
    const copy = { store: store.name, manifestName: name, verification: null }
    if (!record?.manifest) {
      t.fail(`${name} is of no backup that is known`)
      continue
    }
    const wanted = {
      store: store.store,
      copy,
      manifest: record.manifest,
      opening: null,
      expect: [],
    }
    const proved = await verifyCopy(lab.room, { ...wanted, signal, onProgress: () => undefined })
    t.ok(provesRestore(proved), `${name} restores`)
  }
}

/** Objects without the manifest that would say what they are. */
function orphans({ names }: FailingStore): string[] {
  const bases = names.flatMap((name) => baseOfManifest(name) ?? [])
  return names.filter((name) => !bases.some((base) => name.startsWith(`${base}.`)))
}

for (const afterwards of [false, true])
  t.test(
    `a store that fails ${afterwards ? 'once it is done' : 'before it begins'}, at every call in turn`,
    async (t) => {
      const names = new FailingStore('disk')
      const first = await backupLab(t, [names], { olderThanDays: 1 })
      await makeBackup(first.room, first.request())
      daysLater(first)
      names.calls.length = 0
      await makeBackup(first.room, first.request())
      const count = names.calls.length
      t.ok(count >= 9, `${count} calls: list, put, put, get, put, and what pruning asks`)
      for (let failAt = 1; failAt <= count; failAt += 1) {
        const store = new FailingStore('disk')
        const lab = await backupLab(t, [store], { olderThanDays: 1 })
        await makeBackup(lab.room, lab.request())
        const [good] = await lab.room.catalog.list()
        daysLater(lab)
        store.calls.length = 0
        Object.assign(store, { failAt, afterwards })
        const failed = await makeBackup(lab.room, lab.request()).then(
          () => null,
          (error: unknown) => error,
        )
        const what = `call ${failAt} (${store.calls[failAt - 1]?.split(' ')[0]})`
        const [newest] = await lab.room.catalog.list()
        t.equal(newest?.status, failed ? 'failed' : 'success', `${what}: said as it is`)
        if (failed)
          t.ok(
            (await lab.room.catalog.get(good?.id ?? ''))?.copies[0]?.verification,
            `${what}: kept`,
          )
        await requireWhole(t, lab, store)
        daysLater(lab)
        store.failAt = 0
        const again = await makeBackup(lab.room, lab.request())
        t.match(
          again.record,
          { status: 'success', copies: [{ verification: {} }] },
          `${what}: next`,
        )
        await requireWhole(t, lab, store)
        // A put that fails must leave nothing: what a store does that breaks this promise stays there.
        if (!/put/.test(what)) t.same(orphans(store), [], `${what}: nothing is left of what went`)
        t.ok((await lab.room.catalog.list()).every(({ leaving }) => leaving.length === 0))
      }
    },
  )

t.test('of two stores one fails at every call: the other has the backup', async (t) => {
  const [one, two] = [new FailingStore('one'), new FailingStore('two')]
  const lab = await backupLab(t, [one, two], { last: 1 })
  for (let failAt = 1; failAt <= 4; failAt += 1) {
    Object.assign(one, { failAt: one.calls.length + failAt })
    const failed = await makeBackup(lab.room, lab.request()).then(
      () => false,
      () => true,
    )
    const [newest] = await lab.room.catalog.list()
    t.ok(newest?.copies.some(({ store, verification }) => store === 'two' && verification))
    t.equal(newest?.status === 'failed', failed)
    daysLater(lab)
  }
})

t.test('every store that fails says why, in the log and in the error', async (t) => {
  const names = ['one', 'two', 'three', 'four'] as const
  const stores = names.map((name) => new FailingStore(name))
  const lab = await backupLab(t, stores)
  // They are asked what they have, then given the archive, then the manifest.
  for (const [at, failAt] of [2, 0, 3, 4].entries()) Object.assign(stores[at] ?? {}, { failAt })
  const why = (call: string) => `the store failed at ${call}, as the test wants it`
  const [put, get] = [why('put'), why('get')]
  const failures = `one (${put}), three (${put}) and four (${get})`
  // What was put into the last one is in it, and not proved.
  const message = `the backup is not proved in ${failures}; it is in two, four`
  await t.rejects(makeBackup(lab.room, lab.request()), { code: 'store-failed', message })
  const [record] = await lab.room.catalog.list()
  t.match(record, { status: 'failed', error: { message } })
  t.strictSame(
    lab.lines.filter((line) => line.includes('Not proved')),
    [['one', put] as const, ['three', put] as const, ['four', get] as const].map(
      ([name, said]) =>
        `ERROR: Not proved in ${stores.find((one) => one.name === name)?.store.shown}: ${said} (store-failed)`,
    ),
  )
  t.match(lab.lines.at(-1), /^ERROR: Failed to create backup: /)
})

t.test('a catalog that was lost comes back, and prunes nothing that it should not', async (t) => {
  const store = new FailingStore('disk')
  const lab = await backupLab(t, [store], { last: 2 })
  for (let day = 0; day < 4; day += 1) {
    await makeBackup(lab.room, lab.request({ prune: false }))
    daysLater(lab)
  }
  store.objects.set('database_backup_of_somebody.json.gz', Buffer.from('a stranger'))
  store.objects.set('notes.manifest.json', Buffer.from('{"not": "ours"}'))
  const before = await lab.room.catalog.list()
  for (const { id } of before) await lab.room.catalog.remove(id)
  const rebuilt = await rebuildCatalog(lab.room, signal)
  t.equal(rebuilt.added.length, 4)
  t.match(rebuilt.warnings, [/notes\.manifest\.json is wrong at .*left alone/])
  t.strictSame(
    (await lab.room.catalog.list()).map(({ id, copies }) => [id, copies]),
    before.map(({ id, copies }) => [id, copies]),
  )
  t.strictSame(await rebuildCatalog(lab.room, signal), { ...rebuilt, added: [], changed: [] })
  await makeBackup(lab.room, lab.request())
  t.ok(store.names.includes('database_backup_of_somebody.json.gz'))
  t.ok(store.names.includes('notes.manifest.json'))
})

t.test(
  'a run of a machine that was started anew is dead after minutes, one that is seen is not',
  async (t) => {
    const lab = await backupLab(t, [new FailingStore('disk')])
    const { catalog, clock } = lab.room
    await makeBackup(lab.room, lab.request())
    const [done] = await catalog.list()
    const id = done?.id ?? ''
    const elsewhere = (seen: Date): string =>
      JSON.stringify({ pid: 1, start: 'x', place: 'another start', seen: seen.toISOString() })
    const minutesAgo = (minutes: number): Date => new Date(clock.now().getTime() - minutes * 60_000)
    const going = { status: 'in-progress', startedAt: minutesAgo(100).toISOString() } as const
    await catalog.update(id, { ...going, process: elsewhere(minutesAgo(4)) })
    t.strictSame(await recoverRuns(lab.room, signal), [])
    await t.rejects(makeBackup(lab.room, lab.request()), { code: 'backup-running' })
    const stop = staySeen(lab.room, id, 1)
    while ((await catalog.get(id))?.process?.includes('another start')) await sleep(2)
    await stop()
    t.match(JSON.parse((await catalog.get(id))?.process ?? ''), { seen: clock.now().toISOString() })
    await catalog.update(id, { process: elsewhere(minutesAgo(6)) })
    t.strictSame(await recoverRuns(lab.room, signal), [id])
    const failed = staySeen(lab.room, id, 1)
    await makeBackup(lab.room, lab.request())
    await failed()
    t.match(
      await catalog.get(id),
      { status: 'failed', process: elsewhere(minutesAgo(6)) },
      'it is not seen again',
    )
  },
)

t.test('what is pinned while others are pruned stays', async (t) => {
  const store = new FailingStore('disk')
  const lab = await backupLab(t, [store], { olderThanDays: 1 })
  for (let day = 0; day < 3; day += 1) {
    await makeBackup(lab.room, lab.request({ prune: false }))
    daysLater(lab)
  }
  const { catalog } = lab.room
  const [, second, oldest] = await catalog.list()
  const pin = async (): Promise<void> => {
    const storeOf = () => store.store
    await setPin(catalog, {
      record: await catalog.find(second?.id ?? ''),
      pinned: true,
      storeOf,
      signal,
    })
  }
  const pinning = {
    ...catalog,
    list: async () => {
      const listed = await catalog.list()
      await pin()
      return listed
    },
  }
  const [pruned] = await pruneStores({ ...lab.room, catalog: pinning }, { dryRun: false, signal })
  const gone = pruned?.decisions.filter(({ kept }) => !kept).map(({ backup }) => backup.id)
  t.strictSame(gone, [oldest?.id])
  t.match(await catalog.get(second?.id ?? ''), { pinned: true, copies: [{ store: 'disk' }] })
  await requireWhole(t, lab, store)
  const gonePin = { record: await catalog.find(oldest?.id ?? ''), pinned: true, signal }
  await t.rejects(setPin(catalog, { ...gonePin, storeOf: () => store.store }), {
    code: 'not-found',
  })
})

t.test('who is told: what began, what ended well, what failed', async (t) => {
  const store = new FailingStore('disk')
  const lab = await backupLab(t, [store])
  await makeBackup(lab.room, lab.request())
  store.failAt = store.calls.length + 3
  await t.rejects(makeBackup(lab.room, lab.request()), { code: 'store-failed' })
  t.strictSame(
    lab.notices.map(({ kind }) => kind),
    ['started', 'success', 'started', 'failure'],
  )
  t.match(lab.lines.at(-1), /^ERROR: Failed to create backup: /)
})

t.test('what a run told is kept as long as the catalog has the run', async (t) => {
  const store = new FailingStore('disk')
  const lab = await backupLab(t, [store])
  const { room, lines } = lab
  const { record } = await makeBackup(room, lab.request())
  const told = lines.splice(0).map((line) => `[2026-11-22 00:00:00] ${line}\n`)
  t.match(told.join(''), /Starting database backup [^]*Stored in[^]*Backup completed success/)
  t.equal(await room.logs.read(record.id), told.join(''))
  const file = join(lab.folder, 'logs', `${record.id}.log`)
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(dirname(file)).mode & 0o777, 0o700)
  await makeBackup({ ...room, unchanged: 'skip' }, lab.request())
  t.strictSame(await room.logs.ids(), [record.id], 'a run that leaves no trace leaves no log')
  const running = { id: idOf(1), startedAt: room.clock.now() }
  await room.catalog.begin(await beginning(lab.request(), running), [])
  await t.rejects(makeBackup(room, lab.request()), { code: 'backup-running' })
  t.strictSame(await room.logs.ids(), [record.id], 'nor one that did not begin')
  await room.catalog.remove(idOf(1))
  store.failAt = store.calls.length + 3
  await t.rejects(makeBackup(room, lab.request()), { code: 'store-failed' })
  const failed = (await room.catalog.list({ status: 'failed' }))[0]?.id ?? ''
  t.match(await room.logs.read(failed), /ERROR: Failed to create backup: .*\(store-failed\)\n$/)
  const removal = { record, force: true, signal, onStore: () => undefined }
  await removeBackup(room, removal)
  t.strictSame(await room.logs.ids(), [failed])
  t.equal(await room.logs.read(record.id), null)
  writeFileSync(join(lab.folder, 'outside.log'), 'not ours')
  t.equal(await room.logs.read('../outside'), null)
})

t.test('a log that can not be kept keeps no backup from being made', async (t) => {
  const lab = await backupLab(t, [new FailingStore('disk')])
  writeFileSync(join(lab.folder, 'logs'), 'in the way')
  t.match(await makeBackup(lab.room, lab.request()), { record: { status: 'success' } })
  const warnings = lab.lines.filter((line) => line.startsWith('WARNING'))
  t.match(warnings, [/the log of this run can't be kept: .*logs/])
  t.equal(warnings.length, 1, 'it is told once')
})

t.test('a log that goes on and on keeps its beginning and its end', async (t) => {
  const logs = new RunLogs(join(t.testdir(), 'logs'))
  const writer = logs.writer(idOf(1), t.fail)
  writer.line('the beginning', new Date(0))
  writer.begin()
  for (let count = 1; count <= 20_000; count += 1) writer.line(`line ${count}`, new Date(0))
  writer.line('é'.repeat(50_000), new Date(0))
  writer.line('the end', new Date(0))
  writer.end()
  writer.line('behind it', new Date(0))
  const text = (await logs.read(idOf(1))) ?? ''
  t.ok(Buffer.byteLength(text) < 200_000, `${Buffer.byteLength(text)} bytes`)
  const lines = text.split('\n')
  t.match([lines[0], lines.at(-2), lines.at(-1)], [/the beginning$/, /the end$/, /^$/])
  const left = Number(/^… (\d+) lines were left out …$/m.exec(text)?.[1])
  t.equal(lines.length - 2 + left, 20_003, 'every line is there or counted')
})
