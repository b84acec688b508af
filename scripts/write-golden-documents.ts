import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import { documentVersion } from '../src/core/document.js'
import { generator } from '../src/core/generator.js'
import { proveDocument } from '../src/documents/prove-document.js'
import { writeDocument } from '../src/documents/write-document.js'
import { openSnapshot } from '../src/engines/sqlite/snapshot/open-snapshot.js'

/*
 * Writes the golden documents of this version, which every later release must restore. They are
 * written once: a file that exists is never replaced. Run it with `npx tsx`, from the project's root.
 */
interface Golden {
  readonly name: string
  readonly pragmas: string
  readonly sql: string
  readonly models?: readonly string[]
  readonly excludeRows?: readonly string[]
}

const everyValue = `
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "username" varchar(150) NOT NULL UNIQUE, "is_staff" bool NOT NULL, "date_joined" datetime NOT NULL, "score" real, "photo" blob);
INSERT INTO auth_user VALUES (1, 'ada', 1, '2026-01-05 09:12:44.123456', 1.0, x'00ff10'), (2, 'grace', 0, '2026-02-11 17:40:02', 0.30000000000000004, NULL), (41, char(0,9,31,127,8232,65279,128512) || '"\\/', 2, '', 1e300, '');
CREATE TABLE django_content_type (id integer PRIMARY KEY, app_label, model);
INSERT INTO django_content_type VALUES (1, 'calendarEditor', 'queueentry');
CREATE TABLE "calendarEditor_queueentry" ("id" integer PRIMARY KEY, "user_id" integer REFERENCES auth_user (id), "parent_id" integer REFERENCES "calendarEditor_queueentry" (id), "note" text);
INSERT INTO "calendarEditor_queueentry" VALUES (-9223372036854775808, 1, NULL, 'first'), (7, 99, 9223372036854775807, 'leads nowhere'), (9223372036854775807, 2, 7, 'last');
CREATE TABLE any_value (v, i integer, r real, t text, n numeric, b blob);
INSERT INTO any_value (v) VALUES (9007199254740992), (-9007199254740993), (9e999), (-9e999), (-0.0), (0.0), (5e-324), (x''), (cast(x'ff41' as text)), (''), (1), ('1');
INSERT INTO any_value VALUES (NULL, 'text', 'text', 5, 1.5, 'text'), (NULL, x'01', x'01', x'01', x'01', x'01');
`

const everyTable = `
CREATE TABLE composite (a text, b integer, c, PRIMARY KEY (a, b));
INSERT INTO composite VALUES ('x', 1, 'one'), (NULL, 1, 'two'), (NULL, 1, 'three');
CREATE TABLE folded (name text COLLATE NOCASE, n integer, PRIMARY KEY (name, n DESC)) WITHOUT ROWID;
INSERT INTO folded VALUES ('b', 1), ('A', 1), ('A', 2), ('c', 9223372036854775807);
CREATE TABLE tight (id integer PRIMARY KEY, body any, CHECK (id > 0)) STRICT;
INSERT INTO tight VALUES (1, '1'), (2, 1), (3, 1.0), (4, x'31');
CREATE TABLE made (a integer, twice integer GENERATED ALWAYS AS (a * 2) STORED, thrice AS (a * 3), z);
INSERT INTO made (rowid, a, z) VALUES (5, 1, 'five'), (900, 2, 'gap');
CREATE TABLE hidden (rowid, oid, _rowid_);
INSERT INTO hidden VALUES (2, 'b', NULL), (1, 'a', NULL), (1, 'a', NULL);
CREATE TABLE "__proto__" ("constructor" text, "" text, "a ""b""" text, "line
break" text, "$binary" text);
INSERT INTO "__proto__" VALUES ('1', '2', '3', '4', '5');
CREATE TABLE chicken (id integer PRIMARY KEY, egg integer REFERENCES egg);
CREATE TABLE egg (id integer PRIMARY KEY, chicken integer REFERENCES chicken);
INSERT INTO chicken VALUES (1, 1); INSERT INTO egg VALUES (1, 1);
CREATE TABLE empty (id integer PRIMARY KEY);
CREATE VIRTUAL TABLE words USING fts5 (title, body);
INSERT INTO words VALUES ('one', 'the quick brown fox'), ('two', 'the lazy dog');
CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1);
INSERT INTO boxes VALUES (1, 0.5, 1.5);
CREATE INDEX composite_c ON composite (c COLLATE NOCASE DESC) WHERE c > 'a';
CREATE UNIQUE INDEX made_sum ON made (a + 1);
CREATE VIEW staff AS SELECT username FROM auth_user WHERE is_staff;
CREATE TRIGGER no_delete BEFORE DELETE ON tight BEGIN SELECT raise(ABORT, 'kept'); END;
CREATE TRIGGER staff_in INSTEAD OF INSERT ON staff BEGIN SELECT 1; END;
INSERT INTO sqlite_sequence VALUES ('gone', 12), ('auth_user', 'odd');
ANALYZE;
`

