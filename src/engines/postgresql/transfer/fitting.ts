import { messageOf } from '../../../core/message-of.js'
import { OctavoError } from '../../../core/errors.js'
import { codeOf } from '../connection/server-error.js'

/** Values that no column takes, broken constraints, columns that can't be written. */
const unfit = /^(22|23|428|44)/

/** Does something with the records of a model; where the target's schema forbids it, it says that. */
export async function fitting<T>(model: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const cause = error instanceof OctavoError ? error.cause : null
    if (!unfit.test(codeOf(cause))) throw error
    throw new OctavoError(
      'restore-refused',
      `the records of ${model} do not fit into the target: ${messageOf(cause)}`,
      {
        cause: error,
        hint: 'Nothing was changed. Another row of the target holds the value, or its schema is newer.',
      },
    )
  }
}
