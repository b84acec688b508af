import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { OctavoError } from '../core/errors.js'
import { isMissing } from '../core/files/file-failure.js'

/** Only a binding that was compiled with headers of Node 24.19 or newer asks for this. */
const fatalSymbol = 'RemoveEnvironmentCleanupHook'

/**
 * Why this Node would abort with SQLite's binding as it is (docs/adr/0001); null where it would not.
 * The file is looked at, not loaded: an abort could be caught by nobody.
 */
export async function nodeFault(
  version = process.version,
  binding = bindingPath(),
): Promise<OctavoError | null> {
  if (!version.startsWith('v24.') || !(await contentOf(binding)).includes(fatalSymbol)) return null
  return new OctavoError(
    'node-unsupported',
    `SQLite's binding was compiled with Node 24.19 or newer, and Node ${version} would abort with it`,
    {
      hint: 'Take Node 22, 20 (from 20.19) or 24 (up to 24.18), remove node_modules, and install again.',
    },
  )
}

/** Throws where a command that opens a database would abort. */
export async function requireWorkingNode(): Promise<void> {
  const fault = await nodeFault()
  if (fault) throw fault
}

function bindingPath(): string {
  const library = createRequire(import.meta.url).resolve('better-sqlite3/package.json')
  return join(library, '../build/Release/better_sqlite3.node')
}

/** Nothing where there is no binding: whoever loads it says so. */
async function contentOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isMissing(error)) return Buffer.alloc(0)
    throw error
  }
}
