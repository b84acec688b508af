import Database from 'better-sqlite3'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A folder with a small database `lab.sqlite3`. */
export function labFolder(t: Test): string {
  const folder = t.testdir()
  const database = new Database(join(folder, 'lab.sqlite3'))
  database.exec(`
    CREATE TABLE machine(id INTEGER PRIMARY KEY, name TEXT, temp REAL);
    CREATE TABLE entry(id INTEGER PRIMARY KEY, machine INTEGER REFERENCES machine(id), note BLOB);
    CREATE TABLE empty(id INTEGER PRIMARY KEY);
    INSERT INTO machine VALUES (1, 'cryostat', 4.2), (2, 'Ω-meter', 300.0);
    INSERT INTO entry VALUES (1, 1, x'00ff'), (2, 2, NULL), (3, 1, 'text');
  `)
  database.close()
  return folder
}

export function rows(path: string, sql: string): unknown[] {
  const database = new Database(path, { readonly: true })
  try {
    return database.prepare(sql).raw().all()
  } finally {
    database.close()
  }
}
