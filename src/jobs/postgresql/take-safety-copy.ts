import { join } from 'node:path'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import { withWorkFolder } from '../../core/files/work-folder.js'
import { inPhase } from '../../core/progress.js'
import { openDocument } from '../../documents/open-document.js'
import type { JobContext } from '../job-context.js'
import type { RestoreInput } from '../job-types.js'
import { exportServer } from './export-server.js'
import { safetyCopiesOf } from './safety-copies-of.js'

/**
 * Exports the whole target, read back and durable, for this user's eyes only. Its writers must be kept
 * out by locks of the transaction that changes it afterwards, so that none of their rows falls between.
 */
export async function takeSafetyCopy(input: RestoreInput, context: JobContext): Promise<string> {
  const { target, at, deadlineMs: busyTimeoutMs } = input
  const copies = safetyCopiesOf(input)
  const onProgress = inPhase('safety copy', context.onProgress)
  try {
    return await withWorkFolder(await copies.makeFolder(), async (workFolder) => {
      const file = join(workFolder, 'copy.json')
      const database = { ...target, excludeRows: [] }
      const wish = {
        format: 'json',
        verify: false,
        sample: false,
        at,
        file,
        busyTimeoutMs,
      } as const
      await exportServer({
        input: { ...wish, database },
        workFolder,
        context: { ...context, onProgress },
      })
      await requireWhole(file, workFolder, context)
      return await copies.keep(file, new Date(at))
    })
  } catch (error) {
    const { code, message, hint, details } = asOctavoError(error)
    throw new OctavoError(
      code,
      `nothing was restored, because no safety copy could be made: ${message}`,
      { cause: error, details, ...(hint !== undefined && { hint }) },
    )
  }
}

async function requireWhole(
  file: string,
  workFolder: string,
  { signal }: JobContext,
): Promise<void> {
  const reading = await openDocument(file, { workFolder, signal })
  try {
    await reading.end()
  } finally {
    await reading.close()
  }
}
