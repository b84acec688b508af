import { OctavoError } from '../../core/errors.js'
import type { BackupSource } from '../../http/backups/backup-desk.js'
import { type BackupContext, FetchedBackups } from '../fetched-backups.js'
import type { ProcessContext } from '../process-context.js'

/** Runs `use` with backups that are fetched for it, gone afterwards. */
export async function withBackups<T>(
  context: ProcessContext,
  use: (context: BackupContext) => Promise<T>,
): Promise<T> {
  const backups = new FetchedBackups(context)
  try {
    return await use({ ...context, backups })
  } finally {
    await backups.close()
  }
}

/** The same for one backup: `use` is given its file as an argument of a command. */
export async function withSource<T>(
  context: ProcessContext,
  source: BackupSource,
  use: (context: BackupContext, file: string) => Promise<T>,
): Promise<T> {
  if ('id' in source) return withBackups(context, (opened) => use(opened, source.id))
  const { upload, name } = source
  try {
    return await withBackups(context, (opened) => use(opened, upload))
  } catch (error) {
    if (!(error instanceof OctavoError)) throw error
    // Whoever sent the file knows it by its own name.
    const { code, message, hint, details } = error
    const named = (text: string): string => text.replaceAll(upload, () => name)
    throw new OctavoError(code, named(message), {
      cause: error,
      hint: named(hint),
      details,
    })
  }
}
