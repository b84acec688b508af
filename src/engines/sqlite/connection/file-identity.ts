import { realpathSync, statSync } from 'node:fs'

/** What tells a file from another one that its name leads to later. */
export interface FileIdentity {
  readonly device: bigint
  readonly number: bigint
}

/** Null where nothing is there. */
export function identityOf(path: string): FileIdentity | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found ? { device: found.dev, number: found.ino } : null
}

export function isSameFile(a: FileIdentity | null, b: FileIdentity | null): boolean {
  return a !== null && b !== null && a.device === b.device && a.number === b.number
}

/** The path behind links, which may be switched at any time; as it is where nothing is there. */
export function behindLinks(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Whoever opens it says what is wrong with it.
    return path
  }
}
