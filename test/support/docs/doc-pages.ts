import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../house/source-files.js'

export interface DocPage {
  /** From the root of the project: `docs/from/qhog.md`. */
  readonly path: string
  readonly text: string
}

/** The README and the pages that tell users what to do: those in `docs` and in `docs/from`. */
export function docPages(): DocPage[] {
  const inDocs = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(from\/)?[^/]+\.md$/.test(name))
    .map((name) => `docs/${name}`)
  return ['README.md', ...inDocs].map((path) => ({
    path,
    text: readFileSync(join(projectRoot, path), 'utf8'),
  }))
}
