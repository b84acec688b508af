import t, { type Test } from 'tap'
import type Database from 'better-sqlite3'
import type { SchemaObject } from '../../../src/core/schema.js'
import {
  openSnapshot,
  type SqliteSnapshotOptions,
} from '../../../src/engines/sqlite/snapshot/open-snapshot.js'
import { makeDatabase, readLines, withSnapshot } from '../../support/read-snapshot.js'

type Make = string | ((connection: Database.Database) => void)

function made(t: Test, make: Make): { path: string; folder: string } {
  return makeDatabase(t, (connection) => {
    if (typeof make === 'string') connection.exec(make)
    else make(connection)
  })
}

function schemaOf(
  t: Test,
  make: Make,
  options: Partial<SqliteSnapshotOptions> = {},
): Promise<readonly SchemaObject[]> {
  return withSnapshot(made(t, make), (snapshot) => snapshot.schema, options)
}

function refusal(
  t: Test,
  make: Make,
  options: Partial<SqliteSnapshotOptions> = {},
): Promise<unknown> {
  return withSnapshot(made(t, make), () => null, options).catch((error: unknown) => error)
}

async function modelsOf(
  t: Test,
  make: Make,
  options: Partial<SqliteSnapshotOptions> = {},
): Promise<string[]> {
  return withSnapshot(made(t, make), (s) => s.models.map(({ model }) => model), options)
}

/** Changes the text of an object as an edit of the stored schema does. */
function plant(connection: Database.Database, name: string, sql: string | Buffer): void {
  connection.pragma('writable_schema = on')
  connection
    .prepare('UPDATE sqlite_schema SET sql = CAST(? AS TEXT) WHERE name = ?')
    .run(Buffer.from(sql), name)
  connection.pragma('writable_schema = reset')
}

t.test('schema entries stand in the order of creation, each with what its kind has', async (t) => {
  const schema = await schemaOf(
    t,
    `CREATE TABLE parent(id INTEGER PRIMARY KEY, a, b, UNIQUE(a, b));
     CREATE TABLE child(x REFERENCES parent ON DELETE CASCADE, y, z,
       self REFERENCES child(x), FOREIGN KEY(y, z) REFERENCES Parent(a, b));
     CREATE INDEX child_x ON child(x);
     CREATE VIEW joined AS SELECT * FROM child JOIN missing;
     CREATE TRIGGER tell AFTER INSERT ON child BEGIN SELECT 1; END;
     CREATE TABLE taken(rowid, _rowid_, oid);
     CREATE TABLE flat(a, b, PRIMARY KEY(b, a)) WITHOUT ROWID;`,
  )
  t.strictSame(
    schema.map((entry) => JSON.stringify({ ...entry, sql: undefined })),
    [
      '{"type":"table","kind":"table","name":"parent","model":"parent","primary_key":["id"],"references":[]}',
      '{"type":"table","kind":"table","name":"child","model":"child","primary_key":[],"references":[' +
        '{"columns":["x"],"table":"parent","to":[]},{"columns":["self"],"table":"child","to":["x"]},' +
        '{"columns":["y","z"],"table":"Parent","to":["a","b"]}]}',
      '{"type":"index","name":"child_x","table":"child"}',
      '{"type":"view","name":"joined","table":"joined"}',
      '{"type":"trigger","name":"tell","table":"child"}',
      '{"type":"table","kind":"table","name":"taken","model":"taken","primary_key":[],"references":[],"rowid":false}',
      '{"type":"table","kind":"table","name":"flat","model":"flat","primary_key":["b","a"],"references":[]}',
    ],
  )
  t.equal(schema[2]?.sql, 'CREATE INDEX child_x ON child(x)')
})

t.test('virtual tables hold no records, their shadow tables do', async (t) => {
  const from = made(
    t,
    `CREATE VIRTUAL TABLE note USING fts5(body); INSERT INTO note VALUES ('hello there');
     CREATE VIRTUAL TABLE place USING rtree(id, x0, x1); INSERT INTO place VALUES (1, 2, 3);`,
  )
  await withSnapshot(from, async (snapshot) => {
    const kinds = snapshot.schema.flatMap((object) =>
      object.type === 'table' ? [`${object.name} ${object.kind} ${object.model ?? '-'}`] : [],
    )
    t.strictSame(kinds, [
      'note virtual -',
      'note_data shadow note_data',
      'note_idx shadow note_idx',
      'note_content shadow note_content',
      'note_docsize shadow note_docsize',
      'note_config shadow note_config',
      'place virtual -',
      'place_rowid shadow place_rowid',
      'place_node shadow place_node',
      'place_parent shadow place_parent',
    ])
    t.strictSame(await readLines(snapshot, 'note_content'), [
      '{"model":"note_content","pk":1,"fields":{"c0":"hello there"}}',
    ])
    t.notOk(snapshot.models.some(({ model }) => model === 'note'))
  })
})

