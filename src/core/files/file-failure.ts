/** Whether a call of the system failed with one of these codes, such as `EEXIST`. */
export function failedWith(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

/** Whether a file call failed because there is no such file or folder. */
export function isMissing(error: unknown): boolean {
  return failedWith(error, 'ENOENT', 'ENOTDIR')
}
