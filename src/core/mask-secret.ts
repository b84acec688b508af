const parameter =
  /((?:ssl)?passw(?:or)?d|pass|pwd|secret|token)(\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)/gi

/**
 * Hides the password of an address, whatever characters it holds, and whether or not the address is
 * well formed: where it is not clear what is secret, more is hidden rather than less.
 */
export function maskSecret(address: string): string {
  const masked = address.replace(parameter, '$1$2***')
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/*|\/\/)?(.*)$/is.exec(masked) ?? []
  // The last @ ends the password: it may hold any of : / ? # @ itself.
  const at = rest.lastIndexOf('@')
  if (at >= 0) return maskUser(scheme, rest.slice(0, at)) + rest.slice(at)
  if (!scheme.endsWith('//')) return masked
  return scheme + (address.includes('@') ? maskUser('', rest) : maskUnended(rest))
}

function maskUser(scheme: string, user: string): string {
  const colon = user.indexOf(':')
  if (colon >= 0) return `${scheme}${user.slice(0, colon)}:***`
  // `user:secret@host`: what looks like a scheme is the user.
  return scheme.endsWith(':') ? `${scheme}***` : scheme + user
}

/** `user:secret` with no @ behind it. A port is digits, and a bracket holds an IPv6 address. */
function maskUnended(rest: string): string {
  if (/^[^:/?#]*(:\d+)?([/?#]|$)/.test(rest) || rest.startsWith('[')) return rest
  return `${rest.slice(0, rest.indexOf(':'))}:***`
}
