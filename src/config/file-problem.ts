import { OctavoError } from '../core/errors.js'

/** Why a file that a setting names can't be read: what the system says. */
export function fileProblem(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  throw new OctavoError('internal', 'a setting could not be read', { cause: error })
}
