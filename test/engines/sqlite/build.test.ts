import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import type { BuildPlan, RecordChunk } from '../../../src/core/engine.js'
import type { SchemaObject } from '../../../src/core/schema.js'
import { type BuildOptions, openBuild } from '../../../src/engines/sqlite/build/open-build.js'
import { compareDatabases } from '../../../src/engines/sqlite/compare/compare-databases.js'
import { compareExactly } from '../../support/compare/compare-exactly.js'
import { makeOddDatabase } from '../../support/odd-database/make-odd-database.js'
import {
  type Cleanup,
  makeDatabase,
  ownFolder,
  readLines,
  withSnapshot,
} from '../../support/read-snapshot.js'

const facts = {
  engine: 'sqlite',
  engine_version: '3.53.2',
  encoding: 'UTF-8',
  page_size: 4096,
} as const

function table(name: string, sql: string, primaryKey: readonly string[] = []): SchemaObject {
  return {
    type: 'table',
    kind: 'table',
    name,
    model: name,
    primary_key: primaryKey,
    references: [],
    sql,
  }
}

async function* lines(records: readonly string[]): AsyncGenerator<RecordChunk> {
  if (records.length > 0) yield { bytes: Buffer.from(records.join(',\n')), records: records.length }
}

/** Builds a database of one schema and the records of its first table; gives its path. */
async function buildOf(
  t: Cleanup,
  schema: readonly SchemaObject[],
  records: readonly string[] = [],
  plan: Partial<BuildPlan> & { options?: BuildOptions } = {},
): Promise<string> {
  const path = join(ownFolder(t), 'built.sqlite3')
  const build = await openBuild(path, { facts, sequences: [], ...plan, schema }, plan.options)
  try {
    const [first] = schema
    if (first && records.length > 0) await build.load(first.name, lines(records))
    await build.finish()
  } finally {
    await build.close()
  }
  return path
}

function query(path: string, sql: string): unknown[] {
  const db = new Database(path, { readonly: true })
  try {
    return db.prepare(sql).safeIntegers().raw().all()
  } finally {
    db.close()
  }
}

/** Exports a database, builds it again, and gives every difference that three judges find. */
async function roundTrip(t: Cleanup, from: { path: string; folder: string }): Promise<string[]> {
  const path = join(from.folder, 'built.sqlite3')
  const first = await withSnapshot(from, async (snapshot) => {
    const build = await openBuild(path, snapshot, { keepWal: true })
    try {
      for (const { model } of snapshot.models) await build.load(model, snapshot.records(model))
      await build.finish()
    } finally {
      await build.close()
    }
    return JSON.stringify([snapshot.facts, snapshot.schema, snapshot.sequences])
  })
  const second = await withSnapshot({ path, folder: from.folder }, (snapshot) =>
    JSON.stringify([snapshot.facts, snapshot.schema, snapshot.sequences]),
  )
  return [
    ...(first === second ? [] : ['the second export has another schema']),
    ...(await compareDatabases(from.path, path)),
    ...compareExactly(from.path, path),
  ]
}

