import { createHash } from 'node:crypto'
import { get } from 'node:http'
import { text } from 'node:stream/consumers'
import { OctavoError } from '../core/errors.js'

export interface FetchedExport {
  readonly bytes: number
  readonly records: number
  readonly verified: string
}

/**
 * Takes a verified export from our own service as any client would, and checks that what arrived is
 * what was sent. Not `fetch`: that gives up on an answer that takes five minutes to begin.
 */
export function fetchExport(url: string, key: string, signal: AbortSignal): Promise<FetchedExport> {
  const headers = { authorization: `Bearer ${key}`, accept: 'application/json' }
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, signal }, (response) => {
      const read = async (): Promise<FetchedExport> => {
        if (response.statusCode !== 200) throw failure(await text(response))
        const hash = createHash('sha256')
        let bytes = 0
        // Without an encoding a response gives buffers.
        for await (const chunk of response as AsyncIterable<Buffer>) {
          hash.update(chunk)
          bytes += chunk.length
        }
        if (response.headers['repr-digest'] !== `sha-256=:${hash.digest('base64')}:`)
          throw new OctavoError('verify-failed', 'the export arrived altered')
        const records = Number(response.headers['octavo-records'])
        return { bytes, records, verified: String(response.headers['octavo-verified'] ?? 'no') }
      }
      read().then(resolve, reject)
    })
    request.on('error', reject)
  })
}

function failure(body: string): OctavoError {
  return new OctavoError('fetch-failed', `the first export failed: ${body.slice(0, 500)}`, {
    hint: 'The log above says more; docs/errors.md explains the code.',
  })
}
