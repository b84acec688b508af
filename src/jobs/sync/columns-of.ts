import type { TableColumns } from '../../core/column-facts.js'
import type { JobContext } from '../job-context.js'
import type { ChosenDatabase } from '../job-types.js'

/** The columns of a database, by table. */
export async function columnsOf(
  { address }: ChosenDatabase,
  { signal }: JobContext,
): Promise<TableColumns> {
  if (address.engine === 'sqlite') {
    const { readColumnFacts } = await import('../../engines/sqlite/schema/column-facts.js')
    return readColumnFacts(address.path)
  }
  const { openSession } = await import('../../engines/postgresql/connection/open-session.js')
  const { readColumnFacts } = await import('../../engines/postgresql/schema/column-facts.js')
  const session = await openSession(address, { signal })
  try {
    await session.begin('READ ONLY')
    return await readColumnFacts(session)
  } finally {
    await session.close()
  }
}
