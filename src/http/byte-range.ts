export type ByteRange =
  | { readonly kind: 'whole' }
  /** Both ends belong to the range. */
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'outside' }

const whole: ByteRange = { kind: 'whole' }

/**
 * What a Range header asks of a file of `size` bytes (RFC 9110, 14.1). Other units, a malformed
 * header and several ranges are answered with the whole, which a server may always do.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange {
  const parts = /^bytes\s*=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '')
  if (!parts) return whole
  const [, first = '', last = ''] = parts
  if (first === '') return last === '' ? whole : suffix(Number(last), size)
  const start = Number(first)
  if (last !== '' && Number(last) < start) return whole
  if (start >= size) return { kind: 'outside' }
  return { kind: 'part', start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

function suffix(length: number, size: number): ByteRange {
  if (length === 0 || size === 0) return { kind: 'outside' }
  return { kind: 'part', start: Math.max(0, size - length), end: size - 1 }
}
