import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

/** The content digest of a complete document; null where there is no file; throws for half a one. */
export function contentOfDocument(path: string): string | null {
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const closing = bytes.lastIndexOf('\n"sha256":"') + 1
  const document: unknown = JSON.parse(bytes.toString())
  const { sha256, content_sha256 } = document as { sha256: string; content_sha256: string } // format.md
  const found = createHash('sha256').update(bytes.subarray(0, closing)).digest('hex')
  if (found !== sha256) throw new Error(`${path} was altered`)
  return content_sha256
}
