import Database from 'better-sqlite3'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import { usualPolicy } from '../../src/config/stores/store-policy.js'
import { proveFixture } from '../../src/main/actions/prove-fixture.js'
import { roomForRun } from '../../src/main/actions/room-for-run.js'
import { gpgHint } from '../../src/jobs/prepare/gpg-hint.js'
import { backupLab, FailingStore } from '../backups/backup-lab.js'
import { docBlock } from '../support/doc-block.js'
import { makeDjangoProject, noDjango } from '../support/django/django-project.js'
import { labFolder, rows } from './lab-folder.js'
import { compileOctavo, octavo, run } from './octavo.js'

compileOctavo()

/** The names in a folder of backups, with D for each digit. */
const shapes = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => name.replaceAll(/\d/g, 'D'))
    .toSorted()

function lab(t: Test) {
  const folder = labFolder(t)
  const call = (words: string, more: Readonly<Record<string, string>> = {}) =>
    octavo(['manage', ...words.split(' ')], {
      folder,
      env: { DATABASE_URL: 'lab.sqlite3', ...more },
    })
  return { folder, call }
}

t.test('backup_database keeps a backup under the old name, and check_backups counts', async (t) => {
  const { folder, call } = lab(t)
  const none = await call('check_backups')
  t.match(none, { exit: 4, out: /^No recent backups found!\n/, err: /there is no backup yet/ })
  const made = await call('backup_database')
  t.match(made, { exit: 0, err: /Verified from disk[^]*Backup completed successfully/ })
  const [line = '', location = '', database = ''] = made.out.split('\n')
  t.match(line, /^✓ Backup created: sqlite_backup_\d{8}_\d{6}\.db \([\d,]+ bytes\)$/)
  const name = line.split(' ')[3] ?? ''
  t.same([location, database], [`  Location: ${name} in disk`, '  Database: database'])
  const sql = 'SELECT * FROM entry'
  t.same(rows(join(folder, 'backups', name), sql), rows(join(folder, 'lab.sqlite3'), sql))
  const counted = await call('check-backups --settings=site.settings')
  t.match(counted, { exit: 0, out: /^Found 1 recent backups\n[^]*all is well\n$/ })

  const settings = { BACKUP_FORMAT: 'json', BACKUP_NAME: '{date}' }
  t.match(await call('backup-database -v 2', settings), { exit: 0 })
  t.ok(shapes(join(folder, 'backups')).includes('DDDD-DD-DD.json.gz'), 'what is configured holds')
})

t.test('beside a database of production it writes a file with its label', async (t) => {
  const { folder, call } = lab(t)
  const other = { DATABASE_URL_PROD: 'elsewhere.sqlite3' }
  const three = (label: string) =>
    new RegExp(
      `^✓ Backup created: (backup_${label}_\\d{4}(?:-\\d\\d){2}_\\d\\d(?:-\\d\\d){2}\\.json) \\([\\d,]+ bytes\\)
  Location: backups/${label}/\\1\n  Database: ${label}\n$`,
    )
  t.match(await call('backup_database', other), { exit: 0, out: three('dev') })
  const prod = { DATABASE_URL_PROD: './lab.sqlite3' }
  t.match(await call('backup_database', prod), { exit: 0, out: three('prod') })
  t.match(await call('backup_database --db-type prod'), {
    exit: 2,
    err: /^error: DATABASE_URL_PROD not set in environment/,
  })
  t.match(await call('backup_database', { ...other, DATABASE_LABEL: 'prod' }), {
    exit: 2,
    err: /--db-type dev means DATABASE_URL, and that is production/,
  })
  t.same(shapes(join(folder, 'backups')), ['dev', 'prod'], 'nothing is kept, or taken for another')

  const kept = await call('backup_database --retention-days 60 --no-cleanup', other)
  t.match(kept, { exit: 0, err: /Verified from disk/ })
  const labelled = await call('backup_database --db-type dev --no-cleanup')
  t.match(labelled, { exit: 0, out: /Location: dev\/backup_dev_.*\.json\.gz in disk\n/ })
  t.equal(shapes(join(folder, 'backups')).filter((name) => name.endsWith('.db')).length, 1)
})

t.test('a number of days given on the way is the only limit, as RETENTION_DAYS is', async (t) => {
  const { room } = await backupLab(t, [new FailingStore('a')])
  const { settings } = readConfig({}, t.testdirName)
  const policies = (policy: object) => {
    const stores = room.stores.map(({ store }) => ({ store, policy }))
    const asked = { format: null, dbType: null, retentionDays: 60 }
    const made = roomForRun({ ...room, stores }, asked, { settings, format: 'json' })
    return made.stores.map((store) => store.policy)
  }
  t.same(policies(usualPolicy), [{ olderThanDays: 60 }])
  const chosen = { ...usualPolicy, olderThanDays: 90 }
  t.same(policies(chosen), [{ ...usualPolicy, olderThanDays: 60 }])
})

