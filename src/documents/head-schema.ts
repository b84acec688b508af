import { z } from 'zod'
import {
  documentVersion,
  type DocumentHeader,
  type DocumentSummary,
  type ModelSummary,
} from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import {
  sqliteAutoVacuums,
  sqliteEncodings,
  sqlitePageSizes,
  type SchemaObject,
} from '../core/schema.js'
import { plainValue, type JsonObject, type JsonValue } from './canonical-json.js'

const count = z.int().nonnegative()
const int32 = z.int().min(-2147483648).max(4294967295)
const names = z.array(z.string())
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in lower-case hexadecimal')

const identity = z.object({ fingerprint: sha256, schema_sha256: sha256.nullable() })

const database = z
  .object({
    name: z.string(),
    label: z.string(),
    identity: identity.exactOptional(),
    engine: z.enum(['sqlite', 'postgresql']),
    engine_version: z.string(),
    encoding: z.string(),
    page_size: z.literal(sqlitePageSizes).exactOptional(),
    auto_vacuum: z.literal(sqliteAutoVacuums).exactOptional(),
    wal: z.boolean().exactOptional(),
    user_version: int32.exactOptional(),
    application_id: int32.exactOptional(),
    schema_by: z.string().exactOptional(),
  })
  .refine(({ engine, encoding }) => engine !== 'sqlite' || isSqliteEncoding(encoding), {
    path: ['encoding'],
    error: `is none of ${sqliteEncodings.join(', ')}`,
  })

function isSqliteEncoding(encoding: string): boolean {
  return sqliteEncodings.some((known) => known === encoding)
}

const header = z.object({
  octavo: z.literal(documentVersion),
  export_date: z.iso.datetime({ precision: 3 }),
  generator: z.string(),
  database,
  selection: names.exactOptional(),
  excluded_rows: names.exactOptional(),
  sample: z.literal(true).exactOptional(),
  rewritten: z.object({ pseudonym: names, empty: names }).exactOptional(),
})

const storedText = z.union([
  z.string(),
  z.strictObject({ $text: z.strictObject({ base64: z.base64() }) }),
])

const table = z.strictObject({
  type: z.literal('table'),
  kind: z.enum(['table', 'virtual', 'shadow']),
  name: z.string(),
  schema: z.string().exactOptional(),
  model: z.string().exactOptional(),
  primary_key: names,
  references: z.array(z.strictObject({ columns: names, table: z.string(), to: names })),
  rowid: z.literal(false).exactOptional(),
  columns: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
  sql: storedText,
})

const server = z.strictObject({
  type: z.literal('object'),
  kind: z.string(),
  name: z.string(),
  schema: z.string().exactOptional(),
  after_rows: z.literal(true).exactOptional(),
  sql: z.string(),
})

const other = z.strictObject({
  type: z.enum(['index', 'view', 'trigger']),
  name: z.string(),
  table: z.string(),
  sql: storedText,
})

const modelSummary = z.object({
  records: count,
  sha256,
  foreign_key_violations: z.union([count, z.object({ error: z.string() })]),
})

/** How many members a document may have, those included that are not known. */
export const maxMembers = 1_000

const closingMembers = ['summary', 'content_sha256', 'sha256']
const members = new Set([...Object.keys(header.shape), 'schema', 'sequences', ...closingMembers])

/** Whether a member of a document is one that this version knows; `models` is read on its own. */
export function isMember(name: string): boolean {
  return members.has(name)
}

/** Throws `document-version` where a newer release wrote the document. */
export function checkVersion(value: JsonValue): void {
  const version = plainValue(value)
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= documentVersion)
    return
  throw new OctavoError(
    'document-version',
    `the document has version ${version}, and this release reads up to ${documentVersion}`,
  )
}

export function parseHeader(members: JsonObject): DocumentHeader {
  return check(header, plainValue(members), 'the header')
}

export function parseSchemaObject(value: JsonValue, index: number): SchemaObject {
  const plain = plainValue(value)
  const type = typeof plain === 'object' && plain !== null && 'type' in plain && plain.type
  const what = `schema object ${index + 1}`
  if (type === 'table') return check(table, plain, what)
  return type === 'object' ? check(server, plain, what) : check(other, plain, what)
}

/** Model names may be anything: they are taken from the Map, never made members of an object. */
export function parseSummary(value: JsonValue | undefined): DocumentSummary {
  const members = value instanceof Map ? value.get('models') : undefined
  if (!(value instanceof Map) || !(members instanceof Map))
    throw new OctavoError('document-invalid', 'the summary is not an object with models')
  const models = new Map<string, ModelSummary>()
  for (const [name, model] of members)
    models.set(
      name,
      check(modelSummary, plainValue(model), `the summary of ${JSON.stringify(name)}`),
    )
  const records = check(count, plainValue(value.get('records') ?? null), 'the summary of records')
  return { records, models }
}

export function parseSha256(value: JsonValue | undefined, member: string): string {
  return check(sha256, value, `the member ${member}`)
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const path = issue?.path.length ? ` at ${issue.path.join('.')}` : ''
  throw new OctavoError('document-invalid', `${what} is wrong${path}: ${issue?.message}`, {
    cause: result.error,
  })
}
