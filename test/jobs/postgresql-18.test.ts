import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ChosenDatabase, ExportInput, RestoreInput } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { dumpLines } from '../support/postgres/dump.js'
import {
  noPostgres,
  noPostgres18,
  programs18,
  startPostgres,
  type TestServer,
} from '../support/postgres/server.js'
import { ownFolder } from '../support/read-snapshot.js'

const extremes = readFileSync(new URL('../support/postgres/extremes.sql', import.meta.url), 'utf8')
const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

/** What PostgreSQL 18 has and its pg_dump alone could write: rows need no program. */
const ofVersion18 = `
CREATE TABLE made (id uuid PRIMARY KEY DEFAULT uuidv7(), a integer NOT NULL,
  twice integer GENERATED ALWAYS AS (a * 2), kept integer GENERATED ALWAYS AS (a + 1) STORED);
INSERT INTO made VALUES ('01980000-0000-7000-8000-000000000001', 1), ('01980000-0000-7000-8000-000000000002', 2);
CREATE EXTENSION btree_gist;
CREATE TABLE stay (room integer, during daterange, PRIMARY KEY (room, during WITHOUT OVERLAPS));
INSERT INTO stay VALUES (1, '[2026-01-01,2026-02-01)'), (1, '[2026-02-01,2026-03-01)');
`

const databaseOn =
  (server: TestServer) =>
  (name: string, more = {}): ChosenDatabase => ({
    name,
    label: '',
    address: { engine: 'postgresql', url: server.url(name), shown: `the database ${name}` },
    modelNames: [],
    excludeRows: [],
    ...more,
  })

t.test('PostgreSQL 18', { skip: noPostgres18 }, async (t) => {
  const newer = await startPostgres(t, programs18)
  const on18 = databaseOn(newer)
  const folder = ownFolder(t)
  const exported = async (database: ChosenDatabase, more: Partial<ExportInput> = {}) => {
    const file = join(folder, `${Math.random()}.json`)
    const wish = { format: 'json', verify: false, sample: false, at, busyTimeoutMs: 5000 } as const
    const made = await runHere('export', { ...wish, file, database, ...more }, context)
    return { file, made }
  }
  const restore = async (
    file: string,
    target: ChosenDatabase,
    more: Partial<RestoreInput> = {},
  ) => {
    const wish = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
    return await runHere('restore', { ...wish, file, target, ...more }, context)
  }

  await t.test('gives its rows without any program', async (t) => {
    await newer.run('postgres', 'CREATE DATABASE own')
    await newer.run('own', ofVersion18)
    await t.rejects(exported(on18('own')), {
      code: 'program-missing',
      hint: /postgresql-client-18/,
    })
    const { file } = await exported(on18('own', { pgDump: 'none' }))
    const lines = readFileSync(file, 'utf8').split('\n')
    t.strictSame(
      lines.filter((line) => line.startsWith('{"model":')).map((line) => line.replace(/,$/, '')),
      [
        '{"model":"made","pk":"01980000-0000-7000-8000-000000000001","fields":{"a":1}}',
        '{"model":"made","pk":"01980000-0000-7000-8000-000000000002","fields":{"a":2}}',
        '{"model":"stay","pk":[1,"[2026-01-01,2026-02-01)"],"fields":{}}',
        '{"model":"stay","pk":[1,"[2026-02-01,2026-03-01)"],"fields":{}}',
      ],
      'what it makes of other columns is none of ours',
    )
  })

  await t.test('takes rows into the schema that is there', async (t) => {
    await newer.run('postgres', 'CREATE DATABASE rows18')
    await newer.run(
      'rows18',
      `${ofVersion18} CREATE TABLE visit (room integer, during daterange,
         FOREIGN KEY (room, PERIOD during) REFERENCES stay (room, PERIOD during));
       INSERT INTO visit VALUES (1, '[2026-01-10,2026-02-10)');
       CREATE TABLE parent (id integer PRIMARY KEY);
       CREATE TABLE split (id integer, up integer REFERENCES parent) PARTITION BY LIST (id)`,
    )
    const own = on18('rows18', { pgDump: 'none' })
    const { file } = await exported(own)
    const state = `SELECT (SELECT json_agg(m ORDER BY id) FROM made m), (SELECT json_agg(s) FROM stay s),
      (SELECT json_agg(v) FROM visit v), (SELECT json_agg(pg_get_constraintdef(oid) ORDER BY conname)
       FROM pg_constraint WHERE contype = 'f')`
    const before = await newer.rows('rows18', state)
    await newer.run(
      'rows18',
      `UPDATE made SET a = a + 5; DELETE FROM visit; INSERT INTO stay VALUES (2, '[2026-01-01,2026-02-01)')`,
    )
    const safetyFolder = join(folder, 'safety')
    const done = await restore(file, own, { mode: 'data-only', safetyFolder })
    t.match(done.warnings.join(), /rows only/)
    t.strictSame(await newer.rows('rows18', state), before)
    const again = await restore(file, own, { mode: 'merge', safetyFolder })
    t.strictSame(
      again.changes.filter(({ added, changed, removed }) =>
        [added, changed, removed].some(Boolean),
      ),
      [],
    )
    t.strictSame(await newer.rows('rows18', state), before)
  })

  await t.test('takes a backup of PostgreSQL 15', { skip: noPostgres }, async (t) => {
    const older = await startPostgres(t)
    const on15 = databaseOn(older)
    await older.run('postgres', 'CREATE DATABASE extremes')
    await older.run('extremes', extremes)
    const scratch = { url: newer.url('postgres'), shown: 'the newer server' }
    const { file, made } = await exported(on15('extremes', { scratch }), { verify: true })
    t.equal(made.verified, 'snapshot', 'tried out on the newer server')
    await newer.run('postgres', 'CREATE DATABASE moved')
    const { changes } = await restore(file, on18('moved'))
    t.equal(changes.find(({ model }) => model === 'extremes')?.added, 4)
    const rows = (lines: readonly string[]) => lines.filter((line) => line.includes('\t'))
    const sequences = `SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2`
    t.ok(rows(await dumpLines(older, 'extremes')).length > 20)
    t.strictSame(await newer.rows('moved', sequences), await older.rows('extremes', sequences))
    const same = { workFolder: folder, show: 3, at, busyTimeoutMs: 5000 }
    const a = { kind: 'file', file } as const
    const b = { kind: 'database', database: on18('moved', { pgDump: 'none' }) } as const
    t.strictSame(
      (await runHere('diff', { a, b, ...same }, context)).models.filter(
        ({ added, changed, removed }) => added + changed + removed > 0,
      ),
      [],
    )
  })
})
