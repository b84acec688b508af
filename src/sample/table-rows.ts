type Cell = string | number | bigint | Buffer | null

/** Rows for one table. Whole numbers are bigint: a number is stored as REAL. */
export interface TableRows {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

export function flag(value: boolean): bigint {
  return value ? 1n : 0n
}

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** An instant as Django stores it on SQLite: UTC, and microseconds only where there are some. */
export function djangoInstant(ms: number, microseconds = 0): string {
  const seconds = new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
  return microseconds === 0 ? seconds : `${seconds}.${String(microseconds).padStart(6, '0')}`
}
