import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { OctavoError, type ErrorOptions } from '../core/errors.js'
import { errorTable, type ErrorCode } from '../core/error-table.js'
import { readStart } from './read-start.js'
import { hostStarting, lasting } from './service-wait.js'

/** How much of an answer is read to say what it is. */
const readBytes = 64 * 1024

interface Answer {
  readonly status: number
  readonly type: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly url: URL
}

/** Returns where the answer may be an export; else throws an error that names what it is. */
export async function requireExport(
  answer: IncomingMessage,
  { url, key }: { readonly url: URL; readonly key: string },
): Promise<void> {
  const status = answer.statusCode ?? 0
  const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (status === 200 && type === 'application/json') return
  const text = (await readStart(answer, readBytes)).replaceAll(key, '***')
  throw nameAnswer({ status, type, headers: answer.headers, text, url })
}

/**
 * Some apps answer 200 with an error inside. `text` is the whole body, of a small answer only: JSON
 * that is neither a document nor an export of an older kind is named by what it says.
 */
export function requireNoErrorInside(
  answer: IncomingMessage,
  text: string,
  { url, key }: { readonly url: URL; readonly key: string },
): void {
  if (/"(octavo|models)"\s*:/.test(text)) return
  const shown = text.replaceAll(key, '***')
  const { headers } = answer
  throw failed(
    { status: answer.statusCode ?? 0, type: 'application/json', headers, text: shown, url },
    'fetch-not-proved',
    readErrorBody(shown).what,
    { hint: 'Set BACKUP_URL to the address of Octavo: this is the answer of another program.' },
  )
}

function nameAnswer(answer: Answer): OctavoError {
  const { status, headers, type, text } = answer
  if (status >= 300 && status < 400) return redirected(answer)
  if (isStarting(answer))
    return failed(answer, 'fetch-failed', 'a page of its host: the service is starting', {
      hint: 'Wait until the deployment is done, then run it again.',
      details: { ...retryAfter(headers), [hostStarting]: true },
    })
  const json = type.includes('json') ? readErrorBody(text) : null
  if (json)
    return failed(answer, errorCode(status), json.what, {
      ...hintFor(answer, json.hint),
      details: { [lasting]: json.lasting },
    })
  if (/^\s*(<!doctype html|<html)/i.test(text) || type === 'text/html') return page(answer)
  const shown = excerpt(text)
  const what = shown === '' ? 'an empty body' : `${type || 'no content type'}: "${shown}"`
  return failed(answer, errorCode(status), what, hintFor(answer))
}

function failed(
  { status, headers, url }: Answer,
  code: ErrorCode,
  what: string,
  options: ErrorOptions = {},
): OctavoError {
  const asked = `${url.origin}${url.pathname}`
  return new OctavoError(code, `${asked} answered with status ${status} and ${what}`, {
    ...options,
    details: { status, ...retryAfter(headers), ...options.details },
  })
}

/** A 200 that is no export, and a refusal, are not cured by asking again. */
function errorCode(status: number): ErrorCode {
  if (status === 200) return 'fetch-not-proved'
  return status === 401 || status === 403 ? 'unauthorized' : 'fetch-failed'
}

function redirected(answer: Answer): OctavoError {
  const location = answer.headers.location ?? ''
  const target = URL.canParse(location, answer.url) ? new URL(location, answer.url) : null
  const to = target ? `${target.origin}${target.pathname}` : 'nowhere'
  if (/log-?in|sign-?in|sso|auth/i.test(to))
    return failed(answer, 'fetch-not-proved', `a redirect to a login page, ${to}`, {
      hint: 'The export must answer to the key alone: set BACKUP_URL to the address of Octavo, or free its path from the login.',
    })
  return failed(answer, 'fetch-not-proved', `a redirect to ${to}`, {
    hint: `Redirects are not followed, since they would take the key along. If the new address is yours, set BACKUP_URL to it.`,
  })
}

function page(answer: Answer): OctavoError {
  const title = excerpt(/<title[^>]*>([^<]*)/i.exec(answer.text)?.[1] ?? '')
  const named = title === '' ? '' : ` titled "${title}"`
  if (/type\s*=\s*["']?password/i.test(answer.text) || /log ?in|sign ?in/i.test(title))
    return failed(answer, 'fetch-not-proved', `a login page${named}`, {
      hint: 'The export must answer to the key alone: set BACKUP_URL to the address of Octavo, or free its path from the login.',
    })
  return failed(answer, errorCode(answer.status), `an HTML page${named}`, hintFor(answer))
}

function isStarting({ status, headers, text }: Answer): boolean {
  if (/service (is )?(waking|starting)|application (is )?loading|is being deployed/i.test(text))
    return true
  return [502, 503].includes(status) && headers['x-render-routing'] !== undefined
}

interface ErrorBody {
  readonly what: string
  readonly hint?: string
  /** Octavo says of this error that it does not pass by itself. */
  readonly lasting: boolean
}

/** The error that Octavo sends as JSON, or what else there is in the body. */
function readErrorBody(text: string): ErrorBody {
  try {
    const body: unknown = JSON.parse(text)
    const { code, message, hint } = { ...(typeof body === 'object' ? body : {}) } as Record<
      string,
      unknown // JSON from elsewhere: each member is looked at below
    >
    if (typeof message === 'string') {
      const named = typeof code === 'string' ? `${excerpt(code)}: ` : ''
      const what = `the error "${named}${excerpt(message)}"`
      const entry = Object.entries(errorTable).find(([known]) => known === code)?.[1]
      const isLasting = entry?.retryable === false
      return {
        what,
        lasting: isLasting,
        ...(typeof hint === 'string' ? { hint: excerpt(hint) } : {}),
      }
    }
  } catch {
    return { what: `JSON that can not be read: "${excerpt(text)}"`, lasting: false }
  }
  return { what: `this JSON: "${excerpt(text)}"`, lasting: false }
}

function hintFor({ status }: Answer, theirs?: string): { hint?: string } {
  if (status === 401 || status === 403)
    return { hint: 'The secret BACKUP_API_KEY must be equal to the one set for the service.' }
  if (status === 404)
    return {
      hint: 'Set BACKUP_URL to the origin of the service, or to the whole address of its export.',
    }
  return theirs === undefined ? {} : { hint: theirs }
}

function retryAfter(headers: IncomingHttpHeaders): { retryAfterSeconds?: number } {
  const text = headers['retry-after']
  if (text === undefined) return {}
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) ? { retryAfterSeconds: Math.max(0, Math.ceil(seconds)) } : {}
}

/** One line, without controls, short enough for a message. */
function excerpt(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