t.test('the tables of a module that is not here are ordinary tables', async (t) => {
  const schema = await schemaOf(t, (connection) => {
    connection.exec('CREATE TABLE cloud_chunks(a); CREATE TABLE cloud(a)')
    plant(connection, 'cloud', 'CREATE VIRTUAL TABLE cloud USING vec0(embedding float[4])')
    connection.pragma('writable_schema = on')
    connection.exec("UPDATE sqlite_schema SET rootpage = 0 WHERE name = 'cloud'")
  })
  t.match(schema, [
    { name: 'cloud_chunks', kind: 'table', model: 'cloud_chunks' },
    { name: 'cloud', kind: 'virtual', primary_key: [], references: [] },
  ])
  t.notOk('model' in (schema[1] ?? {}))
})

t.test(
  'statistics are models, sequences lines of their own, automatic indexes nothing',
  async (t) => {
    const from = made(
      t,
      `CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, u UNIQUE);
     INSERT INTO a(u) VALUES (1), (2); ANALYZE;
     INSERT INTO sqlite_sequence VALUES (NULL, x'01'), ('gone', '{"$numberLong":"1"}'),
       ('a', 9223372036854775807), (1.5, -0.0), (CAST(x'ff' AS TEXT), 'x');`,
    )
    await withSnapshot(from, async (snapshot) => {
      t.strictSame(
        snapshot.schema.map(({ name }) => name),
        ['a', 'sqlite_stat1', 'sqlite_stat4'],
      )
      t.strictSame(snapshot.sequences, [
        '["a",2]',
        '[null,{"$binary":{"base64":"AQ==","subType":"00"}}]',
        '["gone","{\\"$numberLong\\":\\"1\\"}"]',
        '["a",{"$numberLong":"9223372036854775807"}]',
        '[1.5,-0.0]',
        '[{"$text":{"base64":"/w=="}},"x"]',
      ])
      t.strictSame(await readLines(snapshot, 'sqlite_stat1'), [
        '{"model":"sqlite_stat1","pk":null,"rowid":1,"fields":{"tbl":"a","idx":"sqlite_autoindex_a_1","stat":"2 1"}}',
      ])
    })
  },
)

t.test('the facts of the file are read, wherever it is read from', async (t) => {
  for (const wal of [true, false]) {
    const from = made(t, (connection) => {
      connection.pragma("encoding = 'UTF-16be'")
      connection.pragma('page_size = 1024')
      connection.pragma('auto_vacuum = 2')
      connection.exec('CREATE TABLE a(b)')
      connection.pragma('user_version = -7')
      connection.pragma('application_id = 252006674')
      connection.pragma(`journal_mode = ${wal ? 'wal' : 'delete'}`)
    })
    await withSnapshot(from, ({ facts }) => {
      t.match(facts.engine_version, /^3\.\d+\.\d+$/)
      t.strictSame(
        { ...facts, engine_version: '' },
        {
          engine: 'sqlite',
          engine_version: '',
          encoding: 'UTF-16be',
          page_size: 1024,
          auto_vacuum: 2,
          wal,
          user_version: -7,
          application_id: 252006674,
        },
      )
    })
  }
})

t.test('a text of the schema that is not valid keeps its bytes', async (t) => {
  const sql = Buffer.concat([
    Buffer.from('CREATE TABLE a(b /* '),
    Buffer.from([0xff]),
    Buffer.from(' */)'),
  ])
  const schema = await schemaOf(t, (connection) => {
    connection.exec('CREATE TABLE a(b)')
    plant(connection, 'a', sql)
  })
  t.strictSame(schema[0]?.sql, { $text: { base64: sql.toString('base64') } })
})

