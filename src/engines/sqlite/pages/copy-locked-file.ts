import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm, stat } from 'node:fs/promises'
import type { OpenedDatabase } from '../connection/begin-read.js'
import { identityOf, isSameFile } from '../connection/file-identity.js'
import { createEmpty } from './create-empty.js'
import { bytesOfPages, requireSpaceForPages } from './require-space-for-pages.js'
import type { PageTransfer } from './transfer-pages.js'

const tellEveryMs = 200

export interface CopyLockedFile extends Omit<PageTransfer, 'source'> {
  /** In rollback-journal mode, with its read transaction begun. */
  readonly from: OpenedDatabase
}

/**
 * Copies a database file under the lock of a read transaction: nobody changes it meanwhile, and
 * nothing of it is elsewhere. By a program of the system, in a fifth of the backup API's time: a
 * descriptor that this process closed would drop the locks of all its connections to the file (SQLite,
 * "How To Corrupt", 2.2). The copy is not durable. False, and nothing left, where the system has no
 * such program, it failed, or the name leads to another file by now.
 */
export async function copyLockedFile(copy: CopyLockedFile, program = 'cp'): Promise<boolean> {
  const { from, to, signal } = copy
  await requireSpaceForPages(from.connection, to)
  signal?.throwIfAborted()
  await createEmpty(to)
  const timer = setInterval(() => void tell(copy), tellEveryMs)
  try {
    const isCopied = await runProgram(program, [from.connection.name, to], signal)
    signal?.throwIfAborted()
    if (isCopied && (await isWhole(copy))) {
      await tell(copy)
      return true
    }
    await rm(to, { force: true })
    return false
  } catch (error) {
    await rm(to, { force: true })
    throw error
  } finally {
    clearInterval(timer)
  }
}

/** Resolves when the program has ended, also where the signal ended it. */
async function runProgram(
  program: string,
  words: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const child = spawn(program, words, { env: {}, stdio: 'ignore' })
  const stop = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', stop)
  try {
    const [code] = (await once(child, 'close')) as [number | null] // the exit code comes first
    return code === 0
  } catch {
    // There is no such program: the backup API copies instead.
    return false
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}

/** Whether the very file under the lock was copied, and all of it. */
async function isWhole({ from, to }: CopyLockedFile): Promise<boolean> {
  const { connection, file } = from
  const { size } = await stat(to)
  return size >= bytesOfPages(connection) && isSameFile(file, identityOf(connection.name))
}

async function tell({ from, to, onProgress }: CopyLockedFile): Promise<void> {
  const [total, bytes] = await Promise.all([sizeOf(from.connection.name), sizeOf(to)])
  onProgress?.({ phase: 'copying pages', bytes: Math.min(bytes, total), total })
}

async function sizeOf(path: string): Promise<number> {
  return await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
}
