/** Whether a text names a path itself, and not one that only begins like it. */
export function namesPath(text: string, path: string): boolean {
  const [, ...behind] = text.split(path)
  return behind.some((rest) => /^($|[\s:,;'"`’”)])/.test(rest))
}
