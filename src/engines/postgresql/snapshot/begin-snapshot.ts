import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { type ListedTable, listTables } from '../schema/list-tables.js'
import { quoteQualified } from '../sql/quote.js'

const attempts = 5

/**
 * Begins the transaction of a snapshot and gives its tables. They are locked, as a reader locks them,
 * before the snapshot is taken: TRUNCATE and some forms of ALTER TABLE take rows from older snapshots
 * too. What must be locked is only known by looking, so it is looked again behind the locks.
 */
export async function beginSnapshot(session: Session): Promise<ListedTable[]> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = await listTables(session)
    await session.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY')
    if (await lockAll(session, before)) {
      const tables = await listTables(session)
      const locked = new Set(before.map(({ oid }) => oid))
      if (tables.every(({ oid }) => locked.has(oid))) return tables
    }
    await session.run('ROLLBACK')
  }
  throw new OctavoError('database-busy', `${session.shown}: tables keep being made and removed`)
}

const gone = /does not exist/

/** False where a table was removed since it was listed. */
async function lockAll(session: Session, tables: readonly ListedTable[]): Promise<boolean> {
  try {
    for (const { schema, table, kind, readable } of tables)
      // What may not be read is named when its records are asked for: a selection may do without.
      if (readable && kind !== 'f')
        await session.run(
          `LOCK TABLE ${kind === 'p' ? '' : 'ONLY '}${quoteQualified(schema, table)} IN ACCESS SHARE MODE`,
          `the table ${quoteQualified(schema, table)} could not be locked for reading`,
        )
    return true
  } catch (error) {
    if (error instanceof OctavoError && gone.test(error.message)) return false
    throw error
  }
}
