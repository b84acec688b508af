import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { exitCodes } from '../../src/cli/exit-codes.js'
import { errorTable } from '../../src/core/error-table.js'
import { version } from '../../src/core/generator.js'
import { cliPath, compileOctavo, octavo, run } from './octavo.js'
import { labFolder, rows } from './lab-folder.js'

compileOctavo()

const commands = [
  'serve',
  'export',
  'restore',
  'verify',
  'inspect',
  'diff',
  'doctor',
  'archive',
  'fetch',
  'keygen',
]

/** What was left of a command besides what it was asked for. */
function remains(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.part'))
}

t.test('every command has a help with all exit codes', async (t) => {
  const folder = t.testdir()
  const all = [[], ...commands.map((name) => [name])]
  const helps = all.map((command) => octavo([...command, '--help'], { folder }))
  for (const { exit, out, err } of await Promise.all(helps)) {
    t.equal(exit, 0)
    t.equal(err, '')
    for (const [code, meaning] of exitCodes)
      t.match(out, new RegExp(`^ +${code} +${meaning.replace(/[()]/g, '\\$&')}$`, 'm'))
  }
  const known = new Set(exitCodes.map(([code]) => code))
  for (const { exit } of Object.values(errorTable)) t.ok(known.has(exit), `exit code ${exit}`)
  t.match(await octavo(['--version'], { folder }), { exit: 0, out: `${version}\n` })
})

t.test('--db-type writes where and tells what backup_database did', async (t) => {
  const folder = labFolder(t)
  const env = { DATABASE_URL: 'lab.sqlite3', DATABASE_URL_PROD: 'empty.sqlite3' }
  new Database(join(folder, 'empty.sqlite3')).exec('CREATE TABLE a(b)').close()
  const [dev, prod] = await Promise.all([
    octavo(['export', '--db-type', 'dev'], { folder, env }),
    octavo(['export', '--db-type', 'prod'], { folder, env }),
  ])
  t.match(dev, { exit: 0, err: '' })
  const [name = ''] = readdirSync(join(folder, 'backups', 'dev'))
  t.match(name, /^backup_dev_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.json$/)
  const file = join(folder, 'backups', 'dev', name)
  const bytes = statSync(file).size.toLocaleString('en-US')
  t.same(dev.out.split('\n').slice(0, 3), [
    `✓ Backup created: ${name} (${bytes} bytes)`,
    `  Location: backups/dev/${name}`,
    '  Database: dev',
  ])
  t.match(JSON.parse(readFileSync(file, 'utf8')).database, { name: 'database', label: 'dev' })
  t.match(prod, { exit: 3, err: /^error: Export seems empty or very small: .* prod / })
  t.same(readdirSync(join(folder, 'backups', 'prod')), [])
  const meant = ['export', '--db-type', 'prod', '--allow-empty']
  t.match(await octavo(meant, { folder, env }), { exit: 0, out: /Database: prod\n/ })
  const missing = { DATABASE_URL: 'missing.sqlite3', DATABASE_LABEL: 'dev' }
  t.match(await octavo(['export', '--db-type', 'dev'], { folder, env: missing }), {
    exit: 3,
    err: /^error: Backup failed: .*missing\.sqlite3/,
  })
})

