import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Listeners } from '../cli/actions.js'
import { openingOf } from '../config/encryption-keys.js'
import { requireSpace } from '../core/files/free-space.js'
import { recogniseFile } from '../documents/byte-source.js'
import { runJob } from '../jobs/wall/run-job.js'
import { namingBackup } from './actions/naming-backup.js'
import type { ProcessContext } from './process-context.js'

/** Whether a file is encrypted. What can't be looked at is not: who opens it says why. */
export async function isSealed(file: string): Promise<boolean> {
  return (await recogniseFile(file).catch(() => null)) === 'age'
}

/**
 * Decrypts a file into `out`, with what the settings hold for it, and returns its size. It comes from
 * anywhere, and its header can ask for much memory: so this is a job, which gets the secret in its
 * message.
 */
export async function openSealed(
  context: ProcessContext,
  { file, out }: { readonly file: string; readonly out: string },
  listeners: Listeners,
): Promise<number> {
  // Without any, the job looks which one is needed.
  const opening = openingOf(context.config().settings) ?? { identities: [] }
  const { size } = await stat(file)
  await requireSpace(dirname(out), size, 'the decrypted backup')
  const job = runJob('unseal', { file, out, opening }, { ...listeners, wall: 'process' })
  await namingBackup({ file, shown: file }, job)
  return size
}
