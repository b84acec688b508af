import type Database from 'better-sqlite3'
import { OctavoError } from '../../../core/errors.js'

const binaryStart = '{"$binary":{"base64":"'
const binaryEnd = '","subType":"00"}}'

/** Registers `octavo_tag`, which gives the value that a tagged object stands for. */
export function registerDecodeTag(connection: Database.Database): void {
  const options = { deterministic: true, directOnly: true }
  connection.function('octavo_tag', options, (tagged: unknown) => decodeTag(String(tagged)))
}

function decodeTag(tagged: string): Buffer | bigint | number {
  // Long values come this way: no need to parse them.
  if (tagged.startsWith(binaryStart) && tagged.endsWith(binaryEnd))
    return decodeBase64(tagged.slice(binaryStart.length, -binaryEnd.length), tagged)
  const long = /^\{"\$numberLong":"(-?\d{1,19})"\}$/.exec(tagged)?.[1]
  if (long !== undefined && BigInt.asIntN(64, BigInt(long)) === BigInt(long)) return BigInt(long)
  const double = /^\{"\$numberDouble":"(-?Infinity)"\}$/.exec(tagged)?.[1]
  if (double !== undefined) return Number(double)
  const text = /^\{"\$text":\{"base64":"([^"]*)"\}\}$/.exec(tagged)?.[1]
  if (text !== undefined) return decodeBase64(text, tagged)
  throw unknownTag(tagged)
}

/** Node skips characters that don't belong: the length tells whether any did. */
function decodeBase64(base64: string, tagged: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  if (base64.length % 4 !== 0 || bytes.length !== (base64.length / 4) * 3 - padding)
    throw unknownTag(tagged)
  return bytes
}

function unknownTag(tagged: string): OctavoError {
  const shown = tagged.length > 100 ? `${tagged.slice(0, 100)}…` : tagged
  return new OctavoError('document-invalid', `a value can not be read: ${shown} is no known tag`)
}
