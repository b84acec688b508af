import { maskSecret } from './mask-secret.js'

/** What is shown of what a server says. */
const mostCharacters = 300

/** Behind these all of the line is secret, or all up to the quote or the tag that ends it. */
const headers = /((?:authorization|cookie)(?:["'\]\\\s]*[:=>]|["'\\]+\s*,)[["'\\\s]*)[^"'<\r\n]+/gi

/** Behind these one value is secret: as a header, in an address, in JSON or in XML. */
const values =
  /((?:(?<![a-z])(?:sig|signature(?:provided)?|credential|awsaccesskeyid|upload_id)|security-token|[-_]token|[-_]secret|[-_]key|secretaccesskey|accountkey)["'\\]*\s*(?:[:=>]|%3D)\s*["'\\]*)[^\s&"'\\<>,;]+/gi

/** The words of `Bearer` and its like that are no prose: `Bearer token` and `Basic authentication` stay. */
const schemes =
  /\b((?:bearer|sharedkey(?:lite)?)\s+)(?!(?:tokens?|auth\w*|keys?|realm|scheme|error)\b)[^\s"'<>,;]+/gi
const plainTokens = /\b(token\s+)(?=[^\s"'<>,;]*[\d_])[^\s"'<>,;]{8,}/gi

/** Tokens that can be told by how they look, wherever they stand. */
const known = /\b(?:gh[a-z]_|github_pat_|ya29\.|eyJ)[\w.-]{10,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g

const addresses = /\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'<>]+/gi

/**
 * What a server says, in one line, cut short and without a secret: a server or a proxy may repeat the
 * headers or the signed address of the request. `secrets` are those of the request; where it is not clear
 * what is secret, more is hidden rather than less.
 */
export function maskSaid(said: string, secrets: readonly string[]): string {
  const own = secrets.flatMap(spellings).toSorted((a, b) => b.length - a.length)
  const masked = own
    .reduce((text, secret) => text.replaceAll(secret, '***'), said)
    .replace(headers, '$1***')
    .replace(values, '$1***')
    .replace(schemes, '$1***')
    .replace(plainTokens, '$1***')
    .replace(known, '***')
    .replace(addresses, maskSecret)
    .replace(/\s+/g, ' ')
    .trim()
  return masked.length > mostCharacters ? `${masked.slice(0, mostCharacters)}…` : masked
}

/** As it is, in an address, and in JSON. */
function spellings(secret: string): string[] {
  // What is as short as that is an empty setting, or part of other words.
  if (secret.length < 4) return []
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
}
