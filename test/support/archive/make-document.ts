import { createHash } from 'node:crypto'
import type { Snapshot } from '../../../src/core/engine.js'
import type { DatabaseFacts, TableObject } from '../../../src/core/schema.js'
import { writeDocument } from '../../../src/documents/write-document.js'

export interface MadeDocument {
  readonly bytes: Buffer
  readonly sha256: string
  readonly contentSha256: string
}

export interface DocumentWishes {
  readonly at: string
  /** Names of machines: a record each. */
  readonly machines: readonly string[]
  readonly database?: string
  readonly label?: string
  readonly sample?: true
  readonly selection?: readonly string[]
  readonly generator?: string
}

const facts: DatabaseFacts = {
  engine: 'sqlite',
  engine_version: '3.53.2',
  encoding: 'UTF-8',
  page_size: 4096,
  auto_vacuum: 0,
  wal: true,
  user_version: 0,
  application_id: 0,
}

const table: TableObject = {
  type: 'table',
  kind: 'table',
  name: 'calendarEditor_machine',
  model: 'calendarEditor.Machine',
  primary_key: ['id'],
  references: [],
  sql: 'CREATE TABLE "calendarEditor_machine" ("id" integer PRIMARY KEY, "name" text)',
}

/** A document of one model, as an engine and the documents room would write it. */
export async function makeDocument(wishes: DocumentWishes): Promise<MadeDocument> {
  const { at, machines, database = 'queue', label = 'prod', sample, selection } = wishes
  const pieces: Buffer[] = []
  const end = await writeDocument({
    header: {
      octavo: 1,
      export_date: at,
      generator: wishes.generator ?? 'octavo 0.1.0',
      database: { name: database, label, ...facts },
      ...(selection ? { selection } : {}),
      ...(sample ? { sample } : {}),
    },
    snapshot: snapshotOf(machines),
    sink: {
      write: async (bytes: Uint8Array) => {
        pieces.push(Buffer.from(bytes))
      },
    },
  })
  const bytes = Buffer.concat(pieces)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { bytes, sha256, contentSha256: end.contentSha256 }
}

function snapshotOf(machines: readonly string[]): Snapshot {
  const model = 'calendarEditor.Machine'
  const lines = machines.map((name, index) =>
    JSON.stringify({ model, pk: index + 1, fields: { name } }),
  )
  return {
    facts,
    schema: [table],
    sequences: [],
    models: [{ model, table: table.name, rowsExcluded: false }],
    records: async function* () {
      if (lines.length > 0) yield { bytes: Buffer.from(lines.join(',\n')), records: lines.length }
    },
    violations: () => 0,
    close: async () => undefined,
  }
}
