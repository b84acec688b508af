/** As many as a message holds; an error carries all of them in its details. */
export function firstDifferences(differences: readonly string[]): string {
  return differences.slice(0, 3).join('; ')
}