const facts = 'PRAGMA application_id = 808464432; PRAGMA user_version = -7;'

const goldens: readonly Golden[] = [
  { name: 'v1-everything.json', pragmas: facts, sql: everyValue + everyTable },
  {
    name: 'v1-utf-16.json.gz',
    pragmas: `${facts} PRAGMA encoding = 'UTF-16le'; PRAGMA page_size = 8192; PRAGMA auto_vacuum = 1;`,
    sql: `CREATE TABLE t (id integer PRIMARY KEY, body text);
      INSERT INTO t VALUES (1, 'é😀'), (2, cast(x'00d8' as text)), (3, cast(x'feff' as text));`,
  },
  {
    name: 'v1-selection.json',
    pragmas: 'PRAGMA journal_mode = wal;',
    sql: everyValue,
    models: ['auth.User', 'calendarEditor.QueueEntry'],
  },
  { name: 'v1-excluded.json', pragmas: '', sql: everyValue, excludeRows: ['any_value'] },
  { name: 'v1-one-empty-table.json', pragmas: '', sql: 'CREATE TABLE t (a);' },
]

const digests: Record<string, unknown> = {}
for (const golden of goldens) digests[golden.name] = await writeGolden(golden)
await writeFile('test/golden/v1-digests.json', `${JSON.stringify(digests, null, 2)}\n`, {
  flag: 'wx',
})

async function writeGolden(golden: Golden): Promise<unknown> {
  const workFolder = await mkdtemp(join(tmpdir(), 'golden-'))
  try {
    const path = join(workFolder, 'golden.sqlite3')
    const database = new Database(path)
    database.unsafeMode(true)
    database.exec(golden.pragmas)
    database.pragma('foreign_keys = off')
    database.exec(golden.sql)
    database.close()
    const document = await exported(path, workFolder, golden)
    const file = join('test/golden', golden.name)
    const packed = golden.name.endsWith('.gz') ? gzipSync(document) : document
    await writeFile(file, packed, { flag: 'wx' })
    const { summary, contentSha256, sha256 } = (await proveDocument(file)).end
    return { sha256, contentSha256, records: summary.records, models: summary.models.size }
  } finally {
    await rm(workFolder, { recursive: true })
  }
}

async function exported(path: string, workFolder: string, golden: Golden): Promise<Buffer> {
  const { models, excludeRows } = golden
  const snapshot = await openSnapshot(path, {
    workFolder,
    pageCopy: false,
    ...(models && { models }),
    ...(excludeRows && { excludeRows }),
  })
  const pieces: Buffer[] = []
  try {
    await writeDocument({
      header: {
        octavo: documentVersion,
        export_date: '2026-11-22T00:17:00.000Z',
        generator,
        database: { name: 'golden', label: 'prod', ...snapshot.facts },
        ...(models && { selection: snapshot.models.map(({ model }) => model) }),
        ...(excludeRows && { excluded_rows: excludeRows }),
      },
      snapshot,
      sink: { write: (bytes) => void pieces.push(bytes) },
    })
  } finally {
    await snapshot.close()
  }
  return Buffer.concat(pieces)
}
