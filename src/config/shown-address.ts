import { maskSecret } from '../core/mask-secret.js'

/** An address without what may be secret in it: who asks, and what stands behind a `?`. Other text as it is. */
export function shownAddress(text: string): string {
  if (!text.includes('://')) return maskSecret(text)
  if (!URL.canParse(text)) return maskSecret(text).replace(/[?#].*$/s, '?…')
  const { protocol, username, password, host, pathname, search, hash } = new URL(text)
  const who = username === '' && password === '' ? '' : '***@'
  const more = search === '' && hash === '' ? '' : '?…'
  return `${protocol}//${who}${host}${pathname === '/' ? '' : pathname}${more}`
}
