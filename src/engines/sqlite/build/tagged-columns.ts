const tagStart = Buffer.from('{"$')
/** Members of a record that a column may be named like. */
const members = new Set(['model', 'pk', 'rowid', 'fields'])
const memberStarts = new Set(Buffer.from(',{'))

/**
 * Which columns of a batch of record lines hold tagged values, as positions in `names`; null where a
 * tag stands elsewhere, in a key or behind a name that could be two things. `{"$` occurs in no text:
 * its quote would be escaped.
 */
export class TaggedColumns {
  readonly #needles: readonly (Buffer | null)[]

  constructor(names: readonly string[]) {
    this.#needles = names.map((name) =>
      members.has(name) ? null : Buffer.from(`${JSON.stringify(name)}:`),
    )
  }

  find(batch: Buffer): ReadonlySet<number> | null {
    const found = new Set<number>()
    for (let at = batch.indexOf(tagStart); at !== -1; at = batch.indexOf(tagStart, at + 1)) {
      const column = this.#columnBefore(batch, at, found)
      if (column === -1) return null
      found.add(column)
    }
    return found
  }

  /** Most tags stand in the column of the one before. */
  #columnBefore(batch: Buffer, at: number, found: ReadonlySet<number>): number {
    for (const column of found) if (this.#endsWith(batch, at, column)) return column
    return this.#needles.findIndex((_, column) => this.#endsWith(batch, at, column))
  }

  #endsWith(batch: Buffer, at: number, column: number): boolean {
    const needle = this.#needles[column]
    if (!needle || at <= needle.length) return false
    const start = at - needle.length
    return (
      memberStarts.has(batch[start - 1] ?? 0) &&
      batch.compare(needle, 0, needle.length, start, at) === 0
    )
  }
}
