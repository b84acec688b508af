/**
 * SQL that is true where two expressions, each a column, hold the same value: the same storage class, the
 * same bytes, the same sign of zero. BINARY compares stored bytes without converting them.
 */
export function sameValue(x: string, y: string): string {
  return `(${x} COLLATE BINARY IS ${y} AND typeof(${x}) = typeof(${y}) AND (${x} COLLATE BINARY IS NOT 0 OR
    typeof(${x}) <> 'real' OR (atan2(${x}, -1) < 0) = (atan2(${y}, -1) < 0)))`
}
