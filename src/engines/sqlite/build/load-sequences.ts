import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'
import { boundText, taggedPart } from './load-statements.js'

/**
 * Makes sqlite_sequence hold the given lines, in their order, whatever they hold: loading records
 * left numbers of its own there.
 */
export function loadSequences(
  connection: Database.Database,
  sequences: readonly string[],
  encoding: string,
): void {
  const exists = connection
    .prepare("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'")
    .get()
  if (exists === undefined) return
  connection.prepare('DELETE FROM main.sqlite_sequence').run()
  const json = boundText(encoding)
  const length = connection
    .prepare(`SELECT CASE WHEN json_valid(${json}, 1) THEN json_array_length(${json}) END`)
    .pluck()
  const insert = connection.prepare(`INSERT INTO main.sqlite_sequence(name, seq)
    SELECT ${taggedPart('s', '$[0]')}, ${taggedPart('s', '$[1]')} FROM (SELECT ${json} AS s)`)
  for (const line of sequences) {
    const bound = encoding === 'UTF-8' ? Buffer.from(line) : line
    if (length.get(bound, bound) !== 2)
      throw new OctavoError(
        'document-invalid',
        `a sequence can not be restored: ${line.slice(0, 200)}`,
      )
    insert.run(bound)
  }
}
