/**
 * A name as it is compared without case: like SQLite, which knows the case of ASCII letters only, so
 * that `É` and `é` stay two names.
 */
export function foldCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
