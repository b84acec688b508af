import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { besideName, moveIntoEmptyPlace } from '../../core/files/durable-file.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'
import { OctavoError } from '../../core/errors.js'

/** What signs the cookies of sessions: made once, and the same for every process that has this file. */
export async function sessionSecret(path: string): Promise<string> {
  return (await readSecret(path)) ?? (await makeSecret(path))
}

async function makeSecret(path: string): Promise<string> {
  const beside = besideName(path)
  try {
    const secret = randomBytes(48).toString('base64url')
    await writeFile(beside, `${secret}\n`, { mode: 0o600, flag: 'wx' })
    await moveIntoEmptyPlace(beside, path)
    return secret
  } catch (cause) {
    // Another process was faster: one secret for all.
    if (failedWith(cause, 'EEXIST')) return await sessionSecret(path)
    throw cause
  } finally {
    await rm(beside, { force: true })
  }
}

async function readSecret(path: string): Promise<string | null> {
  let secret: string
  try {
    secret = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
  if (/^[\w-]{64}$/.test(secret)) return secret
  throw new OctavoError('io-failed', `${path} is not the secret of sessions that Octavo made`, {
    hint: 'Remove the file: a new one is made at the next start, and everybody logs in again.',
  })
}
