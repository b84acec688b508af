import { rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { KeygenReport, KeygenRequest } from '../../cli/actions.js'
import { newIdentity } from '../../codecs/age.js'
import { OctavoError } from '../../core/errors.js'
import { besideName } from '../../core/files/durable-file.js'
import { outputPlace, putInPlace } from '../../core/files/output-place.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'

export async function keygenAction(
  { folder }: ProcessContext,
  { path }: KeygenRequest,
): Promise<KeygenReport> {
  const pair = await newIdentity()
  // As age-keygen writes it: its readers take comments for what they are.
  const createdAt = systemClock.now().toISOString().replace(/\.\d+/, '')
  const text = `# created: ${createdAt}\n# public key: ${pair.recipient}\n${pair.identity}\n`
  const file = path === null ? null : await writeNew(resolve(folder, path), text)
  return { ...pair, text, file }
}

/** Durable when it resolves, mode 0600, and never in the place of another file. */
async function writeNew(out: string, text: string): Promise<string> {
  try {
    const wish = { out, usualName: 'age-identity.txt', force: false, numbered: false }
    const place = await outputPlace(wish)
    const beside = besideName(place.file)
    try {
      await writeFile(beside, text, { mode: 0o600, flag: 'wx' })
      return await putInPlace(beside, place)
    } finally {
      await rm(beside, { force: true })
    }
  } catch (cause) {
    if (!(cause instanceof OctavoError) || cause.code !== 'confirmation-needed') throw cause
    throw new OctavoError('confirmation-needed', cause.message, {
      cause,
      hint: 'Nothing was written. Name another file with -o FILE: an identity that is lost takes its backups with it.',
    })
  }
}
