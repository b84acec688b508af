import { isDeepStrictEqual } from 'node:util'
import { OctavoError } from '../../../core/errors.js'
import type { SchemaObject, ServerObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import type { ServerPlace } from '../connection/open-session.js'
import { dumpSchema } from '../dump/dump-schema.js'

export interface CompareSchema {
  readonly place: ServerPlace
  /** In its transaction of a snapshot. */
  readonly session: Session
  /** Of a document. */
  readonly schema: readonly SchemaObject[]
  /** `pg_dump 15.4`: what wrote that schema. */
  readonly writtenBy: string
  readonly pgDump: string | null
  readonly signal?: AbortSignal | undefined
}

/**
 * Throws `verify-failed` unless pg_dump writes the same SQL of a database as a document holds. Another
 * version writes another text for the same: false then, and nothing was compared.
 */
export async function requireEqualSchema(options: CompareSchema): Promise<boolean> {
  const { place, session, schema, writtenBy, pgDump, signal } = options
  // What wrote the document can't read a newer server, and a newer program writes another text.
  if (majorOf(writtenBy) < Math.trunc(session.versionNumber / 10_000)) return false
  const snapshotId = await session.value(
    'SELECT pg_catalog.pg_export_snapshot()',
    'the snapshot could not be shown to pg_dump',
  )
  const server = { place, versionNumber: session.versionNumber, snapshotId }
  const dumped = await dumpSchema(server, { pgDump, signal })
  if (dumped.program !== writtenBy) return false
  const stated = schema.filter((object) => object.type === 'object')
  const differing = firstDifference(stated, dumped.objects)
  if (differing === null) return true
  throw new OctavoError(
    'verify-failed',
    `the restored database has another schema than the document: ${differing}`,
  )
}

function majorOf(program: string): number {
  return Number(/ (\d+)/.exec(program)?.[1])
}

function firstDifference(a: readonly ServerObject[], b: readonly ServerObject[]): string | null {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [a[index], b[index]]
    if (isDeepStrictEqual(one, other)) continue
    const shown = one ?? other
    return `${shown?.kind.toLowerCase()} "${shown?.name}"`
  }
  return null
}
