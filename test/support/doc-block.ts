import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../house/source-files.js'

/** The code block of a page in docs that stands behind `<!-- name -->`. */
export function docBlock(page: string, name: string): string {
  const text = readFileSync(join(projectRoot, 'docs', page), 'utf8')
  const marker = `<!-- ${name} -->\n\n\`\`\``
  const start = text.indexOf(marker)
  if (start === -1) throw new Error(`docs/${page} has no block ${name}`)
  const block = text.slice(text.indexOf('\n', start + marker.length) + 1)
  return block.slice(0, block.indexOf('```'))
}
