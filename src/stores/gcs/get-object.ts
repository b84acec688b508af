import type { IncomingHttpHeaders } from 'node:http'
import type { StoreCall } from '../../core/store.js'
import { askService } from '../remote/ask-service.js'
import { remoteError } from '../remote/fault.js'
import {
  changedMeanwhile,
  noPart,
  notThere,
  readObject,
  type ObjectAnswer,
  type Reading,
} from '../remote/read-object.js'
import { objectUrl } from './ask-gcs.js'
import { isFault } from './gcs-fault.js'
import type { GcsPlace } from './gcs-place.js'
import { requireBucket } from './list-objects.js'
import { sendRequest } from './send-request.js'

export function getObject(
  place: GcsPlace,
  name: string,
  call: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  return readObject({ place, name, ask }, call)
}

async function ask(
  { place, name, what, signal }: Reading<GcsPlace>,
  at: number,
  generation: string | undefined,
): Promise<ObjectAnswer | null> {
  const url = objectUrl(place, place.prefix + name, {
    alt: 'media',
    ...(generation === undefined ? {} : { generation }),
  })
  const headers: Record<string, string> = at === 0 ? {} : { range: `bytes=${at}-` }
  try {
    const body = await askService(place, { what, signal }, ({ abortSignal }) =>
      sendRequest(place, { method: 'GET', url, headers }, abortSignal),
    )
    const said = body.headers
    // Something between us and the service may not know ranges.
    if (at === 0 || said['content-range']?.startsWith(`bytes ${at}-`) === true)
      return {
        body,
        bytes: Number(said['content-length'] ?? 0),
        version: textOf(said, 'x-goog-generation'),
        md5: /md5=([\w+/]+=*)/.exec(textOf(said, 'x-goog-hash') ?? '')?.[1],
      }
    body.destroy()
    throw noPart(what)
  } catch (error) {
    if (isFault(error, 416)) return null
    if (!isFault(error, 404)) throw remoteError(error, what, place)
    if (generation !== undefined) throw changedMeanwhile(what, remoteError(error, what, place))
    await requireBucket(place, { what, signal })
    throw notThere(place, name)
  }
}

function textOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
