import { randomBytes } from 'node:crypto'
import { chmod, lstat, rename, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { OctavoError } from '../core/errors.js'
import { failedWith, isMissing } from '../core/files/file-failure.js'

/** Systems take 104 bytes and more; a suffix for the moment before it is in its place is among them. */
const mostBytes = 90

/**
 * Listens on a unix socket that only this user can connect to, and resolves with what removes it. It
 * appears in its place complete: a stale socket is replaced in one step, one that somebody listens on,
 * or a file that is no socket, is refused.
 */
export async function listenOnSocket(
  app: FastifyInstance,
  path: string,
): Promise<() => Promise<void>> {
  if (Buffer.byteLength(path) > mostBytes)
    throw refused(path, `the path is longer than ${mostBytes} bytes`)
  await requireFree(path)
  // A name that nobody has: there is nothing to be removed for it.
  const made = `${path}.${randomBytes(4).toString('hex')}`
  const before = process.umask(0o077)
  let ino: number
  try {
    await app.listen({ path: made, listenTextResolver: () => 'The socket is made' })
    await chmod(made, 0o600)
    // Behind the rename it may be another's already.
    ino = (await lstat(made)).ino
    await rename(made, path)
  } catch (cause) {
    throw refused(path, reason(cause), cause)
  } finally {
    process.umask(before)
  }
  app.log.info(`Server listening at ${path}`)
  return () => removeOwn(path, ino)
}

async function requireFree(path: string): Promise<void> {
  try {
    if (!(await lstat(path)).isSocket()) throw refused(path, 'a file that is no socket is there')
  } catch (error) {
    if (isMissing(error)) return
    throw error instanceof OctavoError ? error : refused(path, reason(error), error)
  }
  if (await answers(path)) throw refused(path, 'another program listens there')
}

/** Whether somebody takes connections; a socket that refuses them was left by a process that is gone. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const end = (taken: boolean) => (): void => {
      socket.destroy()
      resolve(taken)
    }
    socket.on('connect', end(true))
    socket.on('error', (error) => end(!failedWith(error, 'ECONNREFUSED', 'ENOENT'))())
  })
}

/** One that has taken our place meanwhile stays. */
async function removeOwn(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found?.ino === ino) await rm(path, { force: true })
}

function reason(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown cause'
}

function refused(path: string, why: string, cause?: unknown): OctavoError {
  return new OctavoError('config-invalid', `the socket ${path} can't be listened on: ${why}`, {
    cause,
    hint: 'Set OCTAVO_SOCKET to a path in a folder that this user may write to.',
  })
}