t.test(
  'manage.py hands the commands on, with arguments and exit code',
  { skip: noDjango },
  async (t) => {
    const { folder, env, command } = await makeDjangoProject(t, {
      journal: 'delete',
      views: 'octavo_views.py',
    })
    const [python] = command
    for (const name of ['backup_database', 'backup_db', 'check_backups']) {
      const path = join(folder, `lab/management/commands/${name}.py`)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, docBlock('django.md', 'manage'))
    }
    const manage = (words: string) =>
      run(python, ['manage.py', ...words.split(' ')], { folder, env })
    const made = await manage('backup_db --output-dir=mine --verbosity 2')
    t.match(made, {
      exit: 0,
      out: /^Successfully created backup: mine\/backup_\d{8}_\d{6}\.json\n$/,
    })
    const [name = ''] = readdirSync(join(folder, 'mine'))
    const loaded = await manage(`loaddata mine/${name}`)
    t.match(loaded, { exit: 0, out: /Installed \d+ object/ }, 'Django takes it')
    const records = JSON.parse(readFileSync(join(folder, 'mine', name), 'utf8')) as {
      model: string
    }[]
    t.ok(
      records.some(({ model }) => model === 'auth.user'),
      'no app is left out',
    )
    t.match(await manage('backup_db --format=sql'), {
      exit: 2,
      err: /^error: SQL backup only supported for PostgreSQL/,
    })
    t.match(await manage('check_backups'), { exit: 4, out: /^No recent backups found!\n/ })
    const calls = [
      'from django.core.management import call_command',
      "call_command('backup_database')",
      "print('made')",
      "call_command('backup_db')",
      `open('db.sqlite3', 'w').close()`,
      "call_command('backup_db')",
    ]
    const shell = await run(python, ['manage.py', 'shell', '-c', calls.join('\n')], { folder, env })
    t.match(shell, {
      exit: 1,
      out: /✓ Backup created[^]*made[^]*Successfully/,
      err: /CalledProcessError/,
    })
    t.same(
      shapes(join(folder, 'backups'))
        .filter((file) => /\.(db|json)$/.test(file))
        .map((file) => file.replace(/D\..*$/, 'D')),
      ['backup_DDDDDDDD_DDDDDD', ...Array<string>(3).fill('sqlite_backup_DDDDDDDD_DDDDDD')],
      'the failed one left nothing',
    )
  },
)

t.test('a fixture that lost a record on the way gets no name', async (t) => {
  const work = t.testdir()
  const database = new Database(join(work, 'db.sqlite3'))
  database.exec('CREATE TABLE lab_tag(id integer PRIMARY KEY, name varchar(9) NOT NULL)').close()
  const input = {
    database: {
      name: 'database',
      label: '',
      address: { engine: 'sqlite', path: join(work, 'db.sqlite3'), shown: 'db' } as const,
      modelNames: [['lab_tag', 'lab.Tag']] as const,
      excludeRows: [],
    },
    verify: false,
    at: '2026-11-22T00:17:00.000Z',
    busyTimeoutMs: 1000,
    wish: { indent: 0, naturalForeign: false, naturalPrimary: false, microseconds: true },
  }
  const listeners = { signal: new AbortController().signal, onProgress: () => undefined }
  const result = { models: [{ model: 'lab.Tag', records: 2, violations: 0 }] }
  const prove = (records: readonly object[]) => {
    writeFileSync(join(work, 'fixture'), JSON.stringify(records))
    return proveFixture({ input, work, result }, listeners)
  }
  const tag = (pk: number) => ({ model: 'lab.tag', pk, fields: { name: `${pk}` } })
  await prove([tag(1), tag(2)])
  await t.rejects(prove([tag(1)]), {
    code: 'verify-failed',
    message: /1 records of lab\.tag, and 2/,
  })
  await t.rejects(prove([tag(1), { ...tag(2), fields: { nme: 'x' } }]), 'of another table')
})

t.test('the command that decrypts what gpg encrypted can be pasted', (t) => {
  const cases = [
    ['/srv/backup_20241214.json.gpg', '/srv/backup_20241214.json'],
    ["it's a backup.sql.asc", "it's a backup.sql"],
    ['$(rm x)', '$(rm x).decrypted'],
    ['/srv/.gpg', '/srv/.gpg.decrypted'],
  ] as const
  for (const [file, plain] of cases) {
    const [, command = ''] = /`(.*)`/.exec(gpgHint(file)) ?? []
    const script = `gpg() { printf '%s\\n' "$@"; }; ${command}`
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    t.same(stdout.trim().split('\n'), ['--output', plain, '--decrypt', file])
  }
  const unpack = 'gunzip -c a.json.gpg.gz | gpg --output a.json --decrypt'
  t.match(gpgHint('a.json.gpg.gz', true), `\`${unpack}\``)
  t.end()
})
