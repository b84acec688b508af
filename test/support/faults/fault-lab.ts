import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { octavo } from '../../cli/octavo.js'
import { compareExactly } from '../compare/compare-exactly.js'

/** Two weeks of a database, each also as a document, and folders that begin as copies of them. */
export interface FaultLab {
  readonly template: string
  freshFolder(): string
  /** Empty where the database is sound and equal to one of the known ones; else how it differs. */
  unlike(path: string, known: readonly Week[]): string[]
  /** What must never happen to the files of a folder, whatever was run there. */
  commonFaults(folder: string): string[]
}

export type Week = 'new' | 'old'

export function makeWeek(path: string, week: Week, journal: string): void {
  const database = new Database(path)
  database.pragma(`journal_mode = ${journal}`)
  database.exec(`
    CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, note TEXT, picture BLOB);
    CREATE INDEX by_note ON entry (note);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
    INSERT INTO entry(note, picture) SELECT '${week} week, Messung ' || i, zeroblob(i % 200) FROM n`)
  database.close()
}

export async function makeFaultLab(base: string): Promise<FaultLab> {
  const template = join(base, 'template')
  mkdirSync(template)
  for (const week of ['new', 'old'] as const) {
    makeWeek(join(template, `${week}.sqlite3`), week, 'delete')
    await octavo(['export', `${week}.sqlite3`, '-o', `${week}.json`], { folder: template })
  }
  const unlike = (path: string, known: readonly Week[]): string[] =>
    unlikeAll(path, known.map((week) => join(template, `${week}.sqlite3`))) // prettier-ignore
  let copies = 0
  return {
    template,
    unlike,
    freshFolder: () => {
      const folder = join(base, `run${(copies += 1)}`)
      cpSync(template, folder, { recursive: true })
      return folder
    },
    commonFaults: (folder) => [
      ...unlike(join(folder, 'new.sqlite3'), ['new']),
      ...unlike(join(folder, 'old.sqlite3'), ['old']),
      ...changedOrStray(folder, template),
    ],
  }
}

function unlikeAll(path: string, known: readonly string[]): string[] {
  // As an app opens it: a journal that was left is rolled back, a WAL played.
  const database = new Database(path)
  const verdict = String(database.pragma('integrity_check', { simple: true }))
  database.close()
  const found = known.map((one) =>
    compareExactly(one, path).filter((line) => !line.startsWith('journal:')),
  )
  if (verdict === 'ok' && found.some((differences) => differences.length === 0)) return []
  return [`${path}: ${verdict}, and unlike ${known.join(', ')}: ${found.flat().join('; ')}`]
}

function changedOrStray(folder: string, template: string): string[] {
  const changed = ['new.json', 'old.json'].filter(
    (name) => !readFileSync(join(folder, name)).equals(readFileSync(join(template, name))),
  )
  const known = /^(\.|(new|old|backup)\.(json|sqlite3)$|target\.sqlite3|.*\.stale-)/
  const stray = readdirSync(folder).filter((name) => !known.test(name))
  return [
    ...changed.map((name) => `${name} was changed`),
    ...stray.map((name) => `${name} was left and might be taken for a backup`),
  ]
}
