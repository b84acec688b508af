import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import { FetchedBackups } from '../../src/main/fetched-backups.js'
import { makeActions } from '../../src/main/make-actions.js'
import { ArchiveRig } from '../support/archive/archive-rig.js'

const instants = ['2026-11-15T00:17:00.000Z', '2026-11-22T00:17:00.000Z']

async function start(t: Test, change: Readonly<Record<string, string>> = {}) {
  const rig = await ArchiveRig.start()
  t.teardown(() => rig.stop())
  for (const [index, at] of instants.entries()) {
    await rig.serve({ at, machines: ['magnet', 'laser'].slice(0, index + 1) })
    await rig.archive()
  }
  rig.github.calls.length = 0
  const folder = t.testdir({ spool: {}, out: {} })
  const spool = join(folder, 'spool')
  const environment = {
    SPOOL_DIR: spool,
    GITHUB_TOKEN: rig.github.token,
    GITHUB_API_URL: rig.github.url,
    ...change,
  }
  const { stdin, stdout, stderr } = process
  const base = {
    environment,
    folder,
    terminal: {
      in: stdin,
      out: stdout,
      err: stderr,
      colour: false,
      tty: { in: false, out: false, err: false },
    },
    config: () => readConfig(environment, folder),
  }
  const backups = new FetchedBackups(base)
  const actions = makeActions({ ...base, backups }, () => undefined)
  const listeners = { signal: new AbortController().signal, onProgress: () => undefined }
  const fetches = () => rig.github.calls.filter(({ kind }) => kind === 'get ref').length
  return { rig, folder, spool, backups, actions, listeners, fetches }
}

t.test('a restore loads the backup that it showed, whatever is archived meanwhile', async (t) => {
  const { rig, folder, spool, backups, actions, listeners, fetches } = await start(t)
  const [file, into] = ['github:lab/backups', 'new.sqlite3']
  const plan = await actions.planRestore({ file, into }, listeners)
  t.match(plan.backup, { records: 2, header: { export_date: instants[1] } })
  await rig.serve({ at: '2026-11-29T00:17:00.000Z', machines: ['a', 'b', 'c'] })
  await rig.archive()
  const before = fetches()
  const request = { file, into, mode: null, only: [], dryRun: false, confirmed: null }
  const result = await actions.restore(request, listeners)
  t.equal(fetches(), before, 'it was fetched once')
  t.match(result.changes, [{ records: 2 }])
  t.ok((await readFile(join(folder, into))).length > 0)
  t.ok((await readdir(spool)).length > 0)
  await backups.close()
  t.strictSame(await readdir(spool), [], 'nothing is left of it')
})

t.test('verify, inspect, diff and fetch take the address', async (t) => {
  const { folder, spool, backups, actions, listeners } = await start(t)
  const verified = await actions.verify(
    { file: 'github:lab/backups@latest', expect: [], maxAge: null },
    listeners,
  )
  t.equal(verified.records, 2)
  const inspected = await actions.inspect({ file: 'GitHub:lab/backups@2026-11-15' }, listeners)
  t.equal(inspected.records, 1)
  const sides = { a: 'github:lab/backups@2026-11-15', b: 'github:lab/backups@latest', show: 5 }
  t.match(await actions.diff(sides, listeners), { equal: false, models: [{ added: 1 }] })
  const out = { path: 'out', force: false }
  const fetched = await actions.fetch(
    { which: 'github:lab/backups@2026-11-15', database: null, out },
    listeners,
  )
  t.match(fetched, { exportDate: instants[0], file: join(folder, 'out') })
  await backups.close()
  t.strictSame(await readdir(spool), [])
})

t.test('errors call the backup by its address, and a wrong address is said', async (t) => {
  const { spool, backups, actions, listeners } = await start(t)
  const verify = (file: string, expect: string[] = [], maxAge: number | null = null) =>
    actions.verify({ file, expect, maxAge }, listeners)
  const named = /^github:lab\/backups: the backup has no records of auth\.User$/
  await t.rejects(verify('github:lab/backups', ['auth.User']), { message: named })
  await t.rejects(verify('github:lab/backups@2026-11-15', [], 0), {
    code: 'backup-old',
    message:
      /^github:lab\/backups@2026-11-15 was taken 2026-11-15T00:17:00\.000Z, \d+ days ago: more than 0$/,
  })
  t.equal((await verify('github:lab/backups@2026-11-15#queue', [], 999_999)).records, 1)
  await t.rejects(verify('github:lab/backups#shop'), {
    message: 'the branch holds no backup of the database "shop"',
  })
  await t.rejects(verify('github:lab'), { code: 'usage', hint: /github:owner\/repo@latest/ })
  await t.rejects(verify('github:lab/backups@yesterday'), { code: 'usage' })
  await t.rejects(verify('github:lab/other'), { code: 'not-found', message: /has no branch/ })
  await backups.close()
  t.strictSame(await readdir(spool), [])
  const bare = await start(t, { GITHUB_TOKEN: '' })
  await t.rejects(bare.actions.inspect({ file: 'github:lab/backups' }, bare.listeners), {
    code: 'config-invalid',
    message: /GITHUB_TOKEN is missing/,
  })
})
