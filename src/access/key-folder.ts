import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { scopes, type FoundKeys, type KeptKey, type WantedKey } from '../core/access.js'
import { OctavoError } from '../core/errors.js'
import { besideName, moveIntoEmptyPlace, syncFolder } from '../core/files/durable-file.js'
import { failedWith, isMissing } from '../core/files/file-failure.js'
import { messageOf } from '../core/message-of.js'

/** What a key may be called: it is the name of its file, too. */
const namePattern = /^[A-Za-z0-9][\w-]{0,63}$/

const fileSchema = z.object({
  octavo_key: z.literal(1),
  name: z.string().regex(namePattern),
  scopes: z.array(z.enum(scopes)).min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
})

export type NewKey = WantedKey & Pick<KeptKey, 'createdAt'>

/**
 * Makes a key, keeps its digest in `folder`, and returns the key itself, which is nowhere else. `usage`
 * for a name that can't be one or is taken. Each key is a file of its own: two that are made at once do
 * not know of each other.
 */
export async function createKey(folder: string, wanted: NewKey): Promise<string> {
  const { name } = wanted
  const path = fileOf(folder, name)
  const key = `octavo_${randomBytes(32).toString('base64url')}`
  const file: z.input<typeof fileSchema> = {
    octavo_key: 1,
    name,
    scopes: [...new Set(wanted.scopes)],
    sha256: createHash('sha256').update(key).digest('hex'),
    created_at: wanted.createdAt.toISOString(),
    expires_at: wanted.expiresAt?.toISOString() ?? null,
  }
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const beside = besideName(path)
  try {
    await writeFile(beside, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
    await moveIntoEmptyPlace(beside, path)
    return key
  } catch (cause) {
    if (!failedWith(cause, 'EEXIST')) throw cause
    throw new OctavoError('usage', `there is a key called "${name}" already`, {
      cause,
      hint: 'Take another name, or revoke that one first: `octavo key revoke NAME`.',
    })
  } finally {
    await rm(beside, { force: true })
  }
}

/** It opens nothing any more when this resolves; `not-found` where there is none of that name. */
export async function revokeKey(folder: string, name: string): Promise<void> {
  try {
    await unlink(fileOf(folder, name))
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    throw new OctavoError('not-found', `there is no key called "${name}"`, {
      cause,
      hint: '`octavo key list` shows them all.',
    })
  }
  await syncFolder(folder)
}

/** By name; none where there is no folder. */
export async function readKeys(folder: string): Promise<FoundKeys> {
  const keys: KeptKey[] = []
  const faults: string[] = []
  for (const file of await filesIn(folder))
    try {
      keys.push(await readKey(join(folder, file)))
    } catch (error) {
      if (!isMissing(error)) faults.push(`the key file ${file} opens nothing: ${messageOf(error)}`)
    }
  return { keys: keys.toSorted((a, b) => (a.name < b.name ? -1 : 1)), faults }
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function readKey(path: string): Promise<KeptKey> {
  const parsed = fileSchema.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!parsed.success) throw new Error('it is not one that `octavo key create` made')
  const { name, scopes: its, sha256, created_at: created, expires_at: expires } = parsed.data
  return {
    name,
    scopes: its,
    sha256,
    createdAt: new Date(created),
    expiresAt: expires === null ? null : new Date(expires),
  }
}

function fileOf(folder: string, name: string): string {
  if (namePattern.test(name)) return join(folder, `${name}.json`)
  throw new OctavoError('usage', 'that is no name for a key', {
    hint: 'Take letters, digits, - and _, at most 64, such as deploy or nightly-backup.',
  })
}
