import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RecordChunk } from '../../../core/engine.js'
import type { Session } from '../connection/session.js'
import type { StoredTable } from '../schema/stored-table.js'
import { quoteName, quoteQualified } from '../sql/quote.js'
import { RecordValues } from './record-values.js'

export interface LoadedModel {
  readonly model: string
  readonly table: StoredTable
  /** The columns that `pk` holds. */
  readonly key: readonly string[]
}

/** Loads chunks of a model's record lines through COPY; resolves with the number of records. */
export async function loadRecords(
  session: Session,
  { model, table, key }: LoadedModel,
  chunks: AsyncIterable<RecordChunk>,
): Promise<number> {
  const names = table.columns.map(({ name }) => name)
  const values = new RecordValues(model, names, key)
  let loaded = 0
  const lines = async function* (): AsyncGenerator<Buffer> {
    for await (const { bytes, records } of chunks) {
      loaded += records
      const text = bytes.toString('utf8').split(',\n')
      yield Buffer.from(text.map((line) => values.lineOf(line)).join(''))
    }
  }
  const into = quoteQualified(table.schema, table.table)
  const columns = names.length > 0 ? ` (${names.map(quoteName).join(', ')})` : ''
  try {
    await pipeline(Readable.from(lines()), session.copyIn(`COPY ${into}${columns} FROM STDIN`))
  } catch (error) {
    throw session.failure(error, `the records of "${model}" could not be loaded`)
  }
  return loaded
}
