import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { cliPath, compileOctavo, octavo, run, type Ran } from '../cli/octavo.js'
import { labFolder, rows } from '../cli/lab-folder.js'
import { hasTerminals } from '../support/docs/readers-machine.js'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import { projectRoot } from '../house/source-files.js'

compileOctavo()

function lab(t: Test, more: Readonly<Record<string, string>> = {}) {
  const folder = labFolder(t)
  const env = { DATABASE_URL: 'lab.sqlite3', ...more }
  const call = (words: readonly string[], change: Readonly<Record<string, string>> = {}) =>
    octavo(words, { folder, env: { ...env, ...change } })
  const list = async (): Promise<readonly BackupRecord[]> =>
    (JSON.parse((await call(['list', '--json'])).out) as { backups: BackupRecord[] }).backups
  return { folder, call, list, files: () => readdirSync(join(folder, 'backups')).toSorted() }
}

function done(t: Test, { exit, out, err }: Ran, what: string): string {
  t.equal(exit, 0, `${what} ${exit === 0 ? '' : out + err}`.trim())
  return out
}

t.test('a backup is kept, proved, listed, pinned, pruned and restored', async (t) => {
  const { folder, call, list, files } = lab(t, { DATABASE_LABEL: 'prod' })
  const made = await call(['backup'])
  done(t, made, 'backup')
  t.match(made.err, /Starting database backup [^]*Database: database \(prod\), .*lab\.sqlite3/)
  t.match(
    made.err,
    /Stored in disk [^]*Verified from disk [^]*\n\[.*\] Backup completed successfully in [\d.]+ s\n$/,
  )
  const [record] = await list()
  t.match(record, {
    status: 'success',
    startedBy: 'cli',
    manifest: { records: 5, proved: 'snapshot', archive: { codecs: ['gzip'] } },
    copies: [{ store: 'disk', verification: { verdict: 'snapshot' } }],
  })
  const id = record?.id ?? ''
  t.equal(files().length, 4, 'the archive, its manifest, its verification, and our folder')
  for (const name of files()) {
    const { mode } = statSync(join(folder, 'backups', name))
    t.equal(mode & 0o077, 0, `${name} is for its owner only`)
  }
  done(t, await call(['restore', id, '--into', 'back.sqlite3', '--yes']), 'restore')
  t.strictSame(
    rows(join(folder, 'back.sqlite3'), 'SELECT * FROM machine'),
    rows(join(folder, 'lab.sqlite3'), 'SELECT * FROM machine'),
  )
  t.match(done(t, await call(['verify', id.slice(0, 17)]), 'verify'), 'restored and compared')
  t.match(done(t, await call(['show', id]), 'show'), /verified .* \(snapshot\)[^]*machine +2/)
  t.match(done(t, await call(['diff', id, 'lab.sqlite3']), 'diff'), 'no difference')
  done(t, await call(['backup', '--format', 'sqlite']), 'a page copy')
  done(t, await call(['pin', id]), 'pin')
  const one = { MAX_BACKUPS: '1' }
  for (const _ of [1, 2]) done(t, await call(['backup', '--no-cleanup'], one), 'another')
  t.equal((await list()).length, 4)
  const why = done(t, await call(['prune', '--dry-run'], one), 'a dry run')
  t.match(why, new RegExp(`keep +${id} .*pinned`))
  t.match(why, /remove +\d{8}T/)
  t.equal(files().length, 15, 'four backups, one of them proved twice, a pin, our folder')
  done(t, await call(['prune'], one), 'prune')
  const kept = (await list()).filter(({ copies }) => copies.length > 0).map((one) => one.id)
  t.ok(kept.includes(id), 'the pinned one stays')
  const before = kept.toSorted()
  rmSync(join(folder, 'backups/.octavo'), { recursive: true })
  const rebuilt = (await list()).map((one) => one.id).toSorted()
  t.strictSame(rebuilt, before, 'a lost catalog comes back from the store')
  t.ok((await list()).find((one) => one.id === id)?.pinned)
  t.match(done(t, await call(['store', 'check', 'disk']), 'store check'), /ok {2}/)
  t.match(await call(['remove', id, '--yes', '--force']), { exit: 6, err: /is pinned/ })
  done(t, await call(['pin', id, '--remove']), 'unpin')
  const removed = JSON.parse(done(t, await call(['remove', id, '--yes', '--json']), 'remove'))
  t.strictSame(removed, { id, stores: ['disk'] })
  const left = await list()
  t.notOk(left.find((one) => one.id === id))
  t.strictSame(
    files().filter((name) => name.includes('.pin.')),
    [],
  )
  t.match(await call(['remove', 'latest']), { exit: 6, err: /nobody is there to ask/ })
})

