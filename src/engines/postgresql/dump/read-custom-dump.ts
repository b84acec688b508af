import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'
import { findPgRestore } from './find-pg-restore.js'

export interface ReadCustomDump {
  /** PG_DUMP: a path, or null to look for it. */
  readonly pgDump: string | null
  readonly signal?: AbortSignal | undefined
}

const wishes = [
  '--no-owner',
  '--no-privileges',
  '--no-tablespaces',
  '--no-security-labels',
  '--no-subscriptions',
  '--exit-on-error',
  '--file=-',
]
const mostSaid = 8_000

/**
 * A custom dump as the plain one that pg_restore writes of it; no server is asked. Throws where
 * pg_restore fails, at the end at the latest.
 */
export async function* readCustomDump(
  file: string,
  { pgDump, signal }: ReadCustomDump,
): AsyncGenerator<Buffer> {
  const { path, version } = await findPgRestore(pgDump)
  const child = spawn(path, [...wishes, file], {
    env: { LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = (): void => void child.kill('SIGKILL')
  signal?.addEventListener('abort', stop)
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, mostSaid)
  })
  const ended = once(child, 'close').catch((error: unknown) => [messageOf(error)])
  try {
    for await (const piece of child.stdout) yield piece as Buffer // no encoding was set
    const [code] = await ended
    signal?.throwIfAborted()
    if (code !== 0) throw failure(said.trim() || String(code ?? 'it was ended'), version)
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
    await ended
  }
}

function failure(said: string, version: string): OctavoError {
  const message = `pg_restore could not read the dump: ${said}`
  if (/unsupported version/.test(said))
    return new OctavoError('program-missing', message, {
      hint: `It was made by a pg_dump newer than ${version}. Install a newer postgresql-client, or name its pg_dump with PG_DUMP.`,
    })
  if (/end of file|could not (uncompress|decompress)|too short/.test(said))
    return new OctavoError('document-truncated', message)
  return new OctavoError('document-invalid', message)
}
