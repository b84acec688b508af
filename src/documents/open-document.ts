import type { DocumentReading } from '../core/document.js'
import { readBytes, type ReadOptions } from './byte-source.js'
import { readHead } from './document-head.js'
import { DocumentReader } from './document-reader.js'
import { LineReader } from './line-reader.js'
import { requireJson } from './require-json.js'
import { rewriteDocument } from './rewrite-document.js'

export interface OpenDocument extends ReadOptions {
  /** Where a document in another layout is made canonical; its file goes when the reading closes. */
  readonly workFolder: string
}

/**
 * Opens a document, plain or gzip. Our own layout is read as it is; any other layout of the same JSON
 * is first made canonical in `workFolder`.
 */
export async function openDocument(path: string, options: OpenDocument): Promise<DocumentReading> {
  return (await openCanonical(path, options)) ?? rewriteDocument(path, options)
}

/** Null where the file has another layout than ours. */
export async function openCanonical(
  path: string,
  options: ReadOptions,
): Promise<DocumentReading | null> {
  const lines = new LineReader(readBytes(path, options), options.digests)
  const close = (): Promise<void> => lines.close()
  try {
    requireJson(await lines.remainder(64))
    const head = await readHead(lines)
    const { digests } = options
    if (head) return new DocumentReader({ head, lines, closing: null, digests, close })
  } catch (error) {
    await close()
    throw error
  }
  await close()
  return null
}
