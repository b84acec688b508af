import type Database from 'better-sqlite3'
import { OctavoError } from '../core/errors.js'
import { applicationId, migrations } from './migrations.js'

/**
 * Brings a catalog forward to the newest version, all of it in one transaction: a process that is
 * killed meanwhile leaves the old version. An empty file becomes a catalog. A newer one, and another
 * program's database, are refused and not touched.
 */
export function migrate(
  connection: Database.Database,
  path: string,
  steps: readonly string[] = migrations,
): void {
  // All that is looked at is of one moment: another process may be making the catalog right now.
  const found = connection.transaction(() => versionOf(connection, path, steps.length))()
  if (found === steps.length) return
  const all = connection.transaction(() => {
    // Asked again, now that nobody else can write: another process may have been faster.
    const version = versionOf(connection, path, steps.length)
    for (const step of steps.slice(version)) connection.exec(step)
    connection.pragma(`application_id = ${applicationId}`)
    connection.pragma(`user_version = ${steps.length}`)
  })
  all.immediate()
}

function versionOf(connection: Database.Database, path: string, newest: number): number {
  const [id, version] = ['application_id', 'user_version'].map((name) =>
    Number(connection.pragma(name, { simple: true })),
  )
  if (id === applicationId && version !== undefined) {
    if (version > newest) throw newer(path, version, newest)
    return version
  }
  const objects = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (id === 0 && version === 0 && objects === 0) return 0
  throw new OctavoError('config-invalid', `${path} is another program's database, not a catalog`, {
    hint: 'Nothing in it was changed. Give the catalog a file of its own.',
  })
}

function newer(path: string, version: number, newest: number): OctavoError {
  const message = `the catalog ${path} is of version ${version}, and this Octavo knows ${newest}`
  return new OctavoError('document-version', message, {
    hint:
      'A newer Octavo wrote it. Update Octavo, or move the file away: a new catalog can be built ' +
      'from the stores.',
  })
}
