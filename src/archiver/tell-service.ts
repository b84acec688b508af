import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Clock } from '../core/clock.js'
import { errorTable } from '../core/error-table.js'
import { messageOf } from '../core/message-of.js'
import { backupAddress } from './backup-address.js'
import { readStart } from './read-start.js'

const tries = 3
const pauseMs = 2000
const answerMs = 30_000
/** More than any answer of Octavo's has. */
const mostBytes = 16 * 1024

/** What the service remembers, so that it knows when archiving stopped. */
export interface ArchivedNotice {
  readonly database: string
  readonly repository: string
  readonly commit: string
  readonly name: string
  readonly content_sha256: string
  readonly at: string
}

export interface TellOptions {
  readonly backupUrl: string
  readonly backupKey: string
  readonly notice: ArchivedNotice
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** Tells the service of the commit. Never throws: returns why it could not be told, or null. */
export async function tellService(options: TellOptions): Promise<string | null> {
  const url = archivedAddress(options.backupUrl)
  // An export at an address of the app's own choosing: there is nothing to tell it to.
  if (url === null) return null
  let fault = ''
  for (let attempt = 0; attempt < tries; attempt += 1) {
    try {
      if (attempt > 0) await options.clock.sleep(pauseMs, options.signal)
      const { status, isOurs } = await post(url, options)
      if (status >= 200 && status < 300) return null
      // An app that passes on the export alone has chosen so.
      if (status === 404 && !isOurs) return null
      fault = `it answered with status ${status}`
      if (status < 500) break
    } catch (error) {
      fault = messageOf(error)
      if (options.signal?.aborted) break
    }
  }
  return `the service was not told of the backup at ${url.origin}${url.pathname}: ${fault}`
}

/** Beside the export: `/schedule/api/backup/archived/` for `/schedule/api/backup/database/`. */
export function archivedAddress(backupUrl: string): URL | null {
  const { origin, pathname } = backupAddress(backupUrl)
  const [, before, slash] = /^(.*\/api\/backup)\/database(\/?)$/.exec(pathname) ?? []
  return before === undefined ? null : new URL(`${before}/archived${slash}`, origin)
}

interface Told {
  readonly status: number
  /** Whether a 404 is Octavo's own; an app without the route has one of its own. */
  readonly isOurs: boolean
}

function post(url: URL, { backupKey, notice, signal }: TellOptions): Promise<Told> {
  const start = url.protocol === 'https:' ? requestHttps : requestHttp
  const body = JSON.stringify(notice)
  const headers = {
    authorization: `Bearer ${backupKey}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  const ends = AbortSignal.any([AbortSignal.timeout(answerMs), ...(signal ? [signal] : [])])
  return new Promise((resolve, reject) => {
    const sent = start(url, { method: 'POST', headers, signal: ends, agent: false }, (answer) => {
      const status = answer.statusCode ?? 0
      if (status === 404)
        return void readStart(answer, mostBytes).then(
          (text) => resolve({ status, isOurs: isErrorOfOurs(text) }),
          reject,
        )
      answer.resume()
      resolve({ status, isOurs: false })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Octavo's failures are JSON with a code of its table; what frameworks say of 404 has another shape. */
function isErrorOfOurs(text: string): boolean {
  try {
    const { code }: { readonly code?: unknown } = Object(JSON.parse(text))
    return typeof code === 'string' && Object.hasOwn(errorTable, code)
  } catch {
    return false
  }
}
