import { OctavoError } from '../../core/errors.js'
import type { Store } from '../../core/store.js'

/** A manifest of ten thousand models is far smaller. */
const mostBytes = 16 * 1024 * 1024

/** A small object as text. */
export async function readObject(
  store: Store,
  name: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of store.get(name, { signal })) {
    bytes += piece.length
    if (bytes > mostBytes)
      throw new OctavoError('document-invalid', `${name} in ${store.shown} is too large to be ours`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}