t.test('a name that is not valid in the encoding is refused', async (t) => {
  const column = await refusal(t, (connection) => {
    connection.exec('CREATE TABLE a(b)')
    plant(connection, 'a', Buffer.from('CREATE TABLE a("b\xff")', 'latin1'))
  })
  t.match(column, { code: 'cannot-carry', message: /the column "b\ufffd" of the table "a"/ })
  t.match(column, { hint: /--format sqlite/ })
  const table = await refusal(t, (connection) => {
    connection.exec('CREATE TABLE a(b)')
    connection.pragma('writable_schema = on')
    connection.exec(`UPDATE sqlite_schema SET name = CAST(x'61ff' AS TEXT),
      tbl_name = CAST(x'61ff' AS TEXT), sql = CAST(x'${Buffer.from('CREATE TABLE a\xff(b)', 'latin1').toString('hex')}' AS TEXT)`)
  })
  t.match(table, { code: 'cannot-carry', message: 'the name of a table is not valid UTF-8: "aÿ"' })
  const wide = await refusal(t, (connection) => {
    connection.pragma("encoding = 'UTF-16le'")
    connection.exec('CREATE TABLE a(b)')
    plant(connection, 'a', Buffer.from('CREATE TABLE a("b\ud800c")', 'utf16le'))
  })
  t.match(wide, { code: 'cannot-carry', message: /of the table "a"/ })
})

t.test('what a restore could not make again is refused by name', async (t) => {
  const unknown = { german: 'COLLATE german', hash: 'private_hash(a)' }
  const index = await refusal(t, (connection) => {
    connection.exec('CREATE TABLE a(b); CREATE INDEX by_b ON a(b COLLATE nocase)')
    plant(connection, 'by_b', `CREATE INDEX by_b ON a(b ${unknown.german})`)
  })
  t.match(index, { code: 'cannot-carry', message: /the index "by_b".*german/ })
  const column = await refusal(t, (connection) => {
    connection.exec('CREATE TABLE t1(a, b AS (length(a)) STORED)')
    plant(connection, 't1', `CREATE TABLE t1(a, b AS (${unknown.hash}) STORED)`)
  })
  t.match(column, { code: 'cannot-carry', message: /the table "t1".*private_hash/ })
  t.match(column, { hint: /native copy/ })
})

t.test('what only looks foreign is carried', async (t) => {
  const from = made(t, (connection) => {
    connection.exec("CREATE TABLE s(a CHECK (a IN ('x', 'y'))); INSERT INTO s VALUES ('x')")
    plant(connection, 's', 'CREATE TABLE s(a CHECK (a IN ("x", "y")))')
    connection.exec('CREATE VIEW v AS SELECT nosuch(b) FROM missing')
    connection.exec('CREATE TRIGGER tr AFTER INSERT ON s BEGIN DELETE FROM missing; END')
  })
  await withSnapshot(from, async (snapshot) => {
    t.equal(snapshot.schema[0]?.sql, 'CREATE TABLE s(a CHECK (a IN ("x", "y")))')
    t.strictSame(await readLines(snapshot, 's'), [
      '{"model":"s","pk":null,"rowid":1,"fields":{"a":"x"}}',
    ])
  })
})

t.test('models are named by the configuration, by Django, else by their tables', async (t) => {
  const make = `
    CREATE TABLE auth_user(id INTEGER PRIMARY KEY);
    CREATE TABLE auth_user_groups(id INTEGER PRIMARY KEY);
    CREATE TABLE django_session(session_key TEXT PRIMARY KEY);
    CREATE TABLE django_migrations(id INTEGER PRIMARY KEY);
    CREATE TABLE "calendarEditor_queueentry"(id INTEGER PRIMARY KEY);
    CREATE TABLE calendarEditor_machine(id INTEGER PRIMARY KEY);
    CREATE TABLE a_b_c(id INTEGER PRIMARY KEY);
    CREATE TABLE other(id INTEGER PRIMARY KEY);
    CREATE TABLE É(a); CREATE TABLE é(a);
    CREATE TABLE django_content_type(id INTEGER PRIMARY KEY, app_label, model);
    INSERT INTO django_content_type(app_label, model) VALUES ('calendarEditor', 'queueentry'),
      ('calendarEditor', 'machine'), ('a', 'b_c'), ('a_b', 'c'), ('gone', 'model'), (1, NULL);`
  const modelNames = new Map([['CalendarEditor_QueueEntry', 'calendarEditor.QueueEntry']])
  const models = await modelsOf(t, make, { modelNames })
  t.strictSame(models, [
    'a_b_c',
    'auth.User',
    'auth.User_groups',
    'calendarEditor.QueueEntry',
    'calendarEditor.machine',
    'contenttypes.ContentType',
    'django_migrations',
    'other',
    'sessions.Session',
    'É',
    'é',
  ])
})

t.test('two tables under one name are refused, both named', async (t) => {
  const error = await refusal(t, 'CREATE TABLE one(a); CREATE TABLE two(a)', {
    modelNames: new Map([
      ['one', 'app.Model'],
      ['two', 'APP.model'],
    ]),
  })
  t.match(error, { code: 'model-clash', message: /"one" and "two"/ })
})

