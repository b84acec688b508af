import t, { type Test } from 'tap'
import { transferRows } from '../../../src/engines/sqlite/apply/transfer-rows.js'
import { makePair, named, rows, whole } from './transfer-pair.js'

interface Case {
  readonly prepared: string
  readonly target: string
  readonly mode?: 'data-only' | 'merge'
  readonly only?: readonly string[]
  readonly isPartial?: boolean
  readonly excludedTables?: readonly string[]
}

function restore(t: Test, { mode = 'data-only', only, ...given }: Case) {
  const pair = makePair(t, given)
  const { isPartial = false, excludedTables = [] } = given
  const transferred = transferRows({
    ...pair,
    mode,
    models: named(pair.prepared).filter(({ model }) => only?.includes(model) ?? true),
    targetModels: named(pair.target),
    extent: { ...whole, isPartial, excludedTables },
    at: new Date('2026-11-22T00:17:00Z'),
    deadlineMs: 2000,
  })
  return { ...pair, transferred }
}

const parent = 'CREATE TABLE parent(id INTEGER PRIMARY KEY);'
const child = 'CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES parent(id));'

t.test('a row that takes the number of one that dangled may not dangle itself', async (t) => {
  const { transferred } = restore(t, {
    prepared: `${parent} ${child} INSERT INTO parent VALUES (2); INSERT INTO child VALUES (1, 2)`,
    target: `${parent} ${child} INSERT INTO child VALUES (1, 99)`,
    only: ['child'],
  })
  await t.rejects(transferred, { code: 'restore-refused', message: /child 1 → parent/ })
})

t.test('a row that dangles in the backup excuses no row of the target that is left', async (t) => {
  const { transferred, target } = restore(t, {
    prepared: `${parent} ${child} INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1, 2)`,
    target: `${parent} ${child} INSERT INTO parent VALUES (2); INSERT INTO child VALUES (1, 2)`,
    only: ['parent'],
  })
  await t.rejects(transferred, { code: 'restore-refused', message: /child 1 → parent/ })
  t.same(rows(target, 'SELECT id FROM parent'), [[2]])
})

t.test('of rows with one missing parent the one that is new is named', async (t) => {
  const { transferred } = restore(t, {
    prepared: `${child} INSERT INTO child VALUES (2, 5)`,
    target: `${parent} ${child} INSERT INTO child VALUES (1, 5)`,
    mode: 'merge',
    isPartial: true,
  })
  await t.rejects(transferred, {
    message: '1 rows would refer to rows that are not there: child 2 → parent',
  })
})

for (const rowid of ['', 'WITHOUT ROWID'])
  for (const key of ['parent(id)', 'parent', 'PARENT(a, b)', 'absent'])
    t.test(`rows that dangled leave no room for others, to ${key} ${rowid}`, async (t) => {
      const two = key === 'PARENT(a, b)'
      const parents = two
        ? 'CREATE TABLE parent(a TEXT COLLATE NOCASE, b INTEGER, PRIMARY KEY (a, b));'
        : parent
      const columns = two ? 'p TEXT, q, FOREIGN KEY (p, q)' : 'p INTEGER, q, FOREIGN KEY (p)'
      const children = `CREATE TABLE child(name TEXT PRIMARY KEY, ${columns} REFERENCES ${key}) ${rowid};`
      const inTarget = two ? "('x', 'y', 1), ('z', 'y', 2)" : "('x', 8, 1), ('z', 9, 1)"
      const inBackup = two ? "('k', 'A', 3), ('l', 'b', 4)" : "('k', 3, 1), ('l', 4, 1)"
      const there = two ? "('a', 3), ('B', 4)" : '(3), (4)'
      const { transferred } = restore(t, {
        prepared: `${parents} ${children} INSERT INTO parent VALUES ${there};
          INSERT INTO child VALUES ${inBackup}`,
        target: `${parents} ${children} INSERT INTO child VALUES ${inTarget}`,
        only: ['child'],
        isPartial: key === 'absent',
      })
      await t.rejects(transferred, { code: 'restore-refused', message: /^2 rows would refer/ })
    })

for (const rowid of ['', 'WITHOUT ROWID'])
  t.test(`a row that dangles in the backup merges under another number ${rowid}`, async (t) => {
    const named = `${parent} CREATE TABLE child(name TEXT PRIMARY KEY, p REFERENCES parent(id)) ${rowid};`
    const { transferred, target } = restore(t, {
      prepared: `${named} INSERT INTO child VALUES ('new', 9)`,
      target: `${named} INSERT INTO parent VALUES (1); INSERT INTO child VALUES ('a', 1), ('b', NULL)`,
      mode: 'merge',
    })
    await transferred
    t.same(rows(target, 'SELECT p FROM child ORDER BY name'), [[1], [null], [9]])
  })

