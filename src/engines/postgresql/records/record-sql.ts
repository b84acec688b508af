import type { RecordTable } from '../schema/name-tables.js'
import type { StoredColumn, StoredTable } from '../schema/stored-table.js'
import { quoteQualified, quoteText } from '../sql/quote.js'
import { sortSql, valueSql } from './value-sql.js'

/**
 * Copies the record lines of a model out, each with the comma behind it that separates it from the
 * next. In CSV with these marks a line stands as it is, since no control character is in it; the
 * usual text form of COPY would double every backslash.
 */
export function copyRecordsSql(table: RecordTable): string {
  const { stored } = table
  const line = joined([...lineParts(table), quoteText('},')])
  const select = `SELECT ${line} AS line FROM ${fromSql(stored)}`
  const sorted =
    stored.key.length > 0
      ? `${select} ORDER BY ${keyColumns(stored).map(sortSql).join(', ')}`
      : `SELECT line FROM (${select}) l ORDER BY convert_to(line, 'UTF8')`
  return `COPY (${sorted}) TO STDOUT WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`
}

/** The record line of a row `t`, with nothing behind it. */
export function lineSql(table: RecordTable): string {
  return joined([...lineParts(table), quoteText('}')])
}

/** A table's own rows: those of tables that inherit from it are records of their own models. */
export function fromSql({ schema, table, partitioned }: StoredTable): string {
  return `${partitioned ? '' : 'ONLY '}${quoteQualified(schema, table)} t`
}

export function keyColumns({ key, columns }: StoredTable): StoredColumn[] {
  return key.flatMap((name) => columns.find((column) => column.name === name) ?? [])
}

function lineParts({ model, stored }: RecordTable): string[] {
  const keys = keyColumns(stored)
  const fields = stored.columns.filter(({ name }) => !stored.key.includes(name))
  return [
    quoteText(`{"model":${JSON.stringify(model)},"pk":${keys.length > 1 ? '[' : ''}`),
    ...(keys.length === 0 ? [quoteText('null')] : []),
    ...keys.flatMap((key, index) => [...(index > 0 ? [quoteText(',')] : []), valueSql(key)]),
    quoteText(`${keys.length > 1 ? ']' : ''},"fields":{`),
    ...fields.flatMap((column, index) => [
      quoteText(`${index > 0 ? ',' : ''}${JSON.stringify(column.name)}:`),
      valueSql(column),
    ]),
    quoteText('}'),
  ]
}

/** A function takes 100 arguments, and a table may have 1,600 columns. */
const mostArguments = 90

function joined(parts: readonly string[]): string {
  if (parts.length <= mostArguments) return `concat(${parts.join(', ')})`
  const groups: string[] = []
  for (let from = 0; from < parts.length; from += mostArguments)
    groups.push(joined(parts.slice(from, from + mostArguments)))
  return joined(groups)
}
