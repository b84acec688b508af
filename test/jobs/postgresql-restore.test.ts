import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { OnProgress } from '../../src/core/progress.js'
import type {
  ChosenDatabase,
  ExportInput,
  ModelChange,
  RestoreInput,
} from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { safetyCopiesOf } from '../../src/jobs/postgresql/safety-copies-of.js'
import { openSession } from '../../src/engines/postgresql/connection/open-session.js'
import type { Session } from '../../src/engines/postgresql/connection/session.js'
import { cliPath, compileOctavo } from '../cli/octavo.js'
import { launch } from '../support/launch.js'
import { dumpLines } from '../support/postgres/dump.js'
import { noPostgres, programs, startPostgres } from '../support/postgres/server.js'
import { ownFolder } from '../support/read-snapshot.js'

const library = readFileSync(new URL('../support/postgres/library.sql', import.meta.url), 'utf8')
const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

t.test('restores over databases of PostgreSQL', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  await server.run('postgres', `CREATE ROLE plain LOGIN PASSWORD 'S3cr:et@/1'`)
  const folder = ownFolder(t)
  const safetyFolder = join(folder, 'safety')
  const database = (name: string, more: Partial<ChosenDatabase> = {}): ChosenDatabase => ({
    name,
    label: '',
    address: {
      engine: 'postgresql',
      url: server.url(name, 'plain'),
      shown: `the database ${name}`,
    },
    modelNames: [],
    excludeRows: [],
    ...more,
  })
  let made = 0
  const exported = async (name: string, more: Partial<ExportInput> = {}): Promise<string> => {
    const file = join(folder, `${name}-${(made += 1)}.json`)
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
  const restore = (file: string, name: string, more: Partial<RestoreInput> = {}) => {
    const wish = {
      mode: null,
      only: [],
      dryRun: false,
      at,
      deadlineMs: 5000,
      safetyFolder,
    } as const
    return runHere('restore', { ...wish, file, target: database(name), ...more }, context)
  }
  const undo = (name: string) =>
    runHere('undo', { target: database(name), at, deadlineMs: 5000, safetyFolder }, context)
  const makeDatabase = async (name: string, sql = library): Promise<void> => {
    await server.run('postgres', `CREATE DATABASE ${name} OWNER plain`)
    await server.run(name, sql)
  }
  const copiesOf = async (name: string): Promise<string[]> =>
    safetyCopiesOf({ target: database(name), safetyFolder }).list()
  const dump = async (name: string): Promise<string[]> => dumpLines(server, name)

  const summed = (changes: readonly ModelChange[]): string[] =>
    changes
      .map(({ model, added, changed, removed, records }) =>
        [model, added, changed, removed, records].join(' '),
      )
      .toSorted()

  await t.test('single records come back with the parents that are gone', async (t) => {
    await makeDatabase(
      'picked',
      `SET ROLE plain; CREATE SCHEMA shop;
       CREATE TABLE town (id serial PRIMARY KEY, mayor int, name text);
       CREATE TABLE person (id uuid PRIMARY KEY, email text UNIQUE, boss uuid REFERENCES person, town int REFERENCES town);
       ALTER TABLE town ADD FOREIGN KEY (mayor) REFERENCES town ON DELETE CASCADE;
       CREATE TABLE shop.item (maker text, number bigint, by_email text REFERENCES person (email), PRIMARY KEY (maker, number));
       CREATE TABLE shop.line (id int PRIMARY KEY, maker text, number bigint,
         FOREIGN KEY (maker, number) REFERENCES shop.item (maker, number));
       CREATE TABLE keyless (a text, b int);
       INSERT INTO town (mayor, name) VALUES (NULL, 'one'), (1, 'two');
       UPDATE town SET mayor = 2 WHERE id = 1;
       INSERT INTO person VALUES ('00000000-0000-4000-8000-00000000000a', 'ada@x', '00000000-0000-4000-8000-00000000000a', 2),
         ('00000000-0000-4000-8000-00000000000b', 'bob@x', '00000000-0000-4000-8000-00000000000a', NULL);
       INSERT INTO shop.item VALUES ('acme', 9007199254740993, 'bob@x'), ('acme', 2, NULL);
       INSERT INTO shop.line VALUES (1, 'acme', 9007199254740993), (2, 'acme', 2), (3, NULL, 5);
       INSERT INTO keyless VALUES ('x', 1), ('x', 1), ('y', 2)`,
    )
    const file = await exported('picked')
    const dumped = join(folder, 'picked.dump')
    const inCustom = { format: 'custom', file: dumped } as const
    const before = await dump('picked')
    await server.run(
      'picked',
      `DELETE FROM shop.line; DELETE FROM shop.item; DELETE FROM person; DELETE FROM town; DELETE FROM keyless;
       INSERT INTO town VALUES (1, NULL, 'mine')`,
    )
    const empty = await dump('picked')
    const line =
      /^\{"model":"keyless","pk":null.*"x".*?\}\}/m.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
    const sha256 = createHash('sha256').update(line).digest('hex')
    const records = [
      { model: 'shop.line', key: '1' },
      { model: 'keyless', key: JSON.stringify({ sha256 }) },
    ]
    const dry = await restore(file, 'picked', { records, dryRun: true })
    t.strictSame(await dump('picked'), empty, 'a dry run changes nothing')
    const done = await restore(file, 'picked', { records })
    t.strictSame(done.changes, dry.changes)
    t.strictSame(summed(done.changes), [
      'keyless 2 0 0 2',
      'person 2 0 0 2',
      'shop.item 1 0 0 1',
      'shop.line 1 0 0 1',
      'town 1 0 0 2',
    ])
    t.strictSame(done.parents?.map(({ model, key }) => `${model} ${key}`).toSorted(), [
      'person "00000000-0000-4000-8000-00000000000a"',
      'person "00000000-0000-4000-8000-00000000000b"',
      'shop.item ["acme",{"$numberLong":"9007199254740993"}]',
      'town 2',
    ])
    t.strictSame(await server.rows('picked', 'SELECT name FROM town ORDER BY 1'), [
      ['mine'],
      ['two'],
    ])
    t.equal((await copiesOf('picked')).length, 1)

    const more = {
      records: [
        { model: 'town', key: '1' },
        { model: 'shop.line', key: '2' },
      ],
    }
    const all = await restore(file, 'picked', more)
    t.strictSame(summed(all.changes), ['shop.item 1 0 0 2', 'shop.line 1 0 0 2', 'town 0 1 0 2'])
    const rest = {
      records: [
        { model: 'shop.line', key: '3' },
        { model: 'keyless', key: keyOfY() },
      ],
    }
    t.strictSame((await restore(file, 'picked', rest)).parents, [])
    t.strictSame(await dump('picked'), before, 'its keys and sequences are as they were, too')
    function keyOfY(): string {
      const other = line.replace('"x"', '"y"').replace('"b":1', '"b":2')
      return JSON.stringify({ sha256: createHash('sha256').update(other).digest('hex') })
    }

    await exported('picked', inCustom)
    await server.run(
      'picked',
      'DELETE FROM shop.line WHERE id = 2; DELETE FROM shop.item WHERE number = 2',
    )
    await server.run('postgres', 'ALTER ROLE plain CREATEDB')
    const two = { records: [{ model: 'shop.line', key: '2' }] }
    t.equal((await restore(dumped, 'picked', two)).parents?.length, 1)
    await server.run('postgres', 'ALTER ROLE plain NOCREATEDB')
    t.strictSame(await dump('picked'), before)

    const gone = restore(file, 'picked', { records: [{ model: 'shop.line', key: '9' }] })
    await t.rejects(gone, { code: 'not-found', message: /no record 9 of shop.line/ })
    const partial = await exported('picked', { models: ['shop.line'] })
    await server.run('picked', 'DELETE FROM shop.line; DELETE FROM shop.item')
    const orphans = await dump('picked')
    await t.rejects(restore(partial, 'picked', two), {
      code: 'restore-refused',
      message: /1 rows would refer to rows that are not there: shop.line 2 → shop.item/,
    })
    t.strictSame(await dump('picked'), orphans)

    let written = false
    const onProgress: OnProgress = ({ phase }) => {
      if (phase !== 'loading' || written) return
      written = true
      const sql = `INSERT INTO shop.item VALUES ('acme', 2, 'ada@x')`
      execFileSync(join(programs ?? '', 'psql'), [server.url('picked'), '-qc', sql])
    }
    const wish = {
      mode: null,
      only: [],
      dryRun: false,
      at,
      deadlineMs: 5000,
      safetyFolder,
    } as const
    const target = database('picked')
    const late = await runHere(
      'restore',
      { ...wish, ...two, file, target },
      { ...context, onProgress },
    )
    t.strictSame(late.parents, [], 'a parent that came meanwhile stays')
    t.strictSame(await server.rows('picked', 'SELECT by_email FROM shop.item'), [['ada@x']])
  })

  await t.test('rows alone come back as they were, and nothing else is altered', async (t) => {
    await makeDatabase('drifted')
    const before = await dump('drifted')
    const file = await exported('drifted')
    await server.run(
      'drifted',
      `ALTER TABLE author DISABLE TRIGGER USER; ALTER TABLE shelf.place DISABLE TRIGGER placed;
       UPDATE author SET name = name || '!' WHERE id = 1; UPDATE author SET boss = 2, favourite = NULL;
       INSERT INTO author (name) VALUES ('Dan');
       DELETE FROM book WHERE id = 1; INSERT INTO book (author, words) VALUES (4, 1);
       TRUNCATE keyless; INSERT INTO keyless VALUES ('x', 1), ('new', 1);
       UPDATE booking SET during = during + int4range(0, 0) WHERE false;
       DELETE FROM booking WHERE id = 1; INSERT INTO booking VALUES (3, 2, '[1,3)', 1);
       UPDATE shelf.place SET day = '2020-06-06' WHERE spot = 1 AND day > '2021-01-01';
       UPDATE ONLY base SET note = 'other'; UPDATE derived SET more = NULL; INSERT INTO nothing DEFAULT VALUES;
       SELECT nextval('tickets'), nextval('author_id_seq');
       ALTER TABLE author ENABLE TRIGGER usual; ALTER TABLE author ENABLE ALWAYS TRIGGER always;
       ALTER TABLE author ENABLE REPLICA TRIGGER replica;
       ALTER TABLE shelf.place ENABLE TRIGGER placed; ALTER TABLE shelf.place_rest DISABLE TRIGGER placed;
       REFRESH MATERIALIZED VIEW z_total; REFRESH MATERIALIZED VIEW a_double`,
    )
    const drifted = await dump('drifted')
    const dry = await restore(file, 'drifted', { mode: 'data-only', dryRun: true })
    t.strictSame(await dump('drifted'), drifted, 'a dry run changes nothing')
    const whole = await restore(file, 'drifted', { dryRun: true })
    t.strictSame(await dump('drifted'), drifted)
    const done = await restore(file, 'drifted', { mode: 'data-only' })
    const counts = done.changes.map(({ model, added, changed, removed, records }) =>
      [model, added, changed, removed, records].join(' '),
    )
    t.strictSame(counts.toSorted(), [
      'author 0 3 1 3',
      'base 0 1 0 1',
      'book 1 0 1 3',
      'booking 1 0 1 2',
      'derived 0 1 0 1',
      'keyless 3 0 1 4',
      'loan 0 0 0 1',
      'nothing 0 0 1 1',
      'review 0 1 0 3',
      'shelf.place 1 0 1 2',
    ])
    t.strictSame(dry.changes, done.changes)
    t.strictSame(whole.changes, done.changes)
    const rows = (lines: string[]): string[] => lines.filter((line) => !/setval/.test(line))
    t.strictSame(rows(await dump('drifted')), rows(before))
    t.strictSame(
      await server.rows('drifted', 'SELECT words, (TABLE a_double), (TABLE notes) FROM z_total'),
      [['60', '120', '2']],
    )
    t.strictSame(
      await server.rows('drifted', `SELECT nextval('tickets'), nextval('author_id_seq')`),
      [['98', '6']],
      'numbers that were given away are not given again',
    )
  })

  await t.test('a merge adds and overwrites, and removes nothing', async (t) => {
    await makeDatabase(
      'merged',
      `CREATE EXTENSION citext; SET ROLE plain;
       CREATE TABLE tag (name citext PRIMARY KEY, place integer UNIQUE, note text);
       CREATE TABLE item (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
         tag citext REFERENCES tag ON UPDATE CASCADE ON DELETE CASCADE, up integer REFERENCES item);
       CREATE TABLE log (line text, n integer);
       INSERT INTO tag VALUES ('News', 1), ('art', 2), ('old', 3);
       INSERT INTO item (tag, up) VALUES ('news', 2), ('ART', 1);
       INSERT INTO log VALUES ('a', 1), ('a', 1), (NULL, NULL)`,
    )
    const file = await exported('merged')
    await server.run(
      'merged',
      `ALTER TABLE tag ADD COLUMN stars integer NOT NULL DEFAULT 5, ADD COLUMN twice integer
         GENERATED ALWAYS AS (stars * 2) STORED; 
       DELETE FROM tag WHERE name = 'old'; UPDATE tag SET place = place + 10, stars = 3;
       UPDATE tag SET place = 13 - place;
       UPDATE tag SET name = 'NEWS' WHERE name = 'news';
       INSERT INTO tag VALUES ('new', 8); INSERT INTO item (tag) VALUES ('new');
       INSERT INTO log VALUES ('b', 1); DELETE FROM log WHERE line IS NULL`,
    )
    const dry = await restore(file, 'merged', { mode: 'merge', dryRun: true })
    const { changes } = await restore(file, 'merged', { mode: 'merge' })
    t.strictSame(summed(changes), ['item 0 1 0 3', 'log 1 0 0 4', 'tag 1 2 0 4'])
    t.strictSame(dry.changes, changes)
    t.strictSame(
      await server.rows('merged', 'SELECT name, place, stars, twice FROM tag ORDER BY place'),
      [
        ['News', '1', '3', '6'],
        ['art', '2', '3', '6'],
        ['old', '3', '5', '10'],
        ['new', '8', '5', '10'],
      ],
    )
    t.strictSame(await server.rows('merged', 'SELECT id, tag, up FROM item ORDER BY id'), [
      ['1', 'news', '2'],
      ['2', 'ART', '1'],
      ['3', 'new', null],
    ])
    t.strictSame(summed((await restore(file, 'merged', { mode: 'merge' })).changes), [
      'item 0 0 0 3',
      'log 0 0 0 4',
      'tag 0 0 0 4',
    ])
    t.strictSame(await server.rows('merged', `SELECT nextval('item_id_seq')`), [['4']])
  })

  await t.test('what does not fit or would be orphaned is refused by name', async (t) => {
    await makeDatabase('refusing')
    await server.run(
      'refusing',
      'ALTER TABLE author DISABLE TRIGGER USER; ALTER TABLE shelf.place DISABLE TRIGGER placed',
    )
    const file = await exported('refusing')
    const some = await exported('refusing', { models: ['author'] })
    await server.run(
      'refusing',
      `INSERT INTO author (name) VALUES ('Dan'); INSERT INTO book (author, words) VALUES (4, 1);
       SELECT nextval('tickets')`,
    )
    const states = `SELECT last_value, is_called FROM author_id_seq UNION ALL
                    SELECT last_value, is_called FROM tickets`
    const before = [await dump('refusing'), await server.rows('refusing', states)]
    const refused = async (more: Partial<RestoreInput>, message: RegExp, path = file) => {
      await t.rejects(restore(path, 'refusing', { mode: 'data-only', ...more }), {
        code: 'restore-refused',
        message,
      })
      t.strictSame([await dump('refusing'), await server.rows('refusing', states)], before)
    }
    const changed = async (sql: string, back: string, work: () => Promise<void>): Promise<void> => {
      await server.run('refusing', sql)
      before[0] = await dump('refusing')
      await work()
      await server.run('refusing', back)
      before[0] = await dump('refusing')
    }
    const orphan = /^1 rows would refer to rows that are not there: book 4 → author$/
    await refused({ only: ['author'] }, orphan)
    await refused({ mode: null }, orphan, some)
    await refused({ only: ['author'], dryRun: true }, orphan)
    await changed(
      'ALTER TABLE author RENAME name TO called',
      'ALTER TABLE author RENAME called TO name',
      () => refused({}, /table "author" has no column "name"/),
    )
    await changed(
      'ALTER TABLE keyless RENAME TO other',
      'ALTER TABLE other RENAME TO keyless',
      () => refused({}, /no table for the model keyless/),
    )
    await changed(
      'ALTER TABLE book ADD CONSTRAINT short CHECK (words < 30) NOT VALID',
      'ALTER TABLE book DROP CONSTRAINT short',
      () => refused({}, /records of book do not fit into the target: .*"short"/),
    )
    await changed(
      `UPDATE author SET name = 'X' WHERE name = 'Ann'; UPDATE author SET name = 'Ann' WHERE id = 4`,
      `UPDATE author SET name = 'Dan' WHERE id = 4; UPDATE author SET name = 'Ann' WHERE id = 1`,
      () => refused({ mode: 'merge' }, /author do not fit .*unique/),
    )
    await changed(
      'ALTER TABLE author ENABLE ROW LEVEL SECURITY; ALTER TABLE author FORCE ROW LEVEL SECURITY',
      'ALTER TABLE author DISABLE ROW LEVEL SECURITY; ALTER TABLE author NO FORCE ROW LEVEL SECURITY',
      async () => {
        await refused({}, /row security hides rows of (public.)?author/)
        await refused({ mode: 'replace' }, /row security hides rows of (public.)?author/)
      },
    )
    // As late as can be: all rows are there, sequences raised, keys back.
    await changed(
      `CREATE FUNCTION fail(bigint) RETURNS bigint LANGUAGE plpgsql AS
         'BEGIN IF $1 < 61 THEN RAISE division_by_zero; END IF; RETURN $1; END';
       CREATE MATERIALIZED VIEW last AS SELECT public.fail(sum(words)) FROM book;
       ALTER SEQUENCE author_id_seq RESTART WITH 2`,
      "DROP MATERIALIZED VIEW last; SELECT setval('author_id_seq', 5)",
      async () => {
        before[1] = await server.rows('refusing', states)
        await t.rejects(restore(file, 'refusing', { mode: 'data-only' }), {
          code: 'database-refused',
          message: /view "last"/,
        })
        t.strictSame([await dump('refusing'), await server.rows('refusing', states)], before)
      },
    )
    t.strictSame(await copiesOf('refusing'), [], 'a restore that failed keeps no copy')
  })

  await t.test('chosen models leave the others as they are, with all their actions', async (t) => {
    await makeDatabase('chosen')
    const file = await exported('chosen')
    await server.run(
      'chosen',
      `ALTER TABLE author DISABLE TRIGGER USER; UPDATE author SET name = name || '?';
       INSERT INTO review (author) VALUES (1)`,
    )
    const { changes, mode } = await restore(file, 'chosen', { only: ['AUTHOR'] })
    t.equal(mode, 'data-only')
    t.strictSame(summed(changes), ['author 0 3 0 3'])
    t.strictSame(
      await server.rows('chosen', 'SELECT (SELECT count(*) FROM book), count(*) FROM review'),
      [['3', '4']],
      'ON DELETE CASCADE took nothing along',
    )
    await t.rejects(restore(file, 'chosen', { only: ['none'] }), { code: 'model-unknown' })
    await t.rejects(restore(file, 'chosen', { only: ['author'], mode: 'replace' }), {
      code: 'usage',
    })
    await server.run('postgres', 'CREATE DATABASE bare OWNER plain')
    await t.rejects(restore(file, 'bare', { mode: 'merge' }), { code: 'database-not-found' })
  })

  await t.test(
    'an undo puts back the newest safety copy, and keeps what it replaces',
    async (t) => {
      await makeDatabase('undone')
      const file = await exported('undone')
      await t.rejects(undo('undone'), { code: 'restore-refused', message: /no safety copy of/ })
      await server.run(
        'undone',
        `SET ROLE plain; CREATE TABLE later (id serial PRIMARY KEY); INSERT INTO later DEFAULT VALUES;
       CREATE VIEW shown AS TABLE keyless; DELETE FROM review WHERE id = 1`,
      )
      const before = await dump('undone')
      const { safetyCopy, changes } = await restore(file, 'undone')
      t.match(changes[0], { added: null, changed: null, removed: null })
      t.equal(statSync(safetyCopy ?? '').mode & 0o777, 0o600)
      const restored = await dump('undone')
      t.notSame(restored, before)
      await server.run('postgres', 'CREATE DATABASE other OWNER plain')
      await t.rejects(undo('other'), { code: 'restore-refused' }, 'a copy belongs to its database')
      const first = await undo('undone')
      t.equal(first.restoredFrom, safetyCopy)
      t.strictSame(await dump('undone'), before)
      await undo('undone')
      t.strictSame(await dump('undone'), restored)
      await undo('undone')
      t.equal((await copiesOf('undone')).length, 3)
      const none = { target: database('undone', { pgDump: 'none' }) }
      const merged = await restore(file, 'undone', { mode: 'merge', ...none })
      t.match(merged.warnings, [/^loan: 1 foreign keys/, /holds rows only/])
      await server.run('undone', 'DELETE FROM review')
      await runHere('undo', { ...none, at, deadlineMs: 5000, safetyFolder }, context)
      t.strictSame(await server.rows('undone', 'SELECT count(*) FROM review'), [['2']])
      const missing = { target: database('undone', { pgDump: '/nowhere/pg_dump' }) }
      await t.rejects(restore(file, 'undone', missing), {
        code: 'program-missing',
        message: /no safety copy could be made/,
        hint: /PG_DUMP/,
      })
    },
  )

  await t.test('sequences that columns ask are right, whoever they belong to', async (t) => {
    const ids = `SET ROLE plain; CREATE SEQUENCE ids; CREATE TABLE note (id integer PRIMARY KEY DEFAULT nextval('ids'), v text);`
    await makeDatabase('asked', `${ids} INSERT INTO note (v) SELECT 'x' FROM generate_series(1, 9)`)
    await makeDatabase(
      'asking',
      `${ids} CREATE TABLE other (id integer DEFAULT nextval('ids'));
       CREATE TABLE bill (id text PRIMARY KEY); CREATE SEQUENCE bills OWNED BY bill.id`,
    )
    const file = await exported('asked')
    await restore(file, 'asking', { only: ['note'] })
    t.strictSame(await server.rows('asking', `INSERT INTO note (v) VALUES ('new') RETURNING id`), [
      ['10'],
    ])
    await server.run(
      'asking',
      `SET ROLE plain; ALTER TABLE note ADD COLUMN place bigserial, ADD COLUMN other integer DEFAULT nextval('bills')`,
    )
    const before = await dump('asking')
    await restore(file, 'asking', { only: ['note'], dryRun: true })
    t.strictSame(await dump('asking'), before, 'what defaults were asked for is taken back, too')
    await server.run(
      'asked',
      `SET ROLE plain; CREATE TABLE bill (id text PRIMARY KEY); INSERT INTO bill VALUES ('2026-1')`,
    )
    const bills = await restore(await exported('asked'), 'asking', { only: ['bill'] })
    t.match(bills.changes, [{ model: 'bill', added: 1 }], 'text is not compared with a sequence')
  })

  await t.test('what was broken at the backup may be broken now, and nothing else', async (t) => {
    const sql = `SET ROLE plain; CREATE TABLE parent (id integer PRIMARY KEY);
      CREATE TABLE child (id integer PRIMARY KEY, up integer REFERENCES parent);
      CREATE TABLE other (id integer PRIMARY KEY, up integer REFERENCES parent DEFERRABLE);
      INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2), (3, 2);
      INSERT INTO other VALUES (1, 1)`
    await makeDatabase('broken', sql)
    await server.run(
      'broken',
      'SET session_replication_role = replica; DELETE FROM parent WHERE id = 2',
    )
    const scratch = { url: server.url('postgres'), shown: 'the server for trials' }
    const before = await dump('broken')
    const asIs = { database: database('broken', { scratch }), verify: true }
    const file = await exported('broken', asIs)
    const keys = `SELECT conrelid::regclass, convalidated FROM pg_constraint WHERE contype = 'f' ORDER BY 1`
    const loose = [
      /"child(_up_fkey| child_up_fkey)".* NOT VALID now/,
      /2 foreign keys lead nowhere/,
    ]
    for (const mode of ['replace', 'data-only'] as const) {
      const name = mode.replace('-', '_')
      await makeDatabase(name, sql)
      const { warnings } = await restore(file, name, { mode })
      t.match(warnings, loose)
      t.equal(warnings.length, 2)
      t.strictSame(await server.rows(name, keys), [
        ['child', 'f'],
        ['other', 't'],
      ])
      const now = await dump(name)
      t.strictSame(now.map((line) => line.replace(' NOT VALID', '')).toSorted(), before)
      await t.rejects(server.run(name, 'INSERT INTO child VALUES (4, 9)'), { code: '23503' })
    }
    const left = { excludeRows: ['parent'], scratch }
    const excluded = await exported('broken', { database: database('broken', left), verify: true })
    await server.run('postgres', 'CREATE DATABASE excluding OWNER plain')
    const { warnings } = await restore(excluded, 'excluding')
    t.match(warnings, [/NOT VALID/, /NOT VALID/, /^child/])
    const text = readFileSync(file, 'utf8')
      .replace('"foreign_key_violations":2', '"foreign_key_violations":1')
      .replace(/"sha256":"\w+"\n\}\n$/, '')
    const digest = createHash('sha256').update(text).digest('hex')
    const forged = join(folder, 'forged.json')
    writeFileSync(forged, `${text}"sha256":"${digest}"\n}\n`)
    await t.rejects(restore(forged, 'excluding'), {
      code: 'restore-refused',
      message: /2 foreign keys of child would lead nowhere, and 1 did/,
    })
  })

  await t.test('locks are waited for with a limit', async (t) => {
    await makeDatabase('locked')
    const file = await exported('locked')
    const before = await dump('locked')
    const holder = await openSession({ url: server.url('locked'), shown: 'it' })
    await holder.run('BEGIN; LOCK TABLE review IN ROW EXCLUSIVE MODE')
    for (const mode of ['replace', 'data-only', 'merge'] as const)
      for (const dryRun of [true, false])
        await t.rejects(restore(file, 'locked', { mode, dryRun, deadlineMs: 100 }), {
          code: 'database-busy',
        })
    await holder.close()
    t.strictSame(await dump('locked'), before)
    t.strictSame(await copiesOf('locked'), [])
  })

  await t.test('whoever writes meanwhile is kept by the copy, or comes after', async (t) => {
    await makeDatabase('written')
    const file = await exported('written')
    for (const mode of ['replace', 'data-only'] as const) {
      const written: string[] = []
      const done = new AbortController()
      const started = new Promise<void>((resolve) => {
        done.signal.addEventListener('writing', () => resolve())
      })
      const writing = (async () => {
        const writer = await openSession({ url: server.url('written'), shown: 'it' })
        for (let number = 0; !done.signal.aborted; number += 1) {
          const insert = `INSERT INTO public.booking (id, turn) VALUES (${number + 10}, ${number + 10})`
          // A table that is being replaced is not there for a statement that waited for it.
          const isWritten = await writer.run(insert).then(
            () => true,
            () => false,
          )
          if (isWritten) written.push(String(number + 10))
          if (number === 5) done.signal.dispatchEvent(new Event('writing'))
        }
        await writer.close()
      })()
      await started
      const { safetyCopy } = await restore(file, 'written', { mode })
      done.abort()
      await writing
      const kept = readFileSync(safetyCopy ?? '', 'utf8')
      const there = (await server.rows('written', 'SELECT id FROM booking')).map(([id]) => id)
      const lost = written.filter(
        (id) => !there.includes(id) && !kept.includes(`"model":"booking","pk":${id},`),
      )
      t.ok(written.length > 5)
      t.strictSame(lost, [], mode)
      await restore(file, 'written')
    }
  })

  await t.test('a restore that is killed before its commit changes nothing', async (t) => {
    await makeDatabase('killed')
    await server.run(
      'killed',
      `SET ROLE plain;
       CREATE FUNCTION wait_for_test(bigint) RETURNS bigint LANGUAGE sql VOLATILE
         RETURN ($1 + length(pg_catalog.pg_advisory_xact_lock_shared(42)::text));
       CREATE MATERIALIZED VIEW waiting AS SELECT wait_for_test(sum(words)) FROM book;
       ALTER TABLE author DISABLE TRIGGER USER`,
    )
    const file = await exported('killed')
    await server.run('killed', `INSERT INTO author (name) VALUES ('Dan'); DELETE FROM review`)
    const before = await dump('killed')
    const activity = "FROM pg_stat_activity WHERE datname = 'killed'"
    const waiting = `SELECT pid ${activity} AND wait_event = 'advisory'`
    const hold = async (): Promise<Session> => {
      const holder = await openSession({ url: server.url('killed'), shown: 'it' })
      await holder.run('SELECT pg_advisory_lock(42)')
      return holder
    }
    const waits = async (): Promise<string> => {
      await until(async () => (await server.rows('postgres', waiting)).length === 1)
      return (await server.rows('postgres', waiting))[0]?.[0] ?? ''
    }
    const gone = (pid: string): Promise<void> =>
      until(
        async () =>
          (await server.rows('postgres', `SELECT ${activity} AND pid = ${pid}`)).length === 0,
      )

    compileOctavo()
    const first = await hold()
    const words = [cliPath, 'restore', file, '--into', server.url('killed', 'plain'), '--yes']
    const restoring = launch(t, [...words, '--mode', 'data-only'], folder, { BACKUP_DIR: folder })
    const pid = await waits()
    restoring.child.kill('SIGKILL')
    await restoring.ended
    await first.close()
    await gone(pid)
    t.strictSame(await dump('killed'), before)

    const second = await hold()
    const failing = t.rejects(restore(file, 'killed', { mode: 'data-only' }), {
      code: 'database-unreachable',
    })
    const other = await waits()
    await server.run('postgres', `SELECT pg_terminate_backend(${other})`)
    await failing
    await second.close()
    await gone(other)
    t.strictSame(await dump('killed'), before)
    t.strictSame(await copiesOf('killed'), [])

    const third = await hold()
    const succeeding = restore(file, 'killed', { mode: 'data-only' })
    await waits()
    const writer = await openSession({ url: server.url('killed'), shown: 'it' })
    const insert = writer.run(`INSERT INTO public.review VALUES (99)`)
    const blocked = `SELECT ${activity} AND wait_event_type = 'Lock' AND query LIKE 'INSERT%'`
    await until(async () => (await server.rows('postgres', blocked)).length === 1)
    await third.close()
    await succeeding
    await insert
    await writer.close()
    t.strictSame(await server.rows('killed', 'SELECT id FROM review ORDER BY id'), [
      ['1'],
      ['2'],
      ['3'],
      ['99'],
    ])
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
