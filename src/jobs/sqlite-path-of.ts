import { OctavoError } from '../core/errors.js'
import type { ChosenDatabase } from './job-types.js'

/** The path of a database that must be SQLite. */
export function sqlitePathOf({ address }: ChosenDatabase): string {
  if (address.engine === 'sqlite') return address.path
  throw new OctavoError('usage', `${address.shown} is not an SQLite database`, {
    hint: 'This is done with SQLite files only; docs/postgresql.md says what works with PostgreSQL.',
  })
}
