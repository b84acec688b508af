import { OctavoError } from './errors.js'
import { foldCase } from './fold-case.js'

/** What the names of models are chosen from. */
export interface ModelNaming {
  /** The tables to name, in any order. */
  readonly tables: readonly string[]
  /** Table name to model name, from the configuration; tables compare without case. */
  readonly configured?: ReadonlyMap<string, string> | undefined
  /** The rows of `django_content_type`, where there is one. */
  readonly contentTypes: readonly ContentType[]
  /** Tables that always keep their own names: shadow tables and the database's own. */
  readonly unnamed?: readonly string[]
}

/** A row of `django_content_type`. */
export interface ContentType {
  readonly appLabel: string
  readonly model: string
}

/** The labels of the models in Django's own apps, by their tables. */
const djangoModels: ReadonlyMap<string, string> = new Map([
  ['auth_group', 'auth.Group'],
  ['auth_group_permissions', 'auth.Group_permissions'],
  ['auth_permission', 'auth.Permission'],
  ['auth_user', 'auth.User'],
  ['auth_user_groups', 'auth.User_groups'],
  ['auth_user_user_permissions', 'auth.User_user_permissions'],
  ['django_admin_log', 'admin.LogEntry'],
  ['django_content_type', 'contenttypes.ContentType'],
  ['django_flatpage', 'flatpages.FlatPage'],
  ['django_flatpage_sites', 'flatpages.FlatPage_sites'],
  ['django_redirect', 'redirects.Redirect'],
  ['django_session', 'sessions.Session'],
  ['django_site', 'sites.Site'],
])

/**
 * The public name of every table: from the configuration, from the list of Django's own apps, from
 * the content types where `app_label_model` is exactly one table's name without case, else the
 * table's own. Throws `model-clash` where two tables would have one name without case.
 */
export function nameModels(naming: ModelNaming): Map<string, string> {
  // Where tables differ in case alone, what is configured for one is not meant for the other.
  const exact = new Set(naming.tables)
  const configured = new Map(
    [...(naming.configured ?? [])].map(([table, model]) => [
      exact.has(table) ? table : foldCase(table),
      model,
    ]),
  )
  const byContentType = labelsByTable(naming.contentTypes)
  const names = new Map<string, string>()
  for (const table of naming.tables) {
    const key = foldCase(table)
    const given = configured.get(table) ?? (exact.has(key) ? undefined : configured.get(key))
    const label = given ?? djangoModels.get(key) ?? byContentType.get(key)
    names.set(table, label ?? table)
  }
  for (const table of naming.unnamed ?? []) names.set(table, table)
  requireDistinct(names)
  return names
}

/** Two content types that could both be one table's say nothing about it. */
function labelsByTable(contentTypes: readonly ContentType[]): Map<string, string> {
  const labels = new Map<string, string>()
  const ambiguous = new Set<string>()
  for (const { appLabel, model } of contentTypes) {
    const table = foldCase(`${appLabel}_${model}`)
    if (labels.has(table)) ambiguous.add(table)
    labels.set(table, `${appLabel}.${model}`)
  }
  for (const table of ambiguous) labels.delete(table)
  return labels
}

function requireDistinct(names: ReadonlyMap<string, string>): void {
  const owners = new Map<string, string>()
  for (const [table, model] of names) {
    const key = foldCase(model)
    const other = owners.get(key)
    if (other !== undefined)
      throw new OctavoError(
        'model-clash',
        `the tables "${other}" and "${table}" would both be the model "${model}"`,
        { details: { model, tables: [other, table] } },
      )
    owners.set(key, table)
  }
}
