import Database from 'better-sqlite3'
import t from 'tap'
import { previewReplace } from '../../../src/engines/sqlite/apply/preview-replace.js'
import { makePair } from './transfer-pair.js'

t.test('a preview counts a table whose index only the app can read', async (t) => {
  const pair = makePair(t, {
    prepared: 'CREATE TABLE kept(id INTEGER PRIMARY KEY); INSERT INTO kept VALUES (1)',
    target: `CREATE TABLE kept(id INTEGER PRIMARY KEY); INSERT INTO kept VALUES (1), (2);
      CREATE TABLE gone(a, b); INSERT INTO gone VALUES (1, 1), (2, 2), (3, 3);
      CREATE INDEX by_b ON gone(b COLLATE nocase)`,
  })
  const db = new Database(pair.target)
  db.unsafeMode(true)
  db.pragma('writable_schema = on')
  db.exec("UPDATE sqlite_schema SET sql = replace(sql, 'nocase', 'german') WHERE name = 'by_b'")
  db.close()
  const changes = await previewReplace({
    ...pair,
    models: [{ model: 'kept', table: 'kept' }],
    targetModels: ['kept', 'gone'].map((name) => ({ model: name, table: name })),
  })
  t.strictSame(changes, [
    { model: 'kept', added: 0, changed: 0, removed: 1, records: 1 },
    { model: 'gone', added: 0, changed: 0, removed: 3, records: 0 },
  ])
})
