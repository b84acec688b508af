import type { GetObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Readable } from 'node:stream'
import { OctavoError } from '../../core/errors.js'
import type { StoreCall } from '../../core/store.js'
import { requireGoing } from '../stopped.js'
import { askS3, pause } from './ask-s3.js'
import { isFault, mayPass, s3Error } from './s3-fault.js'
import type { S3Place } from './s3-place.js'

interface Reading {
  readonly name: string
  readonly what: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads an object in one answer; where it breaks off, what follows in another one, on the condition that
 * it is still the same object. Whatever comes gives it all its attempts again.
 */
export async function* getObject(
  place: S3Place,
  name: string,
  { start = 0, signal, onBytes }: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  const reading: Reading = { name, what: `could not read ${name} from ${place.shown}`, signal }
  let at = start
  let etag: string | undefined
  for (let failures = 0; ;) {
    const answer = await ask(place, reading, at, etag)
    if (answer === null) return
    etag = answer.ETag
    const end = at + (answer.ContentLength ?? 0)
    const ending: Ending = { fault: null }
    for await (const piece of piecesOf(answer, ending)) {
      at += piece.length
      failures = 0
      onBytes?.(at - start)
      yield piece
      requireGoing(signal, reading.what)
    }
    requireGoing(signal, reading.what)
    if (at === end) return
    failures += 1
    const fault = ending.fault ?? new Error('the answer ended early')
    if (etag === undefined || !mayPass(fault) || failures >= place.pace.attempts)
      throw s3Error(fault, reading.what, place, failures)
    await pause(place, failures, fault, reading)
  }
}

interface Ending {
  fault: unknown
}

/** The pieces of an answer until it ends or breaks off; with what is left in `ending`. */
async function* piecesOf(answer: GetObjectCommandOutput, ending: Ending): AsyncGenerator<Buffer> {
  const body = streamOf(answer)
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

function streamOf({ Body }: GetObjectCommandOutput): Readable {
  // The SDK gives a stream of Node where it runs in Node.
  return Body as Readable
}

/** Null where the object has nothing from there on. */
async function ask(
  place: S3Place,
  { name, what, signal }: Reading,
  at: number,
  etag: string | undefined,
): Promise<GetObjectCommandOutput | null> {
  try {
    const answer = await askS3(place, { what, signal }, (s3, options) =>
      s3.getObject(
        {
          Bucket: place.bucket,
          Key: place.prefix + name,
          ...(at === 0 ? {} : { Range: `bytes=${at}-` }),
          ...(etag === undefined ? {} : { IfMatch: etag }),
        },
        options,
      ),
    )
    // Something between us and the service may not know ranges.
    if (at === 0 || answer.ContentRange?.startsWith(`bytes ${at}-`) === true) return answer
    streamOf(answer).destroy()
    throw new OctavoError('store-failed', `${what}: it does not give a part of an object`)
  } catch (error) {
    if (isFault(error, 'InvalidRange', 416)) return null
    if (etag !== undefined && isFault(error, 'PreconditionFailed', 412, 'NoSuchKey'))
      throw new OctavoError('store-failed', `${what}: it was removed or replaced meanwhile`, {
        cause: s3Error(error, what, place),
      })
    if (isFault(error, 'NoSuchKey', 'NotFound'))
      throw new OctavoError('not-found', `${place.shown} holds no ${name}`, {
        hint: 'Look at what is there; it may have been pruned.',
      })
    throw s3Error(error, what, place)
  }
}
