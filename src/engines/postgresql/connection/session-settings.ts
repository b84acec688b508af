/**
 * What makes the text of a value exact, and the same on every server: two exports of one content are
 * equal byte for byte, and what one wrote the other reads. An empty search path spells out the schema
 * of every name, and keeps functions of the user out of our statements.
 */
const settings: readonly (readonly [string, string])[] = [
  ['search_path', ''],
  ['client_encoding', 'UTF8'],
  ['datestyle', 'ISO, YMD'],
  ['intervalstyle', 'postgres'],
  ['timezone', 'UTC'],
  ['extra_float_digits', '1'],
  ['bytea_output', 'hex'],
  ['xmloption', 'content'],
  ['lc_monetary', 'C'],
  ['standard_conforming_strings', 'on'],
  ['quote_all_identifiers', 'off'],
  ['array_nulls', 'on'],
  // Rows that a policy hides would be missing without a word: an error names the table instead.
  ['row_security', 'off'],
  ['check_function_bodies', 'off'],
  ['default_table_access_method', 'heap'],
  ['default_tablespace', ''],
  ['jit', 'off'],
  ['statement_timeout', '0'],
  ['idle_in_transaction_session_timeout', '0'],
]

/** For one transaction: behind a pooler a session may not be ours for longer. */
export function settingsSql(lockTimeoutMs: number, versionNumber: number): string {
  const all = [
    ...settings,
    ['lock_timeout', String(lockTimeoutMs)] as const,
    ...(versionNumber >= 170_000 ? [['transaction_timeout', '0'] as const] : []),
  ]
  return all.map(([name, value]) => `SET LOCAL ${name} = '${value}'`).join(';\n')
}
