export type Encoding = 'identity' | 'gzip'

/**
 * The content coding for an answer (RFC 9110, 12.5.3): gzip where the client names it, or `*`, with a
 * weight above zero and not below that of identity. Without the header, and in doubt: identity.
 */
export function chooseEncoding(header: string | undefined): Encoding {
  const weights = parseWeights(header ?? '')
  const any = weights.get('*')
  const gzip = weights.get('gzip') ?? weights.get('x-gzip') ?? any ?? 0
  // Identity is always acceptable unless excluded, but a client that only lists gzip prefers gzip.
  const identity = weights.get('identity') ?? 0
  return gzip > 0 && gzip >= identity ? 'gzip' : 'identity'
}

function parseWeights(header: string): Map<string, number> {
  const weights = new Map<string, number>()
  for (const element of header.split(',')) {
    const [coding = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase())
    if (coding === '') continue
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))
    weights.set(coding, weight === undefined ? 1 : parseWeight(weight))
  }
  return weights
}

/** A weight that is not well formed excludes its coding: identity is what every client reads. */
function parseWeight(parameter: string): number {
  const digits = /^q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.exec(parameter)?.[1]
  return digits === undefined ? 0 : Number(digits)
}
