import { rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { writeSample } from '../../src/sample/write-sample.js'
import { multiplyLab } from './multiply-lab.js'

export const shapes = ['lab', 'narrow', 'text', 'blob'] as const
export type Shape = (typeof shapes)[number]

/** One table each, and rows until the file has its size. `i` is the number of the row. */
const tables = {
  narrow: {
    create: `CREATE TABLE reading (id INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL,
        value REAL NOT NULL, raw INTEGER NOT NULL, good BOOL NOT NULL);
      CREATE INDEX reading_channel ON reading (channel)`,
    into: 'reading',
    row: 'i * 7919 % 64, i / 7.0, i * 1103515245 % 65536, i % 2',
  },
  text: {
    create: `CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT, title varchar(200) NOT NULL,
      body text NOT NULL, meta text NOT NULL, created_at datetime NOT NULL)`,
    into: 'note',
    row: `'Messung ' || i,
      replace(hex(zeroblob(20 + i % 11)), '00', 'Kühlung läuft: T = ' || i || ' mK; "gut"' || char(10)),
      json_object('n', i, 'π', i / 7.0, 'ok', json('true')),
      strftime('%Y-%m-%d %H:%M:%f', 1700000000 + i, 'unixepoch') || '123'`,
  },
  blob: {
    create: `CREATE TABLE picture (id INTEGER PRIMARY KEY AUTOINCREMENT, name varchar(100) NOT NULL,
      bytes BLOB NOT NULL)`,
    into: 'picture',
    row: "'picture ' || i, randomblob(20000 + i % 4000)",
  },
} as const

const rowsAtOnce = 500
/** What each repetition of the lab's story adds, indexes included. */
const bytesOfLabCopy = 1.128e6

/** Writes a database of roughly `megabytes` (10⁶ bytes) at `path`; returns its true size. */
export async function writeShape(path: string, shape: Shape, megabytes: number): Promise<number> {
  rmSync(path, { force: true })
  const target = megabytes * 1e6
  if (shape === 'lab') {
    await writeSample(path)
    multiplyLab(path, Math.max(1, Math.round(target / bytesOfLabCopy)))
  } else fill(path, tables[shape], target)
  return statSync(path).size
}

function fill(
  path: string,
  { create, into, row }: (typeof tables)['narrow' | 'text' | 'blob'],
  target: number,
): void {
  const database = new Database(path)
  database.pragma('journal_mode = OFF')
  database.pragma('synchronous = OFF')
  database.exec(create)
  const insert = database.prepare(
    `WITH RECURSIVE n(i) AS (SELECT $from UNION ALL SELECT i + 1 FROM n WHERE i < $to)
     INSERT INTO ${into} SELECT i, ${row} FROM n`,
  )
  const size = database
    .prepare('SELECT page_count * page_size FROM pragma_page_count, pragma_page_size')
    .pluck()
  for (let from = 1; Number(size.get()) < target; from += rowsAtOnce)
    insert.run({ from: BigInt(from), to: BigInt(from + rowsAtOnce - 1) })
  database.close()
}
