/** A file of the next commit: a blob that is there, a small text, or null to remove it. */
export type TreeChange =
  | { readonly path: string; readonly sha: string | null }
  | { readonly path: string; readonly content: string }
