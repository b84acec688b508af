import type Database from 'better-sqlite3'
import { foldCase } from '../../../core/fold-case.js'
import type { ContentType } from '../../../core/model-names.js'
import type { SqliteObject } from './read-schema.js'

/** The rows of Django's content types; none where there is no such table, or another of that name. */
export function readContentTypes(
  connection: Database.Database,
  objects: readonly SqliteObject[],
): ContentType[] {
  const table = objects.find(({ name }) => foldCase(name) === 'django_content_type')
  if (table?.type !== 'table' || table.kind !== 'table') return []
  const columns = new Set(table.stored.fields.map(({ name }) => name))
  if (!columns.has('app_label') || !columns.has('model')) return []
  return connection
    .prepare<[], ContentType>(
      `SELECT app_label AS appLabel, model FROM django_content_type
       WHERE typeof(app_label) = 'text' AND typeof(model) = 'text' ORDER BY app_label, model`,
    )
    .all()
}
