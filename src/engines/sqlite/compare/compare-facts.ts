import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'

const factPragmas = ['encoding', 'user_version', 'application_id', 'auto_vacuum']

/** Compares what belongs to the files; `chosen` limits schema and sequences to these tables. */
export function compareFacts(
  connection: Database.Database,
  chosen: ReadonlySet<string> | null,
): string[] {
  const differences: string[] = []
  for (const pragma of factPragmas) {
    if (chosen !== null && pragma === 'auto_vacuum') continue
    const [first, second] = ['main', 'second'].map((schema) =>
      String(connection.prepare(`PRAGMA ${schema}.${pragma}`).pluck().get()),
    )
    if (first !== second)
      differences.push(`${pragma} is ${first} in the first, ${second} in the second`)
  }
  differences.push(...compareSchemas(connection, chosen), ...compareSequences(connection, chosen))
  return differences
}

interface SchemaRow {
  readonly label: string
  readonly text: string
}

function compareSchemas(
  connection: Database.Database,
  chosen: ReadonlySet<string> | null,
): string[] {
  const [first = [], second = []] = ['main', 'second'].map((schema) => {
    const rows = connection
      .prepare(
        `SELECT type, name, tbl_name, hex(sql) FROM ${schema}.sqlite_schema
         WHERE sql IS NOT NULL AND name <> 'sqlite_sequence' ORDER BY rowid`,
      )
      .raw()
      .all() as [string, string, string, string][] // as sqlite_schema is documented
    return rows
      .filter(([, , table]) => chosen === null || chosen.has(foldCase(table)))
      .map(([type, name, table, sql]) => ({ label: `${type} "${name}"`, text: `${table}:${sql}` }))
  })
  const differences = [
    ...differing(first, second, 'is missing from the second'),
    ...differing(second, first, 'is missing from the first'),
  ]
  const inOrder = first.every(({ label }, index) => second[index]?.label === label)
  if (differences.length === 0 && !inOrder) return ['the schema objects stand in another order']
  return [...new Set(differences)]
}

function differing(
  these: readonly SchemaRow[],
  others: readonly SchemaRow[],
  missing: string,
): string[] {
  const texts = new Map(others.map(({ label, text }) => [label, text]))
  return these
    .filter(({ label, text }) => texts.get(label) !== text)
    .map(({ label }) => `the ${label} ${texts.has(label) ? 'has another text' : missing}`)
}

function compareSequences(
  connection: Database.Database,
  chosen: ReadonlySet<string> | null,
): string[] {
  const [first = [], second = []] = ['main', 'second'].map((schema) => {
    const exists = connection
      .prepare(`SELECT 1 FROM ${schema}.sqlite_schema WHERE name = 'sqlite_sequence'`)
      .get()
    if (exists === undefined) return []
    const rows = connection
      .prepare(
        `SELECT CAST(name AS TEXT), concat(typeof(name), hex(name), typeof(seq), hex(seq))
         FROM ${schema}.sqlite_sequence ORDER BY rowid`,
      )
      .raw()
      .all() as [string | null, string][] // as the casts in the statement say
    return rows.filter(([name]) => chosen === null || chosen.has(foldCase(String(name))))
  })
  return JSON.stringify(first) === JSON.stringify(second) ? [] : ['the sequences differ']
}