t.test('models come in restore order, across cycles and missing parents', async (t) => {
  const models = await modelsOf(
    t,
    `CREATE TABLE a(x REFERENCES Z); CREATE TABLE b(x REFERENCES c); CREATE TABLE c(x REFERENCES b);
     CREATE TABLE z(x PRIMARY KEY REFERENCES z, y REFERENCES nowhere);`,
  )
  t.strictSame(models, ['b', 'c', 'z', 'a'])
})

t.test('a selection keeps its models with their indexes, triggers and sequences', async (t) => {
  const make = `
    CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, b REFERENCES b); INSERT INTO a VALUES (1, 1);
    CREATE TABLE b(id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO b VALUES (1);
    CREATE INDEX on_a ON a(b); CREATE INDEX on_b ON b(id); CREATE VIEW v AS SELECT * FROM a;
    CREATE TRIGGER tr AFTER INSERT ON a BEGIN SELECT 1; END;
    CREATE VIRTUAL TABLE n USING fts5(x);`
  const from = made(t, make)
  const models = ['APP.a']
  const modelNames = new Map([['a', 'app.A']])
  await withSnapshot(
    from,
    (snapshot) => {
      t.strictSame(
        snapshot.schema.map(({ name }) => name),
        ['a', 'on_a', 'tr'],
      )
      t.strictSame(snapshot.sequences, ['["a",1]'])
      t.strictSame(snapshot.models, [{ model: 'app.A', table: 'a', rowsExcluded: false }])
      t.equal(snapshot.violations('app.A'), 0, 'references may lead out of the selection')
    },
    { models, modelNames },
  )
  const error = await refusal(t, make, { models: ['app.B'] })
  t.match(error, { code: 'model-unknown', message: /"app.B"/ })
})

t.test('excluded rows keep the schema and the model', async (t) => {
  const from = made(t, 'CREATE TABLE django_session(k); INSERT INTO django_session VALUES (1)')
  const excludeRows = ['SESSIONS.session', 'unknown.Model']
  await withSnapshot(
    from,
    async (snapshot) => {
      t.strictSame(snapshot.models, [
        { model: 'sessions.Session', table: 'django_session', rowsExcluded: true },
      ])
      t.equal(snapshot.schema.length, 1)
      t.strictSame(await readLines(snapshot, 'sessions.Session'), [])
    },
    { excludeRows },
  )
})

t.test('rows that break a foreign key are counted like SQLite lists them', async (t) => {
  const from = made(
    t,
    `CREATE TABLE p(id INTEGER PRIMARY KEY, w TEXT UNIQUE COLLATE nocase, a, b, UNIQUE(a, b));
     INSERT INTO p VALUES (1, 'One', 1, 2), (2, 'two', 3, NULL);
     CREATE TABLE whole(x INTEGER REFERENCES p, y INTEGER REFERENCES P(ID), z INTEGER REFERENCES empty);
     CREATE TABLE empty(id INTEGER PRIMARY KEY);
     INSERT INTO whole VALUES (1, 2, NULL), (3, NULL, NULL), (4, 5, 6), ('text', 1.5, NULL);
     CREATE TABLE words(w TEXT REFERENCES p(w), n TEXT REFERENCES p(id));
     INSERT INTO words VALUES ('ONE', '1'), ('three', '01'), (NULL, 'x');
     CREATE TABLE pairs(a, b, FOREIGN KEY(a, b) REFERENCES p(a, b));
     INSERT INTO pairs VALUES (1, 2), (3, NULL), (9, 9);
     CREATE TABLE orphans(x REFERENCES nowhere(y)); INSERT INTO orphans VALUES (1), (NULL);
     CREATE TABLE wrong(x REFERENCES p(a)); INSERT INTO wrong VALUES (1);`,
  )
  await withSnapshot(from, (snapshot) => {
    t.equal(snapshot.violations('p'), 0)
    t.equal(snapshot.violations('whole'), 6)
    t.equal(snapshot.violations('words'), 2)
    t.equal(snapshot.violations('pairs'), 1)
    t.equal(snapshot.violations('orphans'), 1)
    t.match(snapshot.violations('wrong'), { error: /foreign key mismatch.*wrong/ })
  })
})

t.test('a snapshot may be closed twice', async (t) => {
  const from = made(t, 'CREATE TABLE a(b); INSERT INTO a VALUES (1)')
  const snapshot = await openSnapshot(from.path, { workFolder: from.folder, pageCopy: false })
  await snapshot.close()
  await snapshot.close()
  await t.rejects(readLines(snapshot, 'a'), { code: 'internal', message: /closed/ })
})
