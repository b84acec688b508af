const token = /"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu

/** The names in a piece of SQL that pg_dump wrote, without their quotes: `public."odd name".id`. */
export function namesIn(sql: string): string[] {
  return [...sql.matchAll(token)].map(([name]) =>
    name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name,
  )
}

/** A name as SQLite takes any. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
