import { spawnSync } from 'node:child_process'

/** A Python that has these modules; undefined where there is none. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const words = ['-c', `import ${modules.join(', ')}`]
  return ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, words).status === 0)
}
