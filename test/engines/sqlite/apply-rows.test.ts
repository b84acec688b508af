import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { transferRows } from '../../../src/engines/sqlite/apply/transfer-rows.js'
import { makePair, named, rows, type TransferPair, whole } from './transfer-pair.js'

const at = new Date('2026-11-22T00:17:00Z')

function transfer(
  { prepared, target }: TransferPair,
  mode: 'data-only' | 'merge',
  options: { models?: readonly string[]; deadlineMs?: number } = {},
) {
  const models = named(prepared).filter(({ model }) => options.models?.includes(model) ?? true)
  const targetModels = named(target)
  return transferRows({
    prepared,
    target,
    mode,
    at,
    deadlineMs: 2000,
    extent: whole,
    ...options,
    models,
    targetModels,
  })
}

t.test(
  'data only: rows become those of the backup in the newer schema of the target',
  async (t) => {
    const pair = makePair(t, {
      prepared: `CREATE TABLE author(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
      INSERT INTO author VALUES (1, 'Ada'), (2, 'Grace'), (7, 'gone'); DELETE FROM author WHERE id = 7;`,
      target:
        `CREATE TABLE Author(id INTEGER PRIMARY KEY AUTOINCREMENT, born INTEGER DEFAULT 1900, Name TEXT UNIQUE,
        shout TEXT AS (upper(name)));
      CREATE TABLE log(what); CREATE TRIGGER tr AFTER INSERT ON author BEGIN INSERT INTO log VALUES ("x" || new.id); END;
      INSERT INTO author(id, name) VALUES (2, 'Hopper'), (3, 'Linus'); DELETE FROM log`.replace(
          '"x"',
          "'x'",
        ),
    })
    const schema = rows(pair.target, 'SELECT sql FROM sqlite_schema ORDER BY name')
    const { changes, safetyCopy } = await transfer(pair, 'data-only')
    t.same(changes, [{ model: 'author', added: 1, changed: 1, removed: 1, records: 2 }])
    t.same(rows(pair.target, 'SELECT id, born, name, shout FROM author'), [
      [1, 1900, 'Ada', 'ADA'],
      [2, 1900, 'Grace', 'GRACE'],
    ])
    t.same(rows(pair.target, 'SELECT * FROM log'), [], 'no trigger ran')
    t.same(rows(pair.target, 'SELECT sql FROM sqlite_schema ORDER BY name'), schema)
    t.same(rows(pair.target, 'SELECT * FROM sqlite_sequence'), [['Author', 7]])
    t.same(rows(safetyCopy, 'SELECT name FROM author'), [['Hopper'], ['Linus']])
  },
)

t.test(
  'merge: adds and overwrites by key, keeps the rest, and lets no unique column delete a row',
  async (t) => {
    const pair = makePair(t, {
      prepared: `CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE, n); INSERT INTO u VALUES (1, 'a', 1.0), (5, 'e', x'00');
      CREATE TABLE pair(a, b, c, PRIMARY KEY(a, b)); INSERT INTO pair VALUES (1, 2, 'new'), (NULL, 1, 'null'), (3, 4, 'added');
      CREATE TABLE plain(x); INSERT INTO plain(rowid, x) VALUES (2, 'two'), (9, 'nine');`,
      target: `CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE, n); INSERT INTO u VALUES (1, 'a', 1), (2, 'b', 2);
      CREATE TABLE pair(a, b, c, PRIMARY KEY(a, b)); INSERT INTO pair VALUES (1, 2, 'old'), (8, 8, 'kept');
      CREATE TABLE plain(x); INSERT INTO plain(rowid, x) VALUES (1, 'one'), (2, 'old')`,
    })
    const { changes } = await transfer(pair, 'merge')
    t.same(rows(pair.target, 'SELECT id, mail, quote(n) FROM u'), [
      [1, 'a', '1.0'],
      [2, 'b', '2'],
      [5, 'e', "X'00'"],
    ])
    t.same(rows(pair.target, 'SELECT * FROM pair ORDER BY c'), [
      [3, 4, 'added'],
      [8, 8, 'kept'],
      [1, 2, 'new'],
      [null, 1, 'null'],
    ])
    t.same(rows(pair.target, 'SELECT rowid, x FROM plain'), [
      [1, 'one'],
      [2, 'two'],
      [9, 'nine'],
    ])
    t.same(
      changes.find(({ model }) => model === 'u'),
      { model: 'u', added: 1, changed: 1, removed: 0, records: 3 },
    )
    const clash = makePair(t, {
      prepared:
        "CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE); INSERT INTO u VALUES (1, 'b')",
      target:
        "CREATE TABLE u(id INTEGER PRIMARY KEY, mail TEXT UNIQUE); INSERT INTO u VALUES (2, 'b')",
    })
    await t.rejects(transfer(clash, 'merge'), {
      code: 'restore-refused',
      message: /UNIQUE constraint failed: u\.mail/,
    })
    t.same(rows(clash.target, 'SELECT * FROM u'), [[2, 'b']])
    t.equal(
      readdirSync(join(clash.target, '..')).filter((name) => name.includes('before-restore'))
        .length,
      0,
    )
  },
)

t.test('a model or a column that the target lacks is refused by name', async (t) => {
  const pair = makePair(t, { prepared: 'CREATE TABLE a(x, extra)', target: 'CREATE TABLE a(x)' })
  await t.rejects(transfer(pair, 'data-only'), {
    code: 'restore-refused',
    message: /"a" has no column "extra"/,
  })
  const other = makePair(t, { prepared: 'CREATE TABLE missing(x)', target: 'CREATE TABLE a(x)' })
  await t.rejects(transfer(other, 'merge'), {
    code: 'restore-refused',
    message: /the model missing/,
  })
})