t.test('wrong use is an error with a hint and exit code 2', async (t) => {
  const folder = labFolder(t)
  const wrong: [string[], RegExp][] = [
    [[], /no command is given/],
    [['bakup'], /unknown command 'bakup'/],
    [['export', '--formt', 'json'], /unknown option '--formt'\nhint: Did you mean --format\?/],
    [['export', '--format', 'xml'], /Allowed choices are json, sqlite/],
    [['export', 'a', 'b'], /too many arguments/],
    [['export', 'lab.sqlite3', '--models', 'a,,b'], /names with commas/],
    [['export', 'lab.sqlite3', '--models', 'a', '--format', 'sqlite'], /holds every model/],
    [['export', 'lab.sqlite3', '-o', 'none/x.json'], /folder .*none does not exist/],
    [['export', 'lab.sqlite3', '-o', '-', '--json'], /both want the standard output/],
    [['export', 'lab'], /no database is named "lab"/],
    [['export', 'postgres://u:S3cr3t@h,i/d'], /u:\*\*\*@h,i\/d" names several hosts/],
    [['export', 'mysql://u:S3cr3t@h/d'], /mysql:\/\/u:\*\*\*@h\/d" has a form/],
    [['export'], /no database is configured/],
    [['restore', 'x.json'], /--into <DATABASE>' not specified/],
    [['restore', '--into', 'lab.sqlite3'], /which backup to restore/],
    [['restore', 'x.json', '--undo', '--into', 'lab.sqlite3'], /--undo takes no FILE/],
    [['restore', 'x.json', '--into', 'lab.sqlite3', '--mode', 'x'], /Allowed choices are replace/],
    [['verify'], /missing required argument 'FILE'/],
    [['diff', 'a', 'b', '--show', 'x'], /whole number/],
  ]
  const runs = wrong.map(async ([words, message]) => ({
    words,
    message,
    ran: await octavo(words, { folder }),
  }))
  for (const { words, message, ran } of await Promise.all(runs)) {
    const { exit, out, err } = ran
    t.equal(exit, 2, words.join(' '))
    t.equal(out, '', words.join(' '))
    t.match(err, message, words.join(' '))
    if (!words.includes('--json')) t.match(err, /^error: .+\nhint: .+\n$/ms)
    t.notMatch(err, 'S3cr3t')
  }
  t.same(remains(folder), [])
})

t.test('all mistakes of the configuration end a command at once with exit code 2', async (t) => {
  const folder = labFolder(t)
  writeFileSync(join(folder, '.env'), 'PORT=no\nBACKUP_API_KEY=short\n')
  const { exit, err } = await octavo(['export', 'lab.sqlite3', '-o', 'x.json'], { folder })
  t.equal(exit, 2)
  t.match(
    err,
    /holds 2 mistakes\n {2}PORT \(\.env\) is "no".*\n {2}BACKUP_API_KEY \(\.env\) the key/,
  )
  t.notMatch(err, 'short"')
  t.notOk(existsSync(join(folder, 'x.json')))
})

t.test('an export to a file is whole, private, and never put over another file', async (t) => {
  const folder = labFolder(t)
  const first = await octavo(['export', 'lab.sqlite3', '-o', 'a.json', '--verify'], { folder })
  t.match(first, {
    exit: 0,
    err: '',
    out: /exported 5 records of 3 models .* to .*a\.json\nverified/,
  })
  const path = join(folder, 'a.json')
  t.equal(statSync(path).mode & 0o777, 0o600)
  const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
  t.match(document, { octavo: 1, summary: { records: 5 } })
  const before = readFileSync(path)
  const second = await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  t.match(second, { exit: 6, err: /a\.json is there already\nhint: .*--force/ })
  t.ok(readFileSync(path).equals(before))
  t.match(await octavo(['export', 'lab.sqlite3', '-o', 'a.json', '--force'], { folder }), {
    exit: 0,
  })
  t.notOk(readFileSync(path).equals(before), 'the date differs')
  mkdirSync(join(folder, 'into'))
  await octavo(['export', 'lab.sqlite3', '-o', 'into'], { folder })
  t.match(readdirSync(join(folder, 'into')), [/^database_backup_[\d-]+_[\d-]+\.json$/])
  t.match(await octavo(['export', 'lab.sqlite3', '-o', '/dev/null', '--force'], { folder }), {
    exit: 2,
    err: /\/dev\/null is not a file/,
  })
  t.same(remains(folder), [])
})

t.test('exports of one second that nobody named all get a file of their own', async (t) => {
  const folder = labFolder(t)
  mkdirSync(join(folder, 'into'))
  const runs = Array.from({ length: 4 }, () =>
    octavo(['export', 'lab.sqlite3', '-o', 'into', '--json'], { folder }),
  )
  const files = (await Promise.all(runs)).map(({ exit, out, err }) => {
    t.match({ exit, err }, { exit: 0, err: '' })
    const { file }: { readonly file: string } = JSON.parse(out)
    return file
  })
  t.equal(new Set(files).size, 4)
  t.same(
    readdirSync(join(folder, 'into')).toSorted(),
    files.map((file) => basename(file)).toSorted(),
  )
  for (const file of files) t.match(file, /database_backup_[\d-]+_[\d-]+(_[234])?\.json$/)
})

t.test(
  'an export to a pipe is the document alone, and its summary goes to the error output',
  async (t) => {
    const folder = labFolder(t)
    const { exit, out, err } = await octavo(['export', 'lab.sqlite3', '--models', 'machine'], {
      folder,
    })
    t.equal(exit, 0)
    t.match(JSON.parse(out), { selection: ['machine'], summary: { records: 2 } })
    t.match(err, /^exported 2 records of 1 model \([^)]+\)\n$/)
    const quiet = await octavo(['export', 'lab.sqlite3', '--quiet', '-o', '-'], { folder })
    t.match(quiet, { exit: 0, err: '' })
    t.match(JSON.parse(quiet.out), { summary: { records: 5 } })
    t.same(
      readdirSync(folder).filter((name) => name.endsWith('.json')),
      [],
    )
  },
)

t.test('a reader that leaves early stops the export without a crash', async (t) => {
  const folder = labFolder(t)
  const database = new Database(join(folder, 'lab.sqlite3'))
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 40000)
    INSERT INTO entry SELECT i, 1, hex(randomblob(50)) FROM n`)
  database.close()
  const line = `set -o pipefail; "${process.execPath}" "${cliPath}" export lab.sqlite3 | head -1`
  t.same(await run('bash', ['--norc', '-c', line], { folder }), { exit: 141, out: '{\n', err: '' })
  t.same(
    readdirSync(folder).filter((name) => !/^(lab\.sqlite3|octavo-\d+-\w+)$/.test(name)),
    [],
    'only the spool folder, empty, is left',
  )
  const spool = readdirSync(folder).find((name) => name.startsWith('octavo-')) ?? ''
  t.same(readdirSync(join(folder, spool)), [])
})

t.test('a native copy is an SQLite file', async (t) => {
  const folder = labFolder(t)
  const { exit } = await octavo(['export', 'lab.sqlite3', '--format', 'sqlite', '-o', 'c.db'], {
    folder,
  })
  t.equal(exit, 0)
  t.same(rows(join(folder, 'c.db'), 'SELECT count(*) FROM entry'), [[3]])
  t.match(await octavo(['inspect', 'c.db'], { folder }), { exit: 0, out: /native SQLite copy/ })
  t.match(await octavo(['verify', 'c.db'], { folder }), { exit: 0, out: /verified:/ })
})

t.test('a database that is missing, empty or none is refused with exit code 3', async (t) => {
  const folder = labFolder(t)
  writeFileSync(join(folder, 'empty.sqlite3'), '')
  writeFileSync(
    join(folder, 'text.sqlite3'),
    'no database at all, and long enough to be read\n'.repeat(9),
  )
  new Database(join(folder, 'bare.sqlite3')).exec('PRAGMA user_version = 1').close()
  for (const name of ['missing.sqlite3', 'empty.sqlite3', 'bare.sqlite3', 'text.sqlite3']) {
    const { exit, err } = await octavo(['export', name, '-o', 'x.json'], { folder })
    t.equal(exit, 3, err)
    t.match(err, name)
    t.notOk(existsSync(join(folder, 'x.json')), name)
  }
  t.notOk(existsSync(join(folder, 'missing.sqlite3')))
})

t.test('inspect shows what a backup holds, and verify proves it', async (t) => {
  const folder = labFolder(t)
  await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], {
    folder,
    env: { DATABASE_LABEL: 'dev' },
  })
  const inspected = await octavo(['inspect', 'a.json'], { folder })
  t.equal(inspected.exit, 0)
  for (const line of [/^backup +JSON document/m, /^holds +5 records, 3 tables/m, /^entry +3$/m])
    t.match(inspected.out, line)
  t.match(await octavo(['verify', 'a.json', '--expect', 'machine,ENTRY'], { folder }), {
    exit: 0,
    out: /verified: 5 records/,
  })
  t.match(await octavo(['verify', 'a.json', '--expect', 'empty'], { folder }), {
    exit: 4,
    err: /empty/,
  })
  t.match(await octavo(['inspect', 'a.json', '--quiet'], { folder }), { exit: 0, out: '', err: '' })
  const text = readFileSync(join(folder, 'a.json'), 'utf8')
  writeFileSync(join(folder, 'cut.json'), text.slice(0, -20))
  writeFileSync(join(folder, 'altered.json'), text.replace('cryostat', 'cryostaT'))
  writeFileSync(join(folder, 'page.html'), '<!doctype html><title>Sign in</title>')
  const files = { 'cut.json': 4, 'altered.json': 4, 'page.html': 4, 'none.json': 2 }
  for (const [name, exit] of Object.entries(files))
    t.match(await octavo(['verify', name], { folder }), {
      exit,
      out: '',
      err: /^error: .+\nhint: /,
    })
})

t.test('what is no plain file is refused at once, and never waited for', async (t) => {
  const folder = labFolder(t)
  await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  t.equal(spawnSync('mkfifo', [join(folder, 'pipe')]).status, 0)
  const stdin = `"${process.execPath}" "${cliPath}" verify /dev/stdin < a.json`
  const refused = await Promise.all([
    octavo(['verify', 'pipe'], { folder }),
    octavo(['inspect', '/dev/null'], { folder }),
    octavo(['diff', 'pipe', 'lab.sqlite3'], { folder }),
    octavo(['diff', 'a.json', 'pipe'], { folder }),
    octavo(['restore', 'pipe', '--into', 'new.sqlite3', '--yes'], { folder }),
    octavo(['restore', '/dev/fd/63', '--into', 'lab.sqlite3', '--dry-run'], { folder }),
    run('bash', ['--norc', '-c', stdin], { folder }),
  ])
  for (const { exit, out, err } of refused) {
    t.match({ exit, out }, { exit: 2, out: '' })
    t.match(err, /^error: \/.+ is a .+ read from a file\nhint: Save the backup to a file first/m)
  }
  t.notOk(existsSync(join(folder, 'new.sqlite3')))
  t.same(remains(folder), [])
})

t.test('an export never takes the place of the database itself', async (t) => {
  const folder = labFolder(t)
  const db = join(folder, 'lab.sqlite3')
  const before = readFileSync(db)
  symlinkSync(db, join(folder, 'link'))
  for (const out of ['lab.sqlite3', './lab.sqlite3', 'link', 'lab.sqlite3-wal'])
    for (const format of ['json', 'sqlite'])
      t.match(
        await octavo(['export', 'lab.sqlite3', '-o', out, '--force', '--format', format], {
          folder,
        }),
        { exit: 2, out: '', err: /is a file of the database/ },
        `${format} to ${out}`,
      )
  t.ok(readFileSync(db).equals(before))
  t.strictSame(readdirSync(folder).sort(), ['lab.sqlite3', 'link'], 'nothing new')
})

t.test('--json gives one object for machines, errors included', async (t) => {
  const folder = labFolder(t)
  const json = async (...words: string[]): Promise<unknown> => {
    const { exit, out, err } = await octavo([...words, '--json'], { folder })
    t.equal(exit, 0, words.join(' '))
    t.equal(err, '', words.join(' '))
    t.equal(out.split('\n').length, 2, words.join(' '))
    return JSON.parse(out)
  }
  const exported = await json('export', 'lab.sqlite3', '-o', 'a.json')
  const fileSha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'a.json')))
    .digest('hex')
  t.match(exported, { format: 'json', records: 5, fileSha256, file: join(folder, 'a.json') })
  t.match(await json('inspect', 'a.json'), { records: 5, tables: 3, compressed: false })
  t.match(await json('verify', 'a.json'), { verified: 'round-trip', records: 5 })
  t.match(await json('restore', 'a.json', '--into', 'new.sqlite3'), {
    mode: 'replace',
    created: true,
  })
  t.match(await json('diff', 'a.json', 'new.sqlite3'), { equal: true })
  t.match(await json('export', 'lab.sqlite3'), { file: /database_backup_[\d-]+_[\d-]+\.json$/ })
  t.equal(readdirSync(folder).filter((name) => name.startsWith('database_backup_')).length, 1)
  const failed = await octavo(['--json', 'export', 'none.sqlite3'], { folder })
  t.match(failed, { exit: 3, out: '' })
  t.match(JSON.parse(failed.err), { error: { code: 'database-not-found', hint: /path/ } })
  const wrong = await octavo(['nothing', '--json'], { folder })
  t.match(JSON.parse(wrong.err), { error: { code: 'usage' } })
})

t.test('diff names what was added, changed and removed', async (t) => {
  const folder = labFolder(t)
  await octavo(['export', 'lab.sqlite3', '-o', 'a.json'], { folder })
  t.match(await octavo(['diff', 'a.json', 'lab.sqlite3'], { folder }), {
    exit: 0,
    out: 'no difference\n',
  })
  new Database(join(folder, 'lab.sqlite3'))
    .exec(
      `UPDATE machine SET name = 'ohmmeter' WHERE id = 2; DELETE FROM entry WHERE id = 3;
      INSERT INTO entry VALUES (9, 1, NULL)`,
    )
    .close()
  const { exit, out } = await octavo(['diff', 'a.json', 'lab.sqlite3'], { folder })
  t.equal(exit, 0)
  t.match(out, /^model +added +changed +removed$/m)
  t.match(out, /^entry +1 +0 +1$/m)
  t.match(out, /^machine +0 +1 +0$/m)
  t.match(out, /^- .*"Ω-meter"/m)
  t.match(out, /^\+ .*"ohmmeter"/m)
  t.notMatch(
    (await octavo(['diff', 'a.json', 'lab.sqlite3', '--show', '0'], { folder })).out,
    /^[-+] /m,
  )
})

t.test('doctor says what is well and what is not', async (t) => {
  const folder = labFolder(t)
  const well = await octavo(['doctor'], {
    folder,
    env: { DATABASE_URL: 'lab.sqlite3', BACKUP_API_KEY: 'k'.repeat(40) },
  })
  t.equal(well.exit, 0, well.err)
  t.match(well.out, /^ok +SQLite binding/m)
  t.match(well.out, /^ok +database: .*lab\.sqlite3: 3 tables, 5 records$/m)
  t.match(well.out, /^ok +store disk: disk .*\/backups, which the first backup makes$/m)
  t.match(well.out, /^ok +encryption: backups are not encrypted$/m)
  t.notOk(existsSync(join(folder, 'backups')), 'looking makes nothing')
  const wrong = {
    DATABASE_URL: 'none.sqlite3',
    BACKUP_DIR: 'lab.sqlite3',
    AGE_PASSPHRASE: 'p'.repeat(32),
  }
  const ill = await octavo(['doctor', '--json'], { folder, env: wrong })
  t.equal(ill.exit, 1)
  const report = JSON.parse(ill.out) as { findings: { check: string; verdict: string }[] }
  t.match(report, { ok: false })
  const verdicts = Object.fromEntries(report.findings.map((one) => [one.check, one.verdict]))
  t.match(verdicts, { database: 'failed', 'store disk': 'failed', encryption: 'ok' })
  t.match(JSON.parse(ill.err), { error: { code: 'doctor-failed', message: /database/ } })
  t.notOk(existsSync(join(folder, 'none.sqlite3')))
})

t.test('archive and fetch name every setting that they miss', async (t) => {
  const folder = t.testdir()
  const archived = await octavo(['archive'], { folder })
  t.equal(archived.exit, 2)
  for (const name of ['BACKUP_URL', 'BACKUP_API_KEY', 'ARCHIVE_REPOSITORY', 'GITHUB_TOKEN'])
    t.match(archived.err, `  ${name} is missing`)
  const fetched = await octavo(['fetch'], { folder, env: { GITHUB_REPOSITORY: 'lab/queue' } })
  t.match(fetched, { exit: 2, err: /holds 1 mistake\n {2}GITHUB_TOKEN is missing/ })
})
