import { openSource } from './open-source.js'
import { prepareFromDocument } from './prepare-from-document.js'
import { prepareFromNative } from './prepare-from-native.js'
import type { Prepare, Prepared } from './prepared-database.js'

/** Builds and proves. After an error there are only files in the work folder. */
export async function prepareDatabase(options: Prepare): Promise<Prepared> {
  const source = await openSource(options.file, options.workFolder, options.context)
  const file = source.path
  return source.kind === 'sqlite'
    ? await prepareFromNative({ ...options, file })
    : await prepareFromDocument({ ...options, file })
}
