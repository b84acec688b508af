/** How large the pieces of a document are on the branch, in bytes. */
export interface PartSizes {
  /** A document up to this size stays one file. */
  readonly whole: number
  /** From one place where a cut may be to the next, else there is no cut. */
  readonly least: number
  /** What a part has on average, roughly: a record is a place to cut with a chance of length/usual. */
  readonly usual: number
  /** No part is larger, whatever the records are. */
  readonly most: number
}

/**
 * GitHub's API fails to create a file above some 25 MiB, since it travels as base64: `most` is half
 * of that. It takes 500 new objects an hour: `least` makes 400 of the largest document.
 */
export const partSizes: PartSizes = {
  whole: 20_000_000,
  least: 250_000,
  usual: 1_000_000,
  most: 12_000_000,
}
