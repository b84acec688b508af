import { spoolFolder } from '../config/spool-folder.js'
import { withWorkFolder } from '../core/files/work-folder.js'
import { makePrivateFolder } from './private-folder.js'
import type { ProcessContext } from './process-context.js'

/** Runs `use` with a folder for scratch files below the spool folder, gone afterwards. */
export async function withScratchFolder<T>(
  { config, environment }: ProcessContext,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const parent = await makePrivateFolder(spoolFolder(config(), environment))
  return withWorkFolder(parent, use)
}
