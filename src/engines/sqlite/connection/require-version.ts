import { OctavoError } from '../../../core/errors.js'

/** From this version on, reals are printed with the digits that bring the same double back. */
const first = { major: 3, minor: 53 }

/** Throws where documents would not be exact. */
export function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > first.major || (major === first.major && minor >= first.minor)) return
  throw new OctavoError('internal', `SQLite ${version} is too old to write documents`, {
    hint: 'Install Octavo with the better-sqlite3 that it asks for: it brings SQLite 3.53 or later.',
  })
}
