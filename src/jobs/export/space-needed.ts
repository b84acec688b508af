import { stat } from 'node:fs/promises'
import type { ExportInput } from '../job-types.js'

/**
 * How many bytes an export takes on its disk while it is made, as a multiple of the database's size:
 * a document of narrow rows is near twice as large as its database, its gzip at most as large again;
 * a page copy takes the size once, and so does the scratch database of a proof.
 */
export async function spaceNeeded({
  database: { address },
  format,
  verify,
}: Pick<ExportInput, 'database' | 'format' | 'verify'>): Promise<number> {
  if (address.engine !== 'sqlite') return 0
  const size = (await sizeOf(address.path)) + (await sizeOf(`${address.path}-wal`))
  const factor = (format === 'json' ? 2 : 1) + 1 + (verify ? 1 : 0)
  return size * factor
}

/** Nothing where there is no file: the job says so in better words. */
async function sizeOf(path: string): Promise<number> {
  try {
    const { size } = await stat(path)
    return size
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 0
    throw error
  }
}
