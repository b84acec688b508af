/** A name as SQL takes it, whatever characters it holds. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as an SQL literal. It must not hold U+0000, at which SQLite stops reading. */
export function quoteString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The JSON path to a member of any name: `$."a"`. */
export function jsonPath(name: string): string {
  return `$.${JSON.stringify(name)}`
}