t.test('what the store does not give back is not proved, and not restored', async (t) => {
  const { folder, call, list } = lab(t)
  done(t, await call(['backup']), 'backup')
  const [record] = await list()
  const path = join(folder, 'backups', record?.manifest?.archive.name ?? '')
  const bytes = readFileSync(path)
  bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100)
  writeFileSync(path, bytes)
  const verified = await call(['verify', record?.id ?? ''])
  t.match(verified, { exit: 4, err: /is not what its manifest describes: another digest/ })
  t.match(await list(), [{ copies: [{ verification: null }] }])
  t.match(await call(['restore', record?.id ?? '', '--into', 'x.sqlite3', '--yes']), { exit: 4 })
  rmSync(join(folder, 'backups/.octavo'), { recursive: true })
  t.match(await list(), [{ copies: [{ verification: null }] }], 'nor after the catalog was lost')
})

t.test(
  'one store of two fails: the run has, the other keeps its copy, nothing is pruned',
  async (t) => {
    const { folder, call, list } = lab(t)
    const stores = (second: string) => ({
      stores: { one: { type: 'disk', path: 'one' }, two: { type: 'disk', path: second } },
      retention: { last: 1 },
    })
    const configure = (second: string) =>
      writeFileSync(join(folder, 'octavo.config.json'), JSON.stringify(stores(second)))
    configure('two')
    for (const _ of [1, 2]) done(t, await call(['backup', '--no-cleanup']), 'both')
    const [first] = await list()
    const archive = join(folder, 'one', first?.manifest?.archive.name ?? '')
    const content = readFileSync(archive)
    writeFileSync(archive, 'rubbish')
    const verified = await call(['verify', first?.id ?? ''])
    t.match(verified, { exit: 4, out: /verified: .* from two, .*\nfailed: .* from one: / })
    writeFileSync(archive, content)
    t.match(await list(), [{ copies: [{ verification: null }, { verification: {} }] }])
    writeFileSync(join(folder, 'file'), '')
    configure('file')
    const failed = await call(['backup'])
    t.not(failed.exit, 0)
    t.match(failed.err, /not proved in two; it is in one/)
    t.match(
      failed.err
        .split('\n')
        .filter((line) => line.startsWith('['))
        .at(-1),
      /ERROR: Failed to create backup/,
    )
    const [newest, ...others] = await list()
    t.match(newest, { status: 'failed', copies: [{ store: 'one', verification: {} }] })
    t.ok(
      others.every(({ copies }) => copies.length === 2),
      'nothing was pruned',
    )
    t.match(await call(['restore', newest?.id ?? '', '--into', 'x.sqlite3', '--yes']), { exit: 0 })
    configure('two')
    done(t, await call(['backup']), 'the next one')
  },
)

t.test('without the identity it is encrypted and proved, and can not be read', async (t) => {
  const { folder, call, list } = lab(t)
  const keygen = JSON.parse(done(t, await call(['keygen', '-o', 'key.txt', '--json']), 'keygen'))
  const sealed = { AGE_RECIPIENTS: keygen.recipient as string }
  done(t, await call(['backup'], sealed), 'backup')
  const [record] = await list()
  t.match(record, { copies: [{ verification: { verdict: 'snapshot' } }] })
  t.match(record?.manifest?.archive.name, /\.json\.gz\.age$/)
  const id = record?.id ?? ''
  t.match(done(t, await call(['verify', id], sealed), 'verify'), /bytes are right; encrypted/)
  t.match(await list(), [{ copies: [{ verification: { verdict: 'snapshot' } }] }])
  const refused = await call(['restore', id, '--into', 'x.sqlite3', '--yes'], sealed)
  t.match(refused, { exit: 4, err: /is encrypted[^]*AGE_IDENTITY_FILE/ })
  const opened = { AGE_IDENTITY_FILE: 'key.txt' }
  done(t, await call(['restore', id, '--into', 'x.sqlite3', '--yes'], opened), 'restore')
  t.equal(rows(join(folder, 'x.sqlite3'), 'SELECT * FROM entry').length, 3)
})

t.test('where nothing changed nothing is stored, if so wanted', async (t) => {
  const { folder, call, list, files } = lab(t)
  done(t, await call(['backup']), 'backup')
  const before = files()
  const first = (await list())[0]?.id
  const again = await call(['backup'], { BACKUP_UNCHANGED: 'record' })
  t.match(done(t, again, 'again'), `nothing changed since ${first}`)
  t.strictSame(files(), before)
  t.match(await list(), [{ status: 'success', unchangedFrom: first, copies: [] }, { id: first }])
  done(t, await call(['backup'], { BACKUP_UNCHANGED: 'skip' }), 'skipped')
  const ids = (await list()).map(({ id }) => id)
  t.equal(ids.length, 2)
  const home = join(folder, 'backups/.octavo')
  const logs = (): string[] => readdirSync(join(home, 'logs')).toSorted()
  t.strictSame(logs(), ids.map((id) => `${id}.log`).toSorted(), 'the log of each run in the list')
  rmSync(join(home, 'catalog.sqlite3'))
  t.match(await list(), [{ id: first }])
  t.strictSame(logs(), [`${first}.log`], 'what the stores do not know is forgotten')
})

const noTerminal = hasTerminals() ? false : 'there is no `script` to ask a person with'

