import { createHash } from 'node:crypto'
import { OctavoError } from '../core/errors.js'
import type { PutSource } from '../core/store.js'
import { untilAborted } from './stopped.js'

/**
 * The bytes of a source from its start, as they come. Ends with `io-failed`, before its last byte counts,
 * where they are not those that the source says it has. `what` begins the messages.
 */
export async function* provedBytes(
  source: PutSource,
  what: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of untilAborted(source.read(), signal, what)) {
    bytes += piece.length
    if (bytes > source.size) throw changed(what, `more than its ${source.size} bytes`)
    hash.update(piece)
    yield piece
  }
  if (bytes < source.size) throw changed(what, `${bytes} of its ${source.size} bytes`)
  if (hash.digest('hex') !== source.sha256) throw changed(what, 'other bytes')
}

function changed(what: string, how: string): OctavoError {
  return new OctavoError('io-failed', `${what}: its source gave ${how}`, {
    hint: 'Nothing was stored. The file was changed, or its disk reads it wrongly: look at the system log, then run it again.',
  })
}
