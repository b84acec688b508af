import { errorTable } from '../core/error-table.js'
import type { OctavoError } from '../core/errors.js'

/** What each exit code says; those of the error table, and those of signals. */
export const exitCodes: readonly (readonly [number, string])[] = [
  [0, 'done'],
  [1, 'a fault of Octavo or of the machine'],
  [2, 'wrong use, or a wrong setting'],
  [3, 'the database can not be used'],
  [4, 'the backup can not be trusted or used'],
  [5, 'busy, or out of space: try again'],
  [6, 'refused for want of a confirmation or a right'],
  [7, 'a remote service failed'],
  [130, 'stopped by the user (SIGINT)'],
  [141, 'whoever read the output stopped reading'],
  [143, 'stopped by the system (SIGTERM)'],
]

/** The table at the end of every command's help. */
export function exitCodeHelp(): string {
  const rows = exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`)
  return `\nExit codes:\n${rows.join('\n')}\n`
}

export function exitCodeOf(error: OctavoError): number {
  return errorTable[error.code].exit
}