t.test('a removal asks a person on a terminal', { skip: noTerminal }, async (t) => {
  const { folder, call, list } = lab(t)
  for (const _ of [1, 2]) done(t, await call(['backup', '--no-cleanup']), 'backup')
  const id = (await list())[1]?.id ?? ''
  const asked = (answer: string) =>
    run('script', ['-qec', `"${process.execPath}" "${cliPath}" remove ${id}`, '/dev/null'], {
      folder,
      env: { DATABASE_URL: 'lab.sqlite3' },
      answer: [/Type YES to remove \S+ for good: $/, answer],
    })
  t.match(await asked('yes\n'), { exit: 6, out: /the answer was not YES/ })
  t.equal((await list()).length, 2)
  const right = await asked('YES\n')
  t.match(right, { exit: 0, out: new RegExp(`${id} is removed from disk`) })
  t.match(right.out, /: database of [^]*, in disk[^]*Type YES/, 'told before it is asked')
  t.notMatch(await list(), [{ id }])
})

t.test('a store that goes with the machine is refused', async (t) => {
  const { call } = lab(t)
  const refused = await call(['backup'], { GITHUB_ACTIONS: 'true' })
  t.match(refused, { exit: 2, err: /would be gone with this machine[^]*S3_BUCKET/ })
  const render = { RENDER: 'true', RENDER_SERVICE_TYPE: 'cron' }
  t.match(await call(['run-schedule'], render), { exit: 2, err: /would be gone/ })
})

t.test('a run that is killed is found, its leftovers go, and the next one works', async (t) => {
  const { folder, list, files, call } = lab(t)
  const env = { DATABASE_URL: 'lab.sqlite3' }
  for (const at of [/Starting/, /created successfully/, /Stored in/])
    await octavo(['backup'], { folder, env, stop: [at, 'SIGKILL'] })
  t.match(
    (await list()).filter(({ status }) => status === 'in-progress'),
    [{}],
  )
  done(t, await call(['backup']), 'the next one')
  const records = await list()
  t.equal(records.filter(({ status }) => status === 'in-progress').length, 0)
  const known = new Set(
    records.flatMap(({ copies, manifest }) => (copies.length > 0 ? [manifest?.archive.name] : [])),
  )
  const archives = files().filter((name) => name.endsWith('.json.gz'))
  t.strictSame(new Set(archives), known, 'every archive is of a backup that is listed')
  for (const { id, copies } of records)
    if (copies.length > 0) done(t, await call(['verify', id]), `${id} restores`)
})

t.test(
  'the script for crontab backs up by its file of settings, and ends as the backup does',
  (t) => {
    const folder = labFolder(t)
    const script = join(projectRoot, 'scripts/backup-cron.sh')
    writeFileSync(
      join(folder, 'octavo.env'),
      `DATABASE_URL='${folder}/lab.sqlite3'\nBACKUP_DIR='${folder}/kept'\n`,
    )
    // Cron gives a short path and another folder.
    const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`
    const cron = (...words: string[]) =>
      spawnSync(script, words, { cwd: '/', env: { PATH, TMPDIR: folder }, encoding: 'utf8' })
    const done = cron(join(folder, 'octavo.env'))
    t.equal(done.status, 0, done.stderr)
    t.match(done.stderr, /Backup completed successfully in [\d.]+ s\n$/)
    const kept = readdirSync(join(folder, 'kept')).filter((name) => name.endsWith('.json.gz'))
    t.equal(kept.length, 1)
    rmSync(join(folder, 'lab.sqlite3'))
    t.equal(cron(join(folder, 'octavo.env')).status, 3)
    t.end()
  },
)

const noSystemd =
  spawnSync('systemd-analyze', ['--version']).status === 0 ? false : 'there is no systemd-analyze'

t.test('the units of docs/systemd are ones that systemd understands', { skip: noSystemd }, (t) => {
  const folder = t.testdir()
  const names = ['octavo-backup.service', 'octavo-backup.timer']
  for (const name of names) cpSync(join(projectRoot, 'docs/systemd', name), join(folder, name))
  const paths = names.map((name) => join(folder, name))
  const ran = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' })
  t.equal(ran.status, 0, ran.stderr)
  t.notMatch(ran.stderr, 'octavo-backup')
  t.end()
})

t.test('--db-type keeps a backup under its label, and an empty one only on request', async (t) => {
  const { folder, call } = lab(t, { DATABASE_LABEL: 'prod' })
  const made = await call(['backup', '--db-type', 'prod', '--no-cleanup'])
  t.match(made, { exit: 0 })
  t.match(
    made.out,
    /^✓ Backup created: backup_prod_[\d_-]+\.json\.gz \([\d,]+ bytes\)\n {2}Location: prod\/backup_prod_/,
  )
  t.match(made.out, /\n {2}Database: prod\n/)
  new Database(join(folder, 'lab.sqlite3')).exec('DELETE FROM entry; DELETE FROM machine').close()
  const empty = await call(['backup'])
  t.match(empty, { exit: 3, err: /error: Export seems empty or very small/ })
  t.match(await call(['backup', '--allow-empty']), { exit: 0 })
})
