import { readdir, unlink, writeFile, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import {
  besideName,
  moveIntoEmptyPlace,
  syncFolder,
  writeDurably,
} from '../../core/files/durable-file.js'
import { failedWith, isMissing } from '../../core/files/file-failure.js'
import { foldCase } from '../../core/fold-case.js'
import { messageOf } from '../../core/message-of.js'
import { readUserFile, userFileText, type UserFile } from './user-file.js'
import { isUserName } from './user-rules.js'

export interface FoundUsers {
  readonly users: readonly UserFile[]
  /** Files that can't be read as accounts, one sentence each: nobody logs in with them. */
  readonly faults: readonly string[]
}

/** By name; none where there is no folder. */
export async function readUsers(folder: string): Promise<FoundUsers> {
  const users: UserFile[] = []
  const faults: string[] = []
  for (const file of await userFiles(folder))
    try {
      users.push(await readUserFile(join(folder, file)))
    } catch (error) {
      if (!isMissing(error)) faults.push(`nobody can log in with ${file}: ${messageOf(error)}`)
    }
  return { users: users.toSorted((a, b) => (foldCase(a.name) < foldCase(b.name) ? -1 : 1)), faults }
}

/** The files of accounts, also of those that can't be read: a damaged account is not none. */
export async function userFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Null where there is none of this name, also where nobody can have it. */
export async function findUser(folder: string, name: string): Promise<UserFile | null> {
  if (!isUserName(name)) return null
  try {
    return await readUserFile(fileOf(folder, name))
  } catch (error) {
    if (isMissing(error)) return null
    throw new OctavoError('io-failed', `the account ${name} can't be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Remove it, and make it again: `octavo user remove NAME`, `octavo user create NAME`.',
    })
  }
}

/** `usage` where the name is taken. */
export async function addUserFile(folder: string, user: UserFile): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = fileOf(folder, user.name)
  const beside = besideName(path)
  try {
    await writeFile(beside, userFileText(user), { mode: 0o600, flag: 'wx' })
    await moveIntoEmptyPlace(beside, path)
    await syncFolder(dirname(folder))
  } catch (cause) {
    if (!failedWith(cause, 'EEXIST')) throw cause
    throw new OctavoError('usage', `there is an account called ${user.name} already`, {
      cause,
      hint: 'Names are compared without case. Take another one; `octavo user list` shows them all.',
    })
  } finally {
    await rm(beside, { force: true })
  }
}

export async function replaceUserFile(folder: string, user: UserFile): Promise<void> {
  await writeDurably(fileOf(folder, user.name), userFileText(user))
}

/** Also one that can't be read. */
export async function removeUserFile(folder: string, name: string): Promise<void> {
  try {
    await unlink(fileOf(folder, name))
  } catch (cause) {
    if (isMissing(cause)) throw noSuchUser(name, cause)
    throw cause
  }
  await syncFolder(folder)
}

export function noSuchUser(name: string, cause?: unknown): OctavoError {
  return new OctavoError('not-found', `there is no account called "${name}"`, {
    cause,
    hint: '`octavo user list` shows them all.',
  })
}

/** Names that differ in case alone have one file between them. */
function fileOf(folder: string, name: string): string {
  if (!isUserName(name)) throw noSuchUser(name)
  return join(folder, `${foldCase(name)}.json`)
}
