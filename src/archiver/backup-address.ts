import { maskSecret } from '../core/mask-secret.js'
import { OctavoError } from '../core/errors.js'
import { isNearby } from '../core/nearby-host.js'

/**
 * The address that is asked for a verified export. `text` is the origin of the service, or the whole
 * address of its export, with or without a slash at the end.
 */
export function backupAddress(text: string): URL {
  const url = parse(text)
  if (url.username !== '' || url.password !== '')
    throw wrong(text, 'holds a user name or password', 'The key goes into BACKUP_API_KEY only.')
  if (url.protocol === 'http:' && !isNearby(url.hostname))
    throw wrong(text, 'would send the key unencrypted', 'Begin it with https://.')
  if (url.pathname === '/') url.pathname = '/api/backup/database'
  url.hash = ''
  url.searchParams.set('verify', 'true')
  return url
}

function parse(text: string): URL {
  const trimmed = text.trim()
  if (/^https?:/i.test(trimmed) && URL.canParse(trimmed)) return new URL(trimmed)
  throw wrong(text, 'is not an address', 'Give it as https://your-app.onrender.com.')
}

function wrong(text: string, what: string, hint: string): OctavoError {
  const message = `BACKUP_URL "${maskSecret(text.trim())}" ${what}`
  return new OctavoError('config-invalid', message, { hint })
}