t.test('rows elsewhere that would dangle are listed and refused', async (t) => {
  const pair = makePair(t, {
    prepared: 'CREATE TABLE parent(id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1)',
    target: `CREATE TABLE parent(id INTEGER PRIMARY KEY); INSERT INTO parent VALUES (1), (2);
      CREATE TABLE child(p REFERENCES parent(id) ON DELETE CASCADE); INSERT INTO child VALUES (1), (2), (99)`,
  })
  await t.rejects(transfer(pair, 'data-only'), {
    code: 'restore-refused',
    message: /1 rows would refer.*child 2 → parent/,
  })
  t.same(rows(pair.target, 'SELECT count(*) FROM parent'), [[2]])
})

t.test('a key that deletes with its parent deletes nothing during a transfer', async (t) => {
  const pair = makePair(t, {
    prepared: `CREATE TABLE parent(id INTEGER PRIMARY KEY, x);
      INSERT INTO parent VALUES (1, 'restored'), (2, 'restored')`,
    target: `CREATE TABLE parent(id INTEGER PRIMARY KEY, x);
      INSERT INTO parent VALUES (1, 'lost'), (2, 'lost');
      CREATE TABLE child(p REFERENCES parent(id) ON DELETE CASCADE);
      INSERT INTO child VALUES (1), (2), (99)`,
  })
  await transfer(pair, 'data-only')
  t.same(rows(pair.target, 'SELECT x FROM parent'), [['restored'], ['restored']])
  t.same(rows(pair.target, 'SELECT p FROM child'), [[1], [2], [99]])
})

t.test("Django's bookkeeping stays the target's, and a mismatch is shown", async (t) => {
  const django = (migrations: string, types: string) => `
    CREATE TABLE django_migrations(id INTEGER PRIMARY KEY, app, name); INSERT INTO django_migrations VALUES ${migrations};
    CREATE TABLE django_content_type(id INTEGER PRIMARY KEY, app_label, model); INSERT INTO django_content_type VALUES ${types};
    CREATE TABLE thing(id INTEGER PRIMARY KEY); INSERT INTO thing VALUES (1)`
  const pair = makePair(t, {
    prepared: django("(1, 'lab', '0001_initial')", "(1, 'lab', 'machine')"),
    target: django("(1, 'lab', '0001_initial'), (2, 'lab', '0002_more')", "(1, 'lab', 'machine')"),
  })
  const { warnings, changes } = await transfer(pair, 'data-only')
  t.equal(warnings.length, 1)
  t.match(warnings[0], /django_migrations stays the target's.*only in the target lab\.0002_more/)
  t.same(rows(pair.target, 'SELECT count(*) FROM django_migrations'), [[2]])
  t.same(
    changes.map(({ model }) => model),
    ['thing'],
  )
})

t.test(
  'full-text tables that are the same on both sides come with their shadow tables',
  async (t) => {
    const sql = (
      word: string,
    ) => `CREATE VIRTUAL TABLE docs USING fts5(body); INSERT INTO docs VALUES ('${word}');
    CREATE VIRTUAL TABLE old USING fts4(body); INSERT INTO old VALUES ('${word}');
    CREATE VIRTUAL TABLE box USING rtree(id, a, b); INSERT INTO box VALUES (${word.length}, 1, 2)`
    const pair = makePair(t, { prepared: sql('restored'), target: sql('lost') })
    const { warnings } = await transfer(pair, 'data-only')
    t.same(warnings, [])
    t.same(rows(pair.target, "SELECT body FROM docs('restored')"), [['restored']])
    t.same(rows(pair.target, "SELECT body FROM old WHERE old MATCH 'restored'"), [['restored']])
    t.same(rows(pair.target, "SELECT body FROM docs('lost')"), [])
    t.same(rows(pair.target, 'SELECT id FROM box WHERE a > 0'), [[8]])
    t.same(rows(pair.target, 'PRAGMA integrity_check'), [['ok']])
    const merged = await transfer(
      makePair(t, { prepared: sql('new'), target: sql('kept') }),
      'merge',
    )
    t.equal(merged.warnings.length, 3)
  },
)

t.test(
  'a target that another process is writing to is left alone after the deadline',
  async (t) => {
    const sql = "CREATE TABLE a(x); INSERT INTO a VALUES ('kept')"
    const pair = makePair(t, { prepared: 'CREATE TABLE a(x)', target: sql })
    const holder = new Database(pair.target)
    holder.exec('BEGIN IMMEDIATE')
    await t.rejects(transfer(pair, 'data-only', { deadlineMs: 200 }), { code: 'database-busy' })
    holder.close()
    t.same(rows(pair.target, 'SELECT x FROM a'), [['kept']])
  },
)

t.test(
  'another process reads the old rows until the commit and the new ones after it',
  async (t) => {
    const pair = makePair(t, {
      prepared: "CREATE TABLE a(x); INSERT INTO a VALUES ('new')",
      target: "PRAGMA journal_mode = wal; CREATE TABLE a(x); INSERT INTO a VALUES ('old')",
    })
    const read = () => {
      const script = `console.log(new (require('better-sqlite3'))(${JSON.stringify(pair.target)}).prepare('SELECT x FROM a').pluck().get())`
      return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim()
    }
    const seen: string[] = []
    await transferRows({
      ...pair,
      mode: 'data-only',
      at,
      deadlineMs: 2000,
      extent: whole,
      models: named(pair.prepared),
      targetModels: named(pair.target),
      onProgress: () => seen.push(read()),
    })
    t.same([...new Set(seen)], ['old'])
    t.equal(read(), 'new')
  },
)
