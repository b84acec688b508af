import type { ContentType } from '../../../core/model-names.js'
import type { Session } from '../connection/session.js'
import type { StoredTable } from './stored-table.js'

/** The rows of Django's content types; none where there is no such table, or another of that name. */
export async function readContentTypes(
  session: Session,
  tables: readonly StoredTable[],
): Promise<ContentType[]> {
  const table = tables.find(({ name }) => name === 'django_content_type')
  const columns = new Set(table?.columns.map(({ name }) => name))
  if (!columns.has('app_label') || !columns.has('model')) return []
  const rows = await session.rows(
    `SELECT app_label, model FROM public.django_content_type
     WHERE app_label IS NOT NULL AND model IS NOT NULL
     ORDER BY app_label::text COLLATE "C", model::text COLLATE "C"`,
    'the content types of Django could not be read',
  )
  return rows.map(([appLabel, model]) => ({ appLabel: appLabel ?? '', model: model ?? '' }))
}
