import { createHash } from 'node:crypto'
import type { DatabaseFacts } from '../core/schema.js'
import { compareNames } from '../core/restore-order.js'
import { quote } from './canonical-json.js'

export interface Content {
  readonly facts: Pick<DatabaseFacts, 'encoding' | 'user_version' | 'application_id'>
  /** Without those of the tables `sqlite_stat…`. */
  readonly schemaLines: readonly string[]
  readonly sequences: readonly string[]
  /** Without the tables `sqlite_stat…`, in any order. */
  readonly models: ReadonlyMap<string, { readonly records: number; readonly sha256: string }>
}

/** The lines that `content_sha256` covers (docs/format.md, Digests). */
export function contentLines({ facts, schemaLines, sequences, models }: Content): string[] {
  const { encoding, user_version, application_id } = facts
  const names = [...models.keys()].sort(compareNames)
  return [
    'octavo-content-1',
    JSON.stringify({ encoding, user_version, application_id }),
    ...schemaLines,
    ...sequences,
    ...names.map((name) => {
      const model = models.get(name)
      return `[${quote(name)},${model?.records},"${model?.sha256}"]`
    }),
  ]
}

/** Equal for the same content, whenever and wherever it was exported by the same versions. */
export function contentDigest(content: Content): string {
  const hash = createHash('sha256')
  for (const line of contentLines(content)) hash.update(line).update('\n')
  return hash.digest('hex')
}
