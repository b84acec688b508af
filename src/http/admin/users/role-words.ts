import type { Role } from '../../../core/people.js'

/** What each role may do, in words behind “may”. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'look at everything but records',
  operator: 'look, export, back up, download, verify, pin and compare',
  admin: 'do everything',
}
