import { randomUUID } from 'node:crypto'
import { OctavoError } from '../../core/errors.js'
import type { PutSource, StoreCall } from '../../core/store.js'
import { provedBytes } from '../proved-bytes.js'
import { remoteError } from './fault.js'
import type { RemotePlace } from './remote-place.js'
import { onlyMore } from './sent-bytes.js'

/** One call of `put`. */
export interface Putting<P extends RemotePlace> {
  readonly place: P
  readonly name: string
  readonly key: string
  /** Kept with the object, so that it is known as this call's own. */
  readonly id: string
  /** Begins messages. */
  readonly what: string
  readonly source: PutSource
  readonly call: StoreCall
}

export function putting<P extends RemotePlace>(
  place: P,
  name: string,
  source: PutSource,
  call: StoreCall,
): Putting<P> {
  return {
    place,
    name,
    key: place.prefix + name,
    id: randomUUID(),
    what: `could not store ${name} in ${place.shown}`,
    source,
    call: { ...call, onBytes: onlyMore(call.onBytes) },
  }
}

/** All bytes of a source that fits into memory, compared with its digest. */
export async function wholeBytes({ source, what, call }: Putting<RemotePlace>): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(source.size)
  let at = 0
  for await (const piece of provedBytes(source, what, call.signal)) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function taken({ place, name, what }: Putting<RemotePlace>, refused?: unknown): OctavoError {
  const cause = refused === undefined ? undefined : remoteError(refused, what, place)
  return new OctavoError('store-taken', `${place.shown} already holds ${name}`, { cause })
}

export function notWhole({ what, source }: Putting<RemotePlace>, held: unknown): OctavoError {
  const message = `${what}: the service holds ${String(held)} of its ${source.size} bytes`
  return new OctavoError('store-failed', message)
}

export const objectLeft = 'What was sent of it may be there: look, and remove it.'
