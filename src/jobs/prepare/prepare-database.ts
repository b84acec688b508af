import { findSource } from './find-source.js'
import { openFound } from './open-source.js'
import { prepareFromDocument } from './prepare-from-document.js'
import { prepareFromNative } from './prepare-from-native.js'
import type { Prepare, Prepared } from './prepared-database.js'

/** Builds and proves. After an error there are only files in the work folder. */
export async function prepareDatabase(options: Prepare): Promise<Prepared> {
  const { workFolder, context, scratch, onDump } = options
  const found = await findSource(options.file, workFolder, context)
  if (found.kind === 'dump' && onDump)
    return await onDump({ file: found.path, format: found.format })
  const source = await openFound(found, { workFolder, context, scratch })
  const file = source.path
  return source.kind === 'sqlite'
    ? await prepareFromNative({ ...options, file })
    : await prepareFromDocument({ ...options, file })
}
