import type { DocumentHeader, DocumentSummary, ModelSummary } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import type { SchemaObject, TableObject } from '../core/schema.js'
import { quote } from './canonical-json.js'

/** The members before `schema`, each as it stands on its line, without the comma. */
export function headerLines(header: DocumentHeader): string[] {
  const { database, selection, excluded_rows, sample, rewritten } = header
  const facts = {
    name: database.name,
    label: database.label,
    identity: database.identity,
    engine: database.engine,
    engine_version: database.engine_version,
    encoding: database.encoding,
    page_size: database.page_size,
    auto_vacuum: database.auto_vacuum,
    wal: database.wal,
    user_version: database.user_version,
    application_id: database.application_id,
    schema_by: database.schema_by,
  }
  return [
    `"octavo":${header.octavo}`,
    `"export_date":${plainJson(header.export_date)}`,
    `"generator":${plainJson(header.generator)}`,
    `"database":${plainJson(facts)}`,
    ...(selection ? [`"selection":${plainJson(selection)}`] : []),
    ...(excluded_rows ? [`"excluded_rows":${plainJson(excluded_rows)}`] : []),
    ...(sample ? ['"sample":true'] : []),
    ...(rewritten ? [`"rewritten":${plainJson(rewritten)}`] : []),
  ]
}

/** A schema object as it stands on its line, without the comma. */
export function schemaLine(object: SchemaObject): string {
  const { type, name, sql } = object
  if (object.type === 'object') {
    const { kind, schema, after_rows } = object
    return plainJson({ type, kind, name, schema, after_rows, sql })
  }
  if (object.type !== 'table') return plainJson({ type, name, table: object.table, sql })
  const { kind, schema, model, primary_key, rowid, columns } = object
  const references = object.references.map(({ columns, table, to }) => ({ columns, table, to }))
  const members = { kind, name, schema, model, primary_key, references, rowid, columns, sql }
  return plainJson({ type, ...members })
}

/** The value of `summary`. Joined by hand: a plain object would put a model named `7` first. */
export function summaryJson({ records, models }: DocumentSummary): string {
  const members = Array.from(models, ([name, model]) => `${quote(name)}:${modelJson(model)}`)
  return `{"records":${records},"models":{${members.join(',')}}}`
}

function modelJson({ records, sha256, foreign_key_violations }: ModelSummary): string {
  return plainJson({ records, sha256, foreign_key_violations })
}

/** What SQLite gathers for its planner belongs to no content: ANALYZE writes it anew. */
export function isStatistics(object: SchemaObject): object is TableObject {
  return object.type === 'table' && /^sqlite_stat/i.test(object.name)
}

/** Members stand in the order of the object given; undefined ones are left out. */
function plainJson(value: unknown): string {
  const text = JSON.stringify(value)
  // JSON.stringify escapes half a surrogate pair, and nothing else, as \ud….
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text))
    throw new OctavoError('cannot-carry', 'a name in the schema holds half a surrogate pair', {
      details: { line: text.slice(0, 200) },
    })
  return text
}
