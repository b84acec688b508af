import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ChosenDatabase, ExportInput, RestoreInput } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { openSession } from '../../src/engines/postgresql/connection/open-session.js'
import { openBuild } from '../../src/engines/postgresql/restore/open-build.js'
import { cliPath, compileOctavo, octavo } from '../cli/octavo.js'
import { freePort } from '../support/free-port.js'
import { launch } from '../support/launch.js'
import { dumpLines } from '../support/postgres/dump.js'
import { noPostgres, startPostgres } from '../support/postgres/server.js'
import { ownFolder } from '../support/read-snapshot.js'

const extremes = readFileSync(new URL('../support/postgres/extremes.sql', import.meta.url), 'utf8')
const odd = readFileSync(new URL('../support/postgres/odd.sql', import.meta.url), 'utf8')
const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

t.test('documents of a PostgreSQL server', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  await server.run('postgres', `CREATE ROLE plain LOGIN PASSWORD 'S3cr:et@/1'`)
  await server.run('postgres', `CREATE ROLE maker LOGIN CREATEDB PASSWORD 'S3cr:et@/1'`)
  await server.run('postgres', 'CREATE DATABASE extremes')
  await server.run('extremes', extremes)
  const folder = ownFolder(t)
  const scratch = { url: server.url('postgres', 'maker'), shown: 'the server for trials' }

  const database = (name: string, user?: string, more = {}): ChosenDatabase => ({
    name,
    label: '',
    address: { engine: 'postgresql', url: server.url(name, user), shown: `the database ${name}` },
    modelNames: [],
    excludeRows: [],
    ...more,
  })
  const exported = async (name: string, more: Partial<ExportInput> = {}): Promise<string> => {
    const file = join(folder, `${name}-${Math.random()}.json`)
    const wish = {
      format: 'json',
      verify: false,
      sample: false,
      at,
      file,
      busyTimeoutMs: 5000,
    } as const
    await runHere('export', { ...wish, database: database(name), ...more }, context)
    return file
  }
  const restore = (file: string, target: ChosenDatabase, more: Partial<RestoreInput> = {}) => {
    const safetyFolder = join(folder, 'safety copies')
    const wish = {
      mode: null,
      only: [],
      dryRun: false,
      at,
      deadlineMs: 5000,
      safetyFolder,
    } as const
    return runHere('restore', { ...wish, file, target, ...more }, context)
  }
  const databases = async (): Promise<string[]> =>
    (await server.rows('postgres', 'SELECT datname FROM pg_database ORDER BY 1')).map(
      ([name]) => name ?? '',
    )
  const emptyDatabase = async (name: string): Promise<void> =>
    server.run('postgres', `CREATE DATABASE ${name} OWNER plain`)

  await t.test('a plain owner gets back all that pg_dump sees', async (t) => {
    const before = await dumpLines(server, 'extremes')
    const file = await exported('extremes', {
      verify: true,
      database: database('extremes', undefined, { scratch }),
    })
    await emptyDatabase('target')
    const dry = await restore(file, database('target', 'plain'), { dryRun: true })
    t.equal(dry.dryRun, true)
    t.equal(
      (await server.rows('target', `SELECT FROM pg_class WHERE relname = 'extremes'`)).length,
      0,
    )
    const first = await restore(file, database('target', 'plain'))
    t.strictSame(first.warnings, [])
    t.equal(first.changes.find(({ model }) => model === 'extremes')?.added, 4)
    t.strictSame(await dumpLines(server, 'target'), before)
    t.strictSame(await server.rows('target', 'SELECT users FROM user_count'), [['9']])
    t.strictSame(
      await server.rows('target', `SELECT nextval('untouched'), nextval('accounts.user_id_seq')`),
      [['5', '10']],
    )
    await server.run(
      'target',
      `SET ROLE plain; CREATE TABLE newer (id serial PRIMARY KEY); CREATE SCHEMA later; CREATE TYPE later.t AS (a text);
       DROP TABLE keyless; DELETE FROM accounts.friend WHERE a = 3`,
    )
    await restore(file, database('target', 'plain'))
    t.strictSame(await dumpLines(server, 'target'), before, 'in place of another state')
    const same = { workFolder: folder, show: 3, at, busyTimeoutMs: 5000 }
    const sides = [
      { kind: 'file', file },
      { kind: 'database', database: database('target') },
    ] as const
    const equal = await runHere('diff', { a: sides[0], b: sides[1], ...same }, context)
    t.equal(equal.equal, true)
    await server.run('target', `UPDATE accounts."user" SET note = 'new' WHERE id = 4`)
    const differs = await runHere('diff', { a: sides[0], b: sides[1], ...same }, context)
    t.strictSame(
      differs.models.filter(({ changed }) => changed > 0).map(({ model }) => model),
      ['accounts.user'],
    )
    const again = await exported('extremes')
    const models = (path: string): string =>
      readFileSync(path, 'utf8').replace(/"content_sha.*$/s, '')
    t.equal(models(again), models(file), 'the same content gives the same bytes')
    const found = await runHere('inspect', { file, workFolder: folder }, context)
    t.match(found, { tables: 15, views: 2, triggers: 1, format: 'json' })
  })

  await t.test('odd objects come back too, in place of themselves', async (t) => {
    await server.run('postgres', 'CREATE DATABASE odd OWNER plain')
    await server.run('odd', odd)
    const before = await dumpLines(server, 'odd')
    const own = database('odd', 'plain', { scratch })
    const file = await exported('odd', { database: own, verify: true })
    t.match(
      readFileSync(file, 'utf8'),
      /"nv":\{"records":1,"sha256":"\w+","foreign_key_violations":1\}/,
    )
    const { warnings } = await restore(file, own)
    t.match(warnings, [/^nv: 1 foreign keys lead nowhere/])
    t.equal(warnings.length, 1)
    t.strictSame(await dumpLines(server, 'odd'), before)
  })

  await t.test('a document in another layout is judged by its values', async (t) => {
    const file = await exported('extremes')
    const parsed: unknown = JSON.parse(
      readFileSync(file, 'utf8').replaceAll('"f8":-0,', '"f8":-0.0,'),
    )
    const laidOut = join(folder, 'laid-out.json')
    writeFileSync(laidOut, JSON.stringify(parsed, null, 1))
    const input = { file: laidOut, expect: ['tag'], workFolder: folder, scratch }
    // JSON.stringify writes the zero without its sign: that value is another one now.
    await t.rejects(runHere('verify', input, context), {
      code: 'verify-failed',
      message: /extremes/,
    })
    t.notOk((await databases()).some((name) => name.startsWith('octavo_scratch')))
  })

  await t.test('verify tries a document out, and leaves nothing behind', async (t) => {
    const file = await exported('extremes')
    const input = { file, expect: ['tag'], workFolder: folder }
    const proved = await runHere('verify', { ...input, scratch }, context)
    t.match(proved, { verified: 'round-trip', format: 'json', warnings: [] })
    await t.rejects(runHere('verify', input, context), {
      code: 'database-unnamed',
      hint: /SCRATCH_DATABASE_URL/,
    })
    const poor = { url: server.url('postgres', 'plain'), shown: 'the server' }
    await t.rejects(runHere('verify', { ...input, scratch: poor }, context), {
      code: 'database-refused',
      hint: /CREATEDB/,
    })
    await t.rejects(
      runHere('verify', { ...input, expect: ['keyless', 'empty_table'], scratch }, context),
      { code: 'verify-failed' },
    )
    const altered = join(folder, 'altered.json')
    writeFileSync(altered, readFileSync(file, 'utf8').replace('"name":"child"', '"name":"CHILD"'))
    await t.rejects(runHere('verify', { ...input, file: altered, scratch }, context), {
      code: 'document-altered',
    })
    t.notOk((await databases()).some((name) => name.startsWith('octavo_scratch')))
  })

  await t.test('a restore that fails changes nothing', async (t) => {
    await emptyDatabase('kept')
    await server.run(
      'kept',
      `SET ROLE plain; CREATE TABLE mine (id serial PRIMARY KEY, note text);
       INSERT INTO mine (note) VALUES ('a'), ('b'); CREATE VIEW seen AS SELECT * FROM mine`,
    )
    const before = await dumpLines(server, 'kept')
    const target = database('kept', 'plain')
    const file = await exported('extremes')
    const altered = join(folder, 'altered-again.json')
    writeFileSync(altered, readFileSync(file, 'utf8').replace('"note":null', '"note":"x"'))
    await t.rejects(restore(altered, target), { code: 'document-altered' })
    const text = readFileSync(file, 'utf8')
    const cut = join(folder, 'cut.json')
    writeFileSync(cut, text.slice(0, text.length / 2))
    await t.rejects(restore(cut, target), { code: 'document-truncated' })
    const rowsOnly = await exported('extremes', {
      database: database('extremes', undefined, { pgDump: 'none' }),
    })
    await t.rejects(restore(rowsOnly, target), {
      code: 'restore-refused',
      message: /without the SQL/,
    })
    const partial = await exported('extremes', { models: ['tag'] })
    await t.rejects(restore(partial, target), { code: 'restore-refused' })
    await t.rejects(restore(partial, target, { mode: 'replace' }), { code: 'document-partial' })
    const holder = await openSession({ url: server.url('kept'), shown: 'it' })
    await holder.run('BEGIN; SELECT * FROM mine')
    await t.rejects(restore(file, target, { deadlineMs: 100 }), { code: 'database-busy' })
    await holder.close()

    const session = await openSession({ url: server.url('kept', 'plain'), shown: 'it' })
    const facts = { engine: 'postgresql', engine_version: '15', encoding: 'UTF8' } as const
    const object = { type: 'object', kind: 'TABLE', name: 'x', sql: 'COMMIT; SELECT 1' } as const
    const plan = { facts: { ...facts, schema_by: 'pg_dump 15' }, schema: [object], sequences: [] }
    await t.rejects(openBuild(session, plan), { code: 'database-refused', message: /table "x"/ })
    await session.close()
    t.strictSame(await dumpLines(server, 'kept'), before)
  })

  await t.test('the role of the manual is enough for an export', async (t) => {
    const page = readFileSync(new URL('../../docs/postgresql.md', import.meta.url), 'utf8')
    const role = /```sql\n(.*?)```/s.exec(page)?.[1] ?? ''
    await server.run('postgres', 'CREATE DATABASE shop')
    await server.run('shop', 'CREATE TABLE a (id serial PRIMARY KEY); INSERT INTO a DEFAULT VALUES')
    await server.run('shop', role.replace('choose-one', 'S3cr:et@/1'))
    await server.run(
      'shop',
      'CREATE TABLE later (id serial PRIMARY KEY); CREATE VIEW v AS TABLE later',
    )
    const reader = database('shop', 'octavo', { scratch })
    const file = await exported('shop', { database: reader, verify: true })
    t.match(readFileSync(file, 'utf8'), /"name":"later"/)
    await t.rejects(exported('shop', { database: reader, format: 'sqlite' }), { code: 'usage' })
    await t.rejects(restore(file, reader), { code: 'database-refused' })
  })

  await t.test('the commands and the service work with an address of PostgreSQL', async (t) => {
    compileOctavo()
    const own = join(folder, 'commands')
    mkdirSync(own)
    const url = server.url('extremes')
    const env = { DATABASE_URL: url, BACKUP_API_KEY: 'k'.repeat(40) }
    const run = { folder: own, env }
    const kept = await octavo(['backup'], run)
    t.equal(kept.exit, 0, kept.err)
    const out = await octavo(['export', '-o', 'backup.json'], run)
    t.equal(out.exit, 0, out.err)
    const verified = await octavo(['verify', 'backup.json', '--expect', 'tag'], run)
    t.equal(verified.exit, 0, verified.err)
    await server.run('postgres', 'CREATE DATABASE commands')
    const into = ['restore', 'backup.json', '--into', server.url('commands')]
    const restored = await octavo(into, run)
    t.equal(restored.exit, 0, restored.err)
    const same = await octavo(['diff', 'backup.json', server.url('commands')], run)
    t.equal(same.exit, 0, same.err)
    const trail = await octavo(['audit'], run)
    t.match(trail.out, /restore.*postgresql:\/\/postgres:\*\*\*@/)
    const asked = await octavo(into, run)
    t.equal(asked.exit, 6, 'what is there is not replaced without a word')
    t.strictSame(await dumpLines(server, 'commands'), await dumpLines(server, 'extremes'))
    await server.run('commands', 'DROP TABLE keyless; CREATE TABLE later ()')
    const later = await dumpLines(server, 'commands')
    const over = await octavo([...into, '--yes'], run)
    t.match(
      over.out,
      /kept in .*backups.*commands\.before-restore-.*\.json\n.*--undo with the same --into/,
    )
    const undone = await octavo(
      ['restore', '--undo', '--into', server.url('commands'), '--yes'],
      run,
    )
    t.equal(undone.exit, 0, undone.err)
    t.strictSame(await dumpLines(server, 'commands'), later)
    const port = await freePort()
    const serving = { ...env, PORT: String(port), HOST: '127.0.0.1' }
    const service = launch(t, [cliPath, 'serve'], own, serving)
    await service.waitFor(/(listening)/i)
    const answer = await fetch(`http://127.0.0.1:${port}/api/backup/database?verify=true`, {
      headers: { authorization: `Bearer ${env.BACKUP_API_KEY}` },
    })
    t.equal(answer.status, 200)
    const served = await answer.text()
    const shape = (text: string): string =>
      text.replace(/"export_date":"[^"]*"|"sha256":"[^"]*"\n}\n/g, '')
    t.equal(shape(served), shape(readFileSync(join(own, 'backup.json'), 'utf8')))
    for (const { err, out: said } of [
      kept,
      out,
      verified,
      restored,
      same,
      trail,
      asked,
      over,
      undone,
    ])
      t.notMatch(err + said, /S3cr/, 'no password is shown')
    t.notMatch(service.output(), /S3cr/)
  })

  await t.test('a killed restore leaves the target as it was', async (t) => {
    await server.run('postgres', 'CREATE DATABASE waiting')
    await server.run(
      'waiting',
      `CREATE FUNCTION wait_for_test(integer) RETURNS boolean LANGUAGE sql VOLATILE
         RETURN (pg_catalog.pg_advisory_xact_lock_shared(42) IS NOT NULL);
       CREATE TABLE first (id integer PRIMARY KEY);
       CREATE TABLE second (id integer PRIMARY KEY CHECK (wait_for_test(id)));
       INSERT INTO first VALUES (1); INSERT INTO second VALUES (1)`,
    )
    await server.run('postgres', 'CREATE DATABASE survivor')
    await server.run('survivor', `CREATE TABLE mine (id serial); INSERT INTO mine DEFAULT VALUES`)
    const before = await dumpLines(server, 'survivor')
    const file = await exported('waiting')
    const holder = await openSession({ url: server.url('survivor'), shown: 'it' })
    await holder.run('SELECT pg_advisory_lock(42)')
    const words = [cliPath, 'restore', file, '--into', server.url('survivor'), '--yes']
    const restoring = launch(t, words, folder, {})
    const waits = `SELECT pid FROM pg_stat_activity WHERE datname = 'survivor'
                   AND wait_event = 'advisory' AND application_name = 'octavo'`
    await until(async () => (await server.rows('postgres', waits)).length === 1)
    const [[pid] = []] = await server.rows('postgres', waits)
    // The process of the job goes with the command that started it.
    restoring.child.kill('SIGKILL')
    await restoring.ended
    await holder.close()
    const gone = `SELECT FROM pg_stat_activity WHERE pid = ${pid}`
    await until(async () => (await server.rows('postgres', gone)).length === 0)
    t.strictSame(await dumpLines(server, 'survivor'), before)
  })
})

/** Asks again until it is so, for half a minute at most. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen')
}
