import { quoteName } from '../sql/quote.js'
import type { StoredColumn, ValueForm } from '../schema/stored-table.js'

/**
 * `concat` gives what the output function of the type gives, where a cast to text may say something
 * else: it cuts the blanks of `char(n)`, and shows `1.2.3.4` as `1.2.3.4/32`.
 */
const expressions: Readonly<Record<ValueForm, (value: string) => string>> = {
  boolean: (value) => `coalesce(${value}::bool::text, 'null')`,
  integer: (value) => `coalesce(${value}::text, 'null')`,
  bigint: (value) =>
    `CASE WHEN ${value} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${value}::text ` +
    `WHEN ${value} IS NULL THEN 'null' ELSE concat('{"$numberLong":"', ${value}, '"}') END`,
  float: (value) =>
    `CASE WHEN ${value} IS NULL THEN 'null' ` +
    `WHEN ${value} IN ('NaN', 'Infinity', '-Infinity') ` +
    `THEN concat('{"$numberDouble":"', ${value}, '"}') ELSE ${value}::text END`,
  bytes: (value) =>
    `CASE WHEN ${value} IS NULL THEN 'null' ELSE concat('{"$binary":{"base64":"', ` +
    `translate(encode(${value}, 'base64'), E'\\n', ''), '","subType":"00"}}') END`,
  // IS NULL asks a composite value for its members: a row of nulls is a value.
  text: (value) =>
    `CASE WHEN ${value} IS NOT DISTINCT FROM NULL THEN 'null' ` +
    `ELSE to_json(concat(${value}))::text END`,
}

/** SQL for a value as a document spells it. */
export function valueSql({ name, form }: StoredColumn): string {
  return expressions[form](`t.${quoteName(name)}`)
}

/** SQL for the place of a row by one column of its key. */
export function sortSql({ name, sortedBy }: StoredColumn): string {
  const value = `t.${quoteName(name)}`
  if (sortedBy === 'collated') return `${value} COLLATE "C"`
  return sortedBy === 'value' ? value : `concat(${value}) COLLATE "C"`
}