t.test(
  'a table, rows, an index, a view, a trigger and a sequence come back in their order',
  async (t) => {
    const schema: SchemaObject[] = [
      table(
        'a',
        'CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT UNIQUE CHECK (n <> "x"), b)',
        ['id'],
      ),
      {
        type: 'trigger',
        name: 'tr',
        table: 'a',
        sql: 'CREATE TRIGGER tr AFTER INSERT ON a BEGIN DELETE FROM a; END',
      },
      { type: 'index', name: 'i', table: 'a', sql: 'CREATE INDEX i ON a(b) WHERE b <> "q"' },
      { type: 'view', name: 'v', table: 'v', sql: 'CREATE VIEW v AS SELECT nofunction("double")' },
    ]
    const records = [
      '{"model":"a","pk":1,"fields":{"n":"one","b":{"$binary":{"base64":"AAE=","subType":"00"}}}}',
      '{"model":"a","pk":{"$numberLong":"9223372036854775807"},"fields":{"n":null,"b":-0.0}}',
    ]
    const path = await buildOf(t, schema, records, {
      facts: { ...facts, user_version: -7, application_id: 77 },
      sequences: ['["a",41]'],
    })
    t.same(query(path, 'SELECT type, name, sql FROM sqlite_schema'), [
      ['table', 'a', schema[0]?.sql],
      ['index', 'sqlite_autoindex_a_1', null],
      ['trigger', 'tr', schema[1]?.sql],
      ['index', 'i', schema[2]?.sql],
      ['view', 'v', schema[3]?.sql],
      ['table', 'sqlite_sequence', 'CREATE TABLE sqlite_sequence(name,seq)'],
    ])
    t.same(query(path, 'SELECT id, n, typeof(b), hex(b), b = 0 AND atan2(b, -1) < 0 FROM a'), [
      [1n, 'one', 'blob', '0001', 0n],
      [9223372036854775807n, null, 'real', '302E30', 1n],
    ])
    t.same(query(path, 'SELECT * FROM sqlite_sequence'), [['a', 41n]])
    t.same(query(path, 'PRAGMA integrity_check'), [['ok']])
    t.same(query(path, 'PRAGMA user_version'), [[-7n]])
  },
)

t.test('odd rows of sqlite_sequence come back, also where no table counts', async (t) => {
  const sequences = [
    '["t",5]',
    '[null,"text"]',
    '["t",1.5]',
    '[{"$binary":{"base64":"AA==","subType":"00"}},null]',
  ]
  const path = await buildOf(t, [table('t', 'CREATE TABLE t(x)')], [], { sequences })
  t.same(query(path, 'SELECT quote(name), quote(seq) FROM sqlite_sequence'), [
    ["'t'", '5'],
    ['NULL', "'text'"],
    ["'t'", '1.5'],
    ["X'00'", 'NULL'],
  ])
  await t.rejects(buildOf(t, [table('t', 'CREATE TABLE t(x)')], [], { sequences: ['["t"]'] }), {
    code: 'document-invalid',
  })
})

const hostile: readonly (readonly [what: string, object: SchemaObject])[] = [
  ['a second statement', table('x', 'CREATE TABLE x(a); DROP TABLE y')],
  [
    'a second statement behind a comment',
    table('x', "CREATE TABLE x(a) /* ; */ ; -- \n ATTACH '/tmp/evil' AS e"),
  ],
  ['ATTACH', table('x', "ATTACH 'evil.db' AS e")],
  ['PRAGMA', table('x', 'PRAGMA writable_schema = on')],
  ['INSERT', table('x', 'INSERT INTO x VALUES (1)')],
  ['CREATE TABLE … AS SELECT', table('x', 'CREATE TABLE x AS SELECT 1')],
  ['CREATE TEMP TABLE', table('x', 'CREATE TEMP TABLE x(a)')],
  ['another name', table('x', 'CREATE TABLE y(a)')],
  ['a view in place of a table', table('x', 'CREATE VIEW x AS SELECT 1')],
  ['a virtual table in place of a table', table('x', 'CREATE VIRTUAL TABLE x USING fts5(a)')],
  ['another schema', table('x', 'CREATE TABLE aux.x(a)')],
  ['a half text', table('x', 'CREATE TABLE x(a')],
  ['an empty text', table('x', '')],
  ['the name of the schema itself', table('sqlite_schema', 'CREATE TABLE sqlite_schema(a)')],
  ['an index on no table', { type: 'index', name: 'i', table: 'x', sql: 'CREATE INDEX i ON x(a)' }],
  [
    'a trigger with a statement behind its end',
    {
      type: 'trigger',
      name: 'r',
      table: 't',
      sql: 'CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END; DROP TABLE t',
    },
  ],
  [
    'a trigger on another table than it says',
    {
      type: 'trigger',
      name: 'r',
      table: 'u',
      sql: 'CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END',
    },
  ],
]
for (const [what, object] of hostile)
  t.test(`a schema entry with ${what} is refused by name and nothing of it runs`, async (t) => {
    await t.rejects(buildOf(t, [table('t', 'CREATE TABLE t(a)'), object]), {
      code: 'document-invalid',
      message: new RegExp(object.name),
    })
  })

