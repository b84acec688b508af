import { randomBytes } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isMissing } from '../core/files/file-failure.js'
import { writeDurably } from '../core/files/durable-file.js'
import type { ProcessContext } from './process-context.js'
import type { StartDatabase } from './start-database.js'

export interface StartKey {
  readonly keys: readonly string[]
  /** What stands for the key in a line to paste: itself only where it opens nothing but the sample. */
  readonly pasted: string
}

/** The configured key, else one that is made and kept in a file that only this user reads. */
export async function startKey(
  context: ProcessContext,
  { isSample }: StartDatabase,
): Promise<StartKey> {
  const { backupApiKey } = context.config().settings
  if (backupApiKey.length > 0) return { keys: backupApiKey, pasted: '$BACKUP_API_KEY' }
  const file = join(context.folder, 'data', isSample ? 'sample-key' : 'start-key')
  const key = (await readKey(file)) ?? (await writeKey(file))
  return { keys: [key], pasted: isSample ? key : `$(cat ${relative(context.folder, file)})` }
}

async function readKey(file: string): Promise<string | null> {
  try {
    const key = (await readFile(file, 'utf8')).trim()
    return /^[0-9a-f]{64}$/.test(key) ? key : null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

async function writeKey(file: string): Promise<string> {
  const key = randomBytes(32).toString('hex')
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeDurably(file, `${key}\n`)
  return key
}