t.test('both have a row that dangles for the same reason, and keep it', async (t) => {
  const named = `${parent} CREATE TABLE child(name TEXT PRIMARY KEY, p REFERENCES parent(id)) WITHOUT ROWID;`
  const { transferred, target } = restore(t, {
    prepared: `${named} INSERT INTO child VALUES ('b', 9)`,
    target: `${named} INSERT INTO child VALUES ('a', 9)`,
    mode: 'merge',
  })
  await transferred
  t.same(rows(target, 'SELECT p FROM child'), [[9], [9]])
})

t.test('a table that never was is missed by a whole backup, not by a part of it', async (t) => {
  const leftover = 'CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES auth_user__old(id));'
  const sql = { prepared: `${leftover} INSERT INTO child VALUES (1, 1)`, target: leftover }
  await restore(t, sql).transferred
  await t.rejects(restore(t, { ...sql, isPartial: true }).transferred, {
    code: 'restore-refused',
    message: /child 1 → auth_user__old/,
  })
})

t.test('rows that were left out may have been the parents', async (t) => {
  const sql = {
    prepared: `${parent} ${child} INSERT INTO child VALUES (1, 1)`,
    target: `${parent} ${child}`,
    only: ['child'],
  }
  await restore(t, sql).transferred
  const excluding = restore(t, { ...sql, excludedTables: ['Parent'] })
  await t.rejects(excluding.transferred, { code: 'restore-refused' })
})

t.test('names that differ in their case alone are the same names', async (t) => {
  const { transferred, target } = restore(t, {
    prepared: `${parent} ${child} INSERT INTO child VALUES (1, 1)`,
    target: `CREATE TABLE Parent(ID INTEGER PRIMARY KEY);
      CREATE TABLE Child(a REFERENCES parent, ID INTEGER PRIMARY KEY, P REFERENCES PARENT(ID))`,
  })
  await transferred
  t.same(rows(target, 'SELECT p FROM child'), [[1]])
})

t.test('each of several keys of a row counts by itself', async (t) => {
  const both = `${parent} CREATE TABLE pair(a, b, PRIMARY KEY (a, b));
    CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES parent, x, y, FOREIGN KEY (x, y) REFERENCES pair);`
  const { transferred, target } = restore(t, {
    prepared: `${both} INSERT INTO child VALUES (1, 7, 'x', NULL), (2, NULL, 'x', 'y')`,
    target: `${both} INSERT INTO child VALUES (1, NULL, 'x', 'y')`,
  })
  await transferred
  t.same(rows(target, 'SELECT p, x, y FROM child'), [
    [7, 'x', null],
    [null, 'x', 'y'],
  ])
  const part = { prepared: `${both} INSERT INTO child VALUES (1, 7, 'x', 'y')`, target: both }
  const excluding = restore(t, { ...part, only: ['child'], excludedTables: ['pair'] })
  await t.rejects(excluding.transferred, {
    message: '1 rows would refer to rows that are not there: child 1 → pair',
  })
})

t.test('a value that led nowhere through one key may not do so through another', async (t) => {
  const two = `${parent} CREATE TABLE other(id INTEGER PRIMARY KEY);
    CREATE TABLE child(id INTEGER PRIMARY KEY, p REFERENCES parent, o REFERENCES other);`
  const { transferred } = restore(t, {
    prepared: `${two} INSERT INTO other VALUES (9); INSERT INTO child VALUES (1, NULL, 9)`,
    target: `${two} INSERT INTO child VALUES (1, 9, NULL)`,
    only: ['child'],
  })
  await t.rejects(transferred, { message: /child 1 → other/ })
})

t.test('a model in a table of another name in the target keeps what dangled', async (t) => {
  const pair = makePair(t, {
    prepared: `${parent} ${child} INSERT INTO child VALUES (1, 1)`,
    target: `${parent} ${child.replace('child', 'offspring')}`,
  })
  await transferRows({
    ...pair,
    mode: 'merge',
    models: [{ model: 'app.Child', table: 'child' }],
    targetModels: [{ model: 'app.Child', table: 'offspring' }],
    extent: whole,
    at: new Date('2026-11-22T00:17:00Z'),
    deadlineMs: 2000,
  })
  t.same(rows(pair.target, 'SELECT p FROM offspring'), [[1]])
})
