/** Sorts as the engines sort: numbers by value, before text by its bytes. */
export type CardKey = string | number | bigint

/**
 * Cards sorted on disk, in drawers by name: what is too much for memory. Cards of one key come in the
 * order in which they were put in.
 */
export interface CardIndex {
  put(drawer: string, key: CardKey, text: string): void
  get(drawer: string, key: CardKey): string[]
  /** Cards may be put into other drawers meanwhile. */
  all(drawer: string): Iterable<readonly [key: CardKey, text: string]>
  count(drawer: string): number
}
