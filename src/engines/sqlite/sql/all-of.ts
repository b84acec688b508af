/** Joins conditions as a balanced tree: SQLite allows 1,000 levels, a table 2,000 columns. */
export function allOf(conditions: readonly string[]): string {
  if (conditions.length === 0) return '1'
  if (conditions.length <= 2) return `(${conditions.join(' AND ')})`
  const half = conditions.length >> 1
  return `(${allOf(conditions.slice(0, half))} AND ${allOf(conditions.slice(half))})`
}
