export const prodLabel = 'prod'
export const devLabel = 'dev'

/** Whether a label says that a database is the one that people work with. */
export function isProd(label: string): boolean {
  return /^\s*prod(uction)?\s*$/i.test(label)
}

/** A label as people read it; an empty one says that nobody said. */
export function shownLabel(label: string): string {
  return label === '' ? 'label not known' : label
}

/** What to do about a label that is not known. */
export const labelAdvice =
  'set DATABASE_LABEL to what the database is, or DATABASE_URL_PROD to the address of production'
