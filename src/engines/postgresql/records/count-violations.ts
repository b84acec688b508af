import type { Violations } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import type { StoredReference, StoredTable } from '../schema/stored-table.js'
import { quoteName, quoteQualified } from '../sql/quote.js'
import { fromSql } from './record-sql.js'

/**
 * Rows of a table whose reference leads nowhere: keys that were never validated, and rows that were
 * written while triggers were off. A parent that we may not read is an error that is noted.
 */
export async function countViolations(session: Session, table: StoredTable): Promise<Violations> {
  if (table.references.length === 0) return 0
  await session.run('SAVEPOINT octavo_references')
  try {
    const broken = table.references.map((reference) => `(${brokenSql(reference)})`)
    const count = await session.value(
      `SELECT count(*) FROM ${fromSql(table)} WHERE ${broken.join(' OR ')}`,
      `the references of "${table.name}" could not be checked`,
    )
    await session.run('RELEASE SAVEPOINT octavo_references')
    return Number(count)
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code !== 'database-refused') throw error
    await session.run('ROLLBACK TO SAVEPOINT octavo_references')
    return { error: error.message }
  }
}

function brokenSql({ columns, to, schema, parent, operators }: StoredReference): string {
  const given = columns.map((name) => `t.${quoteName(name)} IS NOT NULL`)
  const equal = columns.map(
    (name, index) =>
      `p.${quoteName(to[index] ?? '')} ${operators[index] ?? '='} t.${quoteName(name)}`,
  )
  const found = `SELECT FROM ${quoteQualified(schema, parent)} p WHERE ${equal.join(' AND ')}`
  return `${given.join(' AND ')} AND NOT EXISTS (${found})`
}
