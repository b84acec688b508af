const promises =
  /^((NULL|NUMERIC|TEXT|non-[A-Z]+) value in |CHECK constraint failed in |non-unique entry in index )/

/**
 * Whether a line of `PRAGMA integrity_check` says only that a row breaks what its table promises. Rows
 * can after the stored schema was edited, with checks turned off, or by way of an index that was
 * damaged. Every other line speaks of damage.
 */
export function isBrokenPromise(line: string): boolean {
  return promises.test(line)
}
