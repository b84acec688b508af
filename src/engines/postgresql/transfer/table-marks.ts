import type { Session } from '../connection/session.js'
import { quoteQualified } from '../sql/quote.js'

/** A table by its schema and its name. */
export interface MarkedTable {
  readonly schema: string
  readonly table: string
}

/** What changes when a row of these tables does, read in the transaction of a session. */
export async function readTableMarks(
  session: Session,
  tables: readonly MarkedTable[],
): Promise<string> {
  const marks: string[] = []
  for (const { schema, table } of tables)
    marks.push(
      await session.value(
        `SELECT concat(count(*), ' ', sum(hashtextextended(t::text, 0)), ' ', sum(hashtextextended(t::text, 1)))
         FROM ${quoteQualified(schema, table)} t`,
        `the table "${table}" could not be looked at`,
      ),
    )
  return marks.join('\n')
}
