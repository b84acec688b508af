/** The oldest Node that Octavo runs on, as in `engines` of package.json. */
export const oldestNode = '20.19.0'

/** Whether a version of Node, with or without a `v` before it, is older than that. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = partsOf(version)
  const [oldestMajor = 0, oldestMinor = 0] = partsOf(oldestNode)
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
}

function partsOf(version: string): number[] {
  return version.replace(/^v/, '').split('.').map(Number)
}
