import type { ServerObject } from '../../../core/schema.js'
import type { ServerPlace } from '../connection/open-session.js'
import { findPgDump } from './find-program.js'
import { runPgDump } from './run-pg-dump.js'
import { splitDump } from './split-dump.js'

export interface DumpedServer {
  readonly place: ServerPlace
  readonly versionNumber: number
  readonly snapshotId: string
}

export interface DumpOptions {
  /** A path, or null to look for it. */
  readonly pgDump: string | null
  readonly signal?: AbortSignal | undefined
  readonly busyTimeoutMs?: number | undefined
}

export interface DumpedSchema {
  /** `pg_dump 15.18` */
  readonly program: string
  /** In the order in which they can be made again. */
  readonly objects: readonly ServerObject[]
}

const defaultLockTimeoutMs = 30_000

/** The SQL of a schema as pg_dump writes it, of one snapshot. */
export async function dumpSchema(
  { place, versionNumber, snapshotId }: DumpedServer,
  { pgDump, signal, busyTimeoutMs: lockTimeoutMs = defaultLockTimeoutMs }: DumpOptions,
): Promise<DumpedSchema> {
  const program = await findPgDump(pgDump, Math.floor(versionNumber / 10_000))
  const dump = async (section: 'pre-data' | 'post-data'): Promise<ServerObject[]> => {
    const wishes = [`--section=${section}`]
    const asked = { place, program, wishes, snapshotId, lockTimeoutMs, signal }
    return splitDump(await runPgDump(asked)).map(({ kind, name, schema, sql }) => ({
      type: 'object',
      kind,
      name,
      ...(schema !== '' && { schema }),
      ...(section === 'post-data' && { after_rows: true }),
      sql,
    }))
  }
  const [before, after] = await Promise.all([dump('pre-data'), dump('post-data')])
  return { program: `pg_dump ${program.version}`, objects: [...before, ...after] }
}
