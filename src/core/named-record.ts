/** A record by its model, and by the key that a comparison gives it (docs/restore.md). */
export interface NamedRecord {
  readonly model: string
  readonly key: string
}
