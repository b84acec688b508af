import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { OctavoError } from '../../core/errors.js'
import type { StoreCall } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { pause } from './ask-service.js'
import { mayPass, remoteError } from './fault.js'
import type { RemotePlace } from './remote-place.js'

/** An answer that gives an object from some byte on. */
export interface ObjectAnswer {
  readonly body: Readable
  /** Of the body. */
  readonly bytes: number
  /** Which object it is, among all that ever had the name; undefined where the service does not say. */
  readonly version: string | undefined
  /** Of the whole object, in base64, where the service says it. */
  readonly md5?: string | undefined
}

/** One call of `get`. */
export interface Reading<P extends RemotePlace> {
  readonly place: P
  readonly name: string
  /** Begins messages. */
  readonly what: string
  readonly signal: AbortSignal | undefined
}

/** Asks for what follows byte `at` of that version; null where nothing does. */
export type AskObject<P extends RemotePlace> = (
  reading: Reading<P>,
  at: number,
  version: string | undefined,
) => Promise<ObjectAnswer | null>

/**
 * Reads an object in one answer; where it breaks off, what follows in another one, on the condition that
 * it is still the same object. Whatever comes gives it all its attempts again.
 */
export async function* readObject<P extends RemotePlace>(
  { place, name, ask }: Pick<Reading<P>, 'place' | 'name'> & { readonly ask: AskObject<P> },
  { start = 0, signal, onBytes }: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  const what = `could not read ${name} from ${place.shown}`
  const reading = { place, name, what, signal }
  const hash = createHash('md5')
  let at = start
  let version: string | undefined
  let md5: string | undefined
  for (let failures = 0; ;) {
    const answer = await ask(reading, at, version)
    if (answer === null) return
    version = answer.version
    if (at === 0) md5 = answer.md5
    const end = at + answer.bytes
    const ending: Ending = { fault: null }
    for await (const piece of piecesOf(answer.body, ending)) {
      at += piece.length
      failures = 0
      if (md5 !== undefined) hash.update(piece)
      onBytes?.(at - start)
      yield piece
      requireGoing(signal, what)
    }
    requireGoing(signal, what)
    if (at === end) {
      if (md5 !== undefined) requireSame(hash.digest('base64'), md5, what)
      return
    }
    failures += 1
    const fault = ending.fault ?? new Error('the answer ended early')
    if (version === undefined || !mayPass(fault, place.faults) || failures >= place.pace.attempts)
      throw remoteError(fault, what, place, failures)
    await pause(place, failures, fault, { what, signal })
  }
}

function requireSame(md5: string, said: string, what: string): void {
  if (md5 !== said)
    throw new OctavoError('store-failed', `${what}: it came with other bytes than were stored`)
}

interface Ending {
  fault: unknown
}

/** The pieces of an answer until it ends or breaks off; with what is left in `ending`. */
async function* piecesOf(body: Readable, ending: Ending): AsyncGenerator<Buffer> {
  const pieces: AsyncIterator<Buffer> = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await pieces.next().catch((error: unknown) => {
        ending.fault = error
        return null
      })
      if (next === null || next.done === true) return
      yield next.value
    }
  } finally {
    body.destroy()
  }
}

/** What `ask` throws where a service gives the whole object in place of a part of it. */
export function noPart(what: string): OctavoError {
  return new OctavoError('store-failed', `${what}: it does not give a part of an object`)
}

/** Where the object that was begun is no longer the one of the name. */
export function changedMeanwhile(what: string, cause: OctavoError): OctavoError {
  const message = `${what}: it was removed or replaced meanwhile`
  return new OctavoError('store-failed', message, { cause })
}

export function notThere(place: Pick<RemotePlace, 'shown'>, name: string): OctavoError {
  return new OctavoError('not-found', `${place.shown} holds no ${name}`, {
    hint: 'Look at what is there; it may have been pruned.',
  })
}
