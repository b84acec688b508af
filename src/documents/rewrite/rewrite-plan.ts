import type { ColumnFacts, ColumnRule, SyncRules, TableColumns } from '../../core/column-facts.js'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import type { SchemaObject, TableObject } from '../../core/schema.js'
import { requireRewritable } from './require-rewritable.js'

export interface PlannedColumn {
  readonly facts: ColumnFacts
  readonly rule: ColumnRule
}

/** The columns to rewrite, by model under its name in the document. */
export type RewritePlan = ReadonlyMap<string, readonly PlannedColumn[]>

export interface PlanParts {
  readonly schema: readonly SchemaObject[]
  readonly columns: TableColumns
  readonly rules: SyncRules
}

/** What each rule means for this schema. Throws, by name, for one that can't be kept. */
export function rewritePlan({ schema, columns, rules }: PlanParts): RewritePlan {
  const tables = schema.filter((object) => object.type === 'table')
  const plan = new Map<string, PlannedColumn[]>()
  for (const [wanted, chosen] of rules) {
    const table = tables.find(({ model }) => model && foldCase(model) === foldCase(wanted))
    if (!table?.model)
      throw new OctavoError(
        'model-unknown',
        `sync.columns names ${wanted}, and no model is called so`,
      )
    const known = columns.get(table.name) ?? []
    const planned = chosen.map(([column, rule]) => {
      const facts = known.find(({ name }) => name === column)
      if (!facts) throw unknownColumn(`${table.model}.${column}`, known)
      const place = {
        shown: `${table.model}.${column}`,
        table,
        isKey: isKey(table, column, tables),
      }
      requireRewritable({ ...place, facts, rule })
      return { facts, rule }
    })
    if (plan.has(table.model))
      throw new OctavoError('config-invalid', `sync.columns names ${table.model} twice`, {
        hint: 'Names of models compare without case: put their columns together.',
      })
    plan.set(table.model, planned)
  }
  requireInherited(plan, { tables, columns })
  return plan
}

function unknownColumn(shown: string, known: readonly ColumnFacts[]): OctavoError {
  return new OctavoError(
    'config-invalid',
    `sync.columns names ${shown}, and there is no such column`,
    {
      hint: `There is: ${known.map(({ name }) => name).join(', ')}.`,
    },
  )
}

/** Whether it is part of a key, or of a reference from or to the table. */
function isKey(table: TableObject, column: string, tables: readonly TableObject[]): boolean {
  const name = foldCase(column)
  const among = (names: readonly string[]): boolean => names.some((one) => foldCase(one) === name)
  if (among(table.primary_key) || table.references.some((one) => among(one.columns))) return true
  return tables.some(({ references }) =>
    references.some((one) => foldCase(one.table) === foldCase(table.name) && among(one.to)),
  )
}

/** Whoever reads a table of PostgreSQL reads the rows of those that inherit from it, too. */
function requireInherited(
  plan: RewritePlan,
  { tables, columns }: Pick<PlanParts, 'columns'> & { readonly tables: readonly TableObject[] },
): void {
  const names = new Map(tables.map(({ name, model = name }) => [name, model]))
  const isPlanned = (table: string, column: string): boolean =>
    plan.get(names.get(table) ?? table)?.some(({ facts }) => facts.name === column) === true
  for (const [table, own] of columns)
    for (const { name, shownBy = [] } of own) {
      const parent = shownBy.find((one) => isPlanned(one, name))
      if (parent === undefined || isPlanned(table, name)) continue
      const shown = `${names.get(table) ?? table}.${name}`
      throw new OctavoError(
        'config-invalid',
        `sync.columns names ${names.get(parent) ?? parent}.${name}, which shows the values of ${shown} as well`,
        { hint: `Give ${shown} a rule, too: its table inherits from the other.` },
      )
    }
}
