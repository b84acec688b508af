import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { OctavoError } from '../../../core/errors.js'
import { askVersion, candidates, type Program } from './find-program.js'

/**
 * Finds a pg_restore: the one beside the pg_dump that is named, or the newest on this machine, which
 * reads what all before it wrote. Throws `program-missing`.
 */
export async function findPgRestore(pgDump: string | null): Promise<Program> {
  if (pgDump !== null) {
    const beside = pgDump.includes('/') ? join(dirname(pgDump), 'pg_restore') : 'pg_restore'
    if (!pgDump.includes('/') || existsSync(beside)) return await askVersion(beside)
    throw missing(`there is no pg_restore beside ${pgDump}`)
  }
  const found: Program[] = []
  for (const path of candidates('pg_restore')) {
    const program = await askVersion(path).catch(() => null) // what does not run is not there
    if (program !== null) found.push(program)
  }
  const [newest] = found.toSorted((a, b) => b.major - a.major)
  if (newest) return newest
  throw missing('pg_restore is not here')
}

function missing(why: string): OctavoError {
  return new OctavoError('program-missing', `the dump can not be read: ${why}`, {
    hint:
      'Install postgresql-client (Debian, Ubuntu), or name a pg_dump with PG_DUMP: pg_restore is ' +
      'looked for beside it.',
  })
}
