import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { DumpFormat } from '../../../core/export-formats.js'
import { readCustomDump } from './read-custom-dump.js'
import { findPgDump } from './find-program.js'
import { findPgRestore } from './find-pg-restore.js'
import type { DumpedServer, DumpOptions } from './dump-schema.js'
import { readScript } from './read-script.js'
import { runPgDump } from './run-pg-dump.js'
import { settleRestriction } from './settle-restriction.js'

export interface WriteDump {
  readonly format: DumpFormat
  /** Must not exist. */
  readonly file: string
  /** What comes behind compresses it. */
  readonly uncompressed?: boolean | undefined
}

const defaultLockTimeoutMs = 30_000

/**
 * Writes a dump of a snapshot, mode 0600, and reads it to its end. Nothing is fsynced.
 * Programs that are missing are named before pg_dump starts.
 */
export async function writeDump(
  { place, versionNumber, snapshotId }: DumpedServer,
  { format, file, uncompressed = false }: WriteDump,
  { pgDump, signal, busyTimeoutMs: lockTimeoutMs = defaultLockTimeoutMs }: DumpOptions,
): Promise<void> {
  const program = await findPgDump(pgDump, Math.floor(versionNumber / 10_000))
  if (format === 'custom') await findPgRestore(program.path)
  // pg_dump would make it readable for everybody.
  await (await open(file, 'wx', 0o600)).close()
  const own =
    format === 'custom'
      ? ['--format=custom', ...(uncompressed ? ['--compress=0'] : [])]
      : ['--format=plain', '--clean', '--if-exists']
  const wishes = [...own, '--no-sync', `--file=${file}`]
  await runPgDump({ program, place, wishes, snapshotId, lockTimeoutMs, signal })
  if (format === 'sql') await settleRestriction(file)
  await requireComplete({ format, file }, program.path, signal)
}

/** That pg_dump ended well is not enough: every part must be there, up to the closing line. */
async function requireComplete(
  { format, file }: Pick<WriteDump, 'format' | 'file'>,
  pgDump: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes =
    format === 'custom' ? readCustomDump(file, { pgDump, signal }) : createReadStream(file)
  for await (const part of readScript(bytes))
    if (part.kind === 'rows') for await (const _ of part.rows) signal?.throwIfAborted()
}
