import { readSync, openSync, closeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { compareTables } from './compare-tables.js'
import { readSchema, showObject, type SchemaRow } from './read-schema.js'

const filePragmas = [
  'encoding',
  'page_size',
  'auto_vacuum',
  'user_version',
  'application_id',
] as const
const checks = ['integrity_check', 'foreign_key_check'] as const
const enough = 40

/**
 * Compares two SQLite files in everything that a restore must bring back, and says how they differ:
 * facts of the file, schema objects and their order, every row in its order with rowid, storage class
 * and bytes, sequences, statistics, shadow and virtual tables, and what SQLite's own checks answer.
 * Shares no code with what it judges. Empty where they are equal.
 */
export function compareExactly(aPath: string, bPath: string): string[] {
  const differences = compareJournals(aPath, bPath)
  const a = open(aPath)
  const b = open(bPath)
  try {
    for (const name of filePragmas) compareOne(differences, name, pragma(a, name), pragma(b, name))
    compareSchemas(differences, a, b)
    for (const difference of compareTables(a, b)) {
      differences.push(difference)
      if (differences.length > enough) return [...differences, '… and more']
    }
    for (const name of checks) compareOne(differences, name, pragma(a, name), pragma(b, name))
  } finally {
    a.close()
    b.close()
  }
  return differences
}

/** True where the differences concern the file alone: the text that `.dump` writes has no such facts. */
export function isFileFact(difference: string): boolean {
  return /^(journal|encoding|page_size|auto_vacuum|user_version|application_id):/.test(difference)
}

function open(path: string): Database.Database {
  const database = new Database(path, { readonly: true })
  database.defaultSafeIntegers(true)
  return database
}

/** An answer as text; an error is an answer too, and must be the same on both sides. */
function pragma(database: Database.Database, name: string): string {
  try {
    const rows = database.prepare(`PRAGMA ${name}`).raw().all()
    return rows
      .map((row) => String(row))
      .sort()
      .join('\n')
  } catch (error) {
    return `error: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Byte 18 of the header is 2 in a WAL database, 1 in another. */
function compareJournals(aPath: string, bPath: string): string[] {
  const [a, b] = [aPath, bPath].map((path) => {
    const file = openSync(path, 'r')
    const header = Buffer.alloc(20)
    readSync(file, header, 0, 20, 0)
    closeSync(file)
    return header[18] === 2 ? 'wal' : 'rollback'
  })
  return a === b ? [] : [`journal: ${a} ≠ ${b}`]
}

function compareOne(differences: string[], what: string, a: string, b: string): void {
  if (a !== b) differences.push(`${what}: ${a.slice(0, 300)} ≠ ${b.slice(0, 300)}`)
}

function compareSchemas(differences: string[], a: Database.Database, b: Database.Database): void {
  const [ours, theirs] = [readSchema(a), readSchema(b)]
  const [mine, yours] = [ours.map(showObject), theirs.map(showObject)]
  for (const object of mine) if (!yours.includes(object)) differences.push(`schema: lost ${object}`)
  for (const object of yours) if (!mine.includes(object)) differences.push(`schema: new ${object}`)
  const same = mine.length === yours.length && mine.every((object) => yours.includes(object))
  const [first, second] = [ours, theirs].map((rows) => rows.filter(isNamedByPeople).map(showObject))
  const at = first?.findIndex((object, index) => object !== second?.[index]) ?? -1
  if (same && at !== -1)
    differences.push(`schema order: ${first?.[at]} stands where ${second?.[at]} does`)
}

/** SQLite places what it makes by itself, and finds it by name. */
function isNamedByPeople({ name }: SchemaRow): boolean {
  return !name.startsWith('sqlite_')
}