t.test('a trigger may hold many statements and CASE … END', async (t) => {
  const sql =
    'CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1 /* END; */; END'
  const path = await buildOf(t, [
    table('t', 'CREATE TABLE t(a)'),
    { type: 'trigger', name: 'r', table: 't', sql },
  ])
  t.same(query(path, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"), [[sql]])
})

const good = '{"model":"t","pk":1,"fields":{"a":1,"b":"x"}}'
const misfits: readonly (readonly [what: string, record: string])[] = [
  ['a missing column', '{"model":"t","pk":2,"fields":{"a":1}}'],
  ['a missing column whose value would be null', '{"model":"t","pk":2,"fields":{"b":"x"}}'],
  ['an extra column', '{"model":"t","pk":2,"fields":{"a":1,"b":"x","c":null}}'],
  ['a column that comes twice', '{"model":"t","pk":2,"fields":{"a":1,"a":2,"b":"x"}}'],
  ['another model', '{"model":"u","pk":2,"fields":{"a":1,"b":"x"}}'],
  ['no model', '{"pk":2,"fields":{"a":1,"b":"x"}}'],
  ['no key', '{"model":"t","fields":{"a":1,"b":"x"}}'],
  ['an extra member', '{"model":"t","pk":2,"rowid":2,"fields":{"a":1,"b":"x"}}'],
  ['fields that are a list', '{"model":"t","pk":2,"fields":[1,"x"]}'],
  ['a key that is a list', '{"model":"t","pk":[2],"fields":{"a":1,"b":"x"}}'],
  ['a number in place of a record', '2'],
]
for (const [what, record] of misfits)
  t.test(`a record with ${what} is refused, and named`, async (t) => {
    const schema = [table('t', 'CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)', ['id'])]
    await t.rejects(buildOf(t, schema, [good, record]), {
      code: 'document-invalid',
      message: /records of t .*record 2/,
    })
  })

const badValues: readonly (readonly [what: string, value: string])[] = [
  ['an unknown tag', '{"$date":"2026-01-01"}'],
  ['an object', '{"x":1}'],
  ['a list', '[1,2]'],
  ['base64 with strange characters', '{"$binary":{"base64":"A!E=","subType":"00"}}'],
  ['an integer beyond 64 bits', '{"$numberLong":"9223372036854775808"}'],
  ['a tag with more in it', '{"$numberLong":"5","x":1}'],
  ['NaN, which SQLite has not', '{"$numberDouble":"NaN"}'],
]
for (const [what, value] of badValues)
  t.test(`a value that is ${what} is refused`, async (t) => {
    const schema = [table('t', 'CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)', ['id'])]
    const record = `{"model":"t","pk":1,"fields":{"a":${value},"b":"x"}}`
    await t.rejects(buildOf(t, schema, [record]), {
      code: 'document-invalid',
      message: /can not be/,
    })
  })

t.test(
  'records in another order of members and with white space are loaded all the same',
  async (t) => {
    const schema = [
      table('t', 'CREATE TABLE t(id INTEGER PRIMARY KEY, "$a", "b\\""\n", n NUMERIC)', ['id']),
    ]
    const records = [
      '{"fields": {"n": 5, "b\\\\\\"\\n": "\\u0000\\ud83d\\ude00", "$a": {"$numberDouble":"-Infinity"}}, "pk": 7, "model": "t"}',
      '{"model":"t","pk":8,"fields":{"$a":1.0,"b\\\\\\"\\n":"\ufeffé","n":1}}',
    ]
    const path = await buildOf(t, schema, records)
    t.same(query(path, 'SELECT id, quote("$a"), hex("b\\""\n"), n FROM t'), [
      [7n, '-9.0e+999', '00F09F9880', 5n],
      [8n, '1.0', 'EFBBBFC3A9', 1n],
    ])
  },
)

for (const columns of [501, 1000, 1999, 2000])
  t.test(`a table of ${columns} columns comes back, with its rowids`, async (t) => {
    const from = makeDatabase(t, (db) => {
      const names = Array.from({ length: columns }, (_, n) => `c${n}`)
      db.exec(
        `CREATE TABLE wide(${names.join(',')}); CREATE TABLE "wide key"(id INTEGER PRIMARY KEY, ${names.slice(1).join(',')})`,
      )
      for (const rowid of [-5n, 3n, 9223372036854775807n])
        db.prepare(
          `INSERT INTO wide(rowid, c0, c7, c${columns - 1}) VALUES (?, 1.0, x'00', 'last')`,
        ).run(rowid)
      db.exec('INSERT INTO "wide key"(id, c1) VALUES (1, \'x\')')
    })
    t.same(await roundTrip(t, from), [])
  })

t.test(
  'full-text, spatial and unknown virtual tables come back with their shadow tables',
  async (t) => {
    const from = makeDatabase(t, (db) => {
      db.exec(`CREATE VIRTUAL TABLE f3 USING fts3(a); INSERT INTO f3 VALUES ('three');
      CREATE VIRTUAL TABLE f4 USING fts4(a, tokenize=porter); INSERT INTO f4 VALUES ('running');
      CREATE VIRTUAL TABLE nocontent USING fts4(content="", a); INSERT INTO nocontent(docid, a) VALUES (1, 'gone');
      CREATE VIRTUAL TABLE f5 USING fts5(a, b UNINDEXED); INSERT INTO f5 VALUES ('five', 'b');
      CREATE VIRTUAL TABLE less5 USING fts5(a, content=''); INSERT INTO less5(rowid, a) VALUES (7, 'x');
      CREATE TABLE article(id INTEGER PRIMARY KEY, body); INSERT INTO article VALUES (3, 'external words');
      CREATE VIRTUAL TABLE article_fts USING fts5(body, content='article', content_rowid='id');
      INSERT INTO article_fts(article_fts) VALUES ('rebuild');
      CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, +note); INSERT INTO box VALUES (1, 0, 1, 'n');
      CREATE VIRTUAL TABLE shape USING geopoly(a); INSERT INTO shape(_shape) VALUES ('[[0,0],[1,0],[1,1],[0,0]]');
      CREATE TABLE vec_chunks(rowid INTEGER PRIMARY KEY, c); INSERT INTO vec_chunks VALUES (1, x'00')`)
      db.pragma('writable_schema = on')
      db.exec(
        "INSERT INTO sqlite_schema VALUES ('table', 'vec', 'vec', 0, 'CREATE VIRTUAL TABLE vec USING vec0(e float[4])')",
      )
    })
    t.same(await roundTrip(t, from), [])
    const path = join(from.folder, 'built.sqlite3')
    t.same(query(path, "SELECT a FROM f4 WHERE f4 MATCH 'run'"), [['running']])
    t.same(query(path, "SELECT rowid FROM article_fts('external')"), [[3n]])
    t.same(query(path, 'SELECT note FROM box WHERE x0 <= 0'), [['n']])
  },
)

t.test('UNIQUE, triggers, generated columns, STRICT and WITHOUT ROWID come back', async (t) => {
  const from = makeDatabase(t, (db) =>
    db.exec(
      `CREATE TABLE s(id INTEGER PRIMARY KEY, a ANY, t TEXT UNIQUE) STRICT;
      CREATE TABLE g(a, b AS (a * 2) STORED, c, d AS (c || 'x') VIRTUAL, UNIQUE (b, d));
      CREATE TABLE w(k TEXT COLLATE NOCASE, n DESC, v, PRIMARY KEY (n DESC, k)) WITHOUT ROWID;
      CREATE TABLE u(a UNIQUE, b UNIQUE, c, UNIQUE (c, a) ON CONFLICT REPLACE);
      CREATE TABLE d(id INTEGER PRIMARY KEY DESC, x);
      CREATE TABLE rowid(rowid, _rowid_, oid);
      CREATE TRIGGER stop BEFORE INSERT ON u BEGIN SELECT RAISE(ABORT, 'no'); END;
      CREATE INDEX expression ON g(a + 1) WHERE c IS NOT NULL;
      INSERT INTO s VALUES (1, 1.0, 'x'), (2, x'00', NULL); INSERT INTO g(a, c) VALUES (1, 'c'), (2.5, NULL);
      INSERT INTO w VALUES ('a', 1, NULL), ('B', 1, 2), ('b', 2, -0.0); INSERT INTO d VALUES (5, 'x'), (NULL, 'y');
      INSERT INTO rowid VALUES (1, 2, 3), (1, 2, 3)`.replace('n DESC, v', 'n, v'),
    ),
  )
  t.same(await roundTrip(t, from), [])
})

t.test('rows that their own table would refuse or change come back as they are', async (t) => {
  const from = makeDatabase(t, (db) => {
    db.exec(`CREATE TABLE p(id INTEGER PRIMARY KEY, a, b UNIQUE, c);
      INSERT INTO p VALUES (1, NULL, 2, '12'), (2, 3.5, NULL, ' 7 '), (3, 'x', 'y', 4.0)`)
    db.pragma('writable_schema = on')
    db.exec(
      `UPDATE sqlite_schema SET sql = 'CREATE TABLE p(id INTEGER PRIMARY KEY, a TEXT NOT NULL, b TEXT UNIQUE, c INTEGER)' WHERE name = 'p'`,
    )
  })
  t.same(await roundTrip(t, from), [])
})

t.test(
  'a table that stores generated values takes only rows that fit it, or names itself',
  async (t) => {
    const schema = [
      table('w', 'CREATE TABLE w(k TEXT PRIMARY KEY, n INTEGER, g AS (n) STORED)', ['k']),
    ]
    const record = (n: string) => `{"model":"w","pk":"a","rowid":1,"fields":{"n":${n}}}`
    await t.resolves(buildOf(t, schema, [record('12')]))
    await t.rejects(buildOf(t, schema, [record('"12"')]), {
      code: 'document-invalid',
      message: /records of w .*would change a value/,
    })
  },
)

t.test('records with one key are refused where the key is what finds them', async (t) => {
  const same = '{"model":"t","pk":1,"fields":{"a":1}}'
  for (const sql of ['t(id INTEGER PRIMARY KEY, a)', 't(id PRIMARY KEY, a) WITHOUT ROWID'])
    await t.rejects(buildOf(t, [table('t', `CREATE TABLE ${sql}`, ['id'])], [same, same]), {
      code: 'document-invalid',
      message: /records of t .*t\.id/,
    })
})

t.test('what needs functions or collations that are not here is refused by name', async (t) => {
  const base = table('t', 'CREATE TABLE t(a)')
  for (const sql of ['CREATE INDEX i ON t(nofunction(a))', 'CREATE INDEX i ON t(a COLLATE german)'])
    await t.rejects(buildOf(t, [base, { type: 'index', name: 'i', table: 't', sql }]), {
      code: 'cannot-carry',
      message: /the index "i"/,
    })
  await t.rejects(buildOf(t, [table('g', 'CREATE TABLE g(a, b AS (nofunction(a)) STORED)')]), {
    code: 'cannot-carry',
    message: /the table "g"/,
  })
  const carried = table(
    'c',
    'CREATE TABLE c(a CHECK (nofunction(a)), b DEFAULT (nofunction()), v AS (nofunction(a)))',
  )
  const path = await buildOf(
    t,
    [carried],
    ['{"model":"c","pk":null,"rowid":1,"fields":{"a":1,"b":2}}'],
  )
  t.same(query(path, 'SELECT a, b FROM c'), [[1n, 2n]])
})

t.test('facts of the file come back; another page size may be asked for', async (t) => {
  const wanted = { ...facts, encoding: 'UTF-16be', page_size: 512, auto_vacuum: 2, wal: true }
  const schema = [table('t', 'CREATE TABLE t(a)')]
  const path = await buildOf(t, schema, [], { facts: wanted, options: { keepWal: true } })
  for (const [pragma, value] of [
    ['encoding', 'UTF-16be'],
    ['page_size', 512n],
    ['auto_vacuum', 2n],
    ['journal_mode', 'wal'],
  ])
    t.same(query(path, `PRAGMA ${String(pragma)}`), [[value]])
  const other = await buildOf(t, schema, [], { facts: wanted, options: { pageSize: 8192 } })
  t.same(query(other, 'PRAGMA page_size'), [[8192n]])
  t.same(query(other, 'PRAGMA journal_mode'), [['delete']])
  await t.rejects(buildOf(t, schema, [], { facts: { ...facts, encoding: "UTF-8'; ATTACH" } }), {
    code: 'document-invalid',
  })
  await t.rejects(buildOf(t, schema, [], { facts: { ...facts, page_size: 1000 } }), {
    code: 'document-invalid',
  })
})

t.test(
  'long chunks are cut between records, short ones are joined, and every record arrives',
  async (t) => {
    const path = join(ownFolder(t), 'built.sqlite3')
    const build = await openBuild(path, {
      facts,
      sequences: [],
      schema: [table('t', 'CREATE TABLE t(id INTEGER PRIMARY KEY, a)', ['id'])],
    })
    const record = (id: number, length: number) =>
      `{"model":"t","pk":${id},"fields":{"a":"${'}},\\n'.repeat(length)}"}}`
    const long = Array.from({ length: 3000 }, (_, id) => record(id, id % 70 === 0 ? 9000 : 20))
    const loaded = await build.load(
      'T',
      (async function* () {
        yield* lines(long)
        for (let id = 3000; id < 3500; id += 1) yield* lines([record(id, 3)])
      })(),
    )
    await build.finish()
    t.equal(loaded, 3500)
    t.same(query(path, 'SELECT count(*), sum(length(a)) FROM t'), [
      [3500n, BigInt(43 * 9000 * 4 + 2957 * 20 * 4 + 500 * 3 * 4)],
    ])
  },
)

t.test(
  'forty odd databases come back identical, or are refused by the name of an object',
  { timeout: 120_000 },
  async (t) => {
    let identical = 0
    for (let seed = 5000; seed < 5040; seed += 1) {
      const folder = ownFolder(t)
      const path = join(folder, 'db.sqlite3')
      const { description } = makeOddDatabase(path, seed)
      try {
        const differences = await roundTrip(t, { path, folder })
        if (differences.length > 0) t.same(differences, [], description)
        else identical += 1
      } catch (error) {
        t.match(error, { code: 'cannot-carry', message: /the (table|index) "/ }, description)
      }
    }
    t.ok(identical >= 30, `${identical} of 40 identical`)
  },
)

t.test('record lines of a restored database are the same bytes', async (t) => {
  const from = makeDatabase(t, (db) =>
    db.exec(`CREATE TABLE v(a, b TEXT, c BOOL, d REAL);
      INSERT INTO v VALUES (9223372036854775807, 'a' || char(0) || 'b', 1, 9e999), (-0.0, CAST(x'ff' AS TEXT), 0, 1), (x'', '{"$', 2, 0.1 + 0.2)`),
  )
  t.same(await roundTrip(t, from), [])
  const read = (path: string) =>
    withSnapshot({ path, folder: from.folder }, (snapshot) => readLines(snapshot, 'v'))
  t.same(await read(join(from.folder, 'built.sqlite3')), await read(from.path))
})
