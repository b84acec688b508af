import type { DocumentSummary } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import { canonicalJson, type JsonObject } from './canonical-json.js'
import { parseSha256, parseSummary } from './head-schema.js'
import { headLimits, parseJson } from './json-values.js'
import type { LineReader } from './line-reader.js'

/** What a document says of itself after its models. */
export interface Closing {
  readonly summary: DocumentSummary
  readonly contentSha256: string
  readonly sha256: string
}

/** The closing lines in our own layout, and the digest of every byte before the last of them. */
export async function readClosing(
  lines: LineReader,
): Promise<{ readonly closing: Closing; readonly found: string }> {
  const members: JsonObject = new Map()
  await readMember(lines, members, { name: 'summary', end: ',' })
  await readMember(lines, members, { name: 'content_sha256', end: ',' })
  const found = await lines.digest()
  await readMember(lines, members, { name: 'sha256', end: '' })
  await readLastLine(lines)
  return { closing: closingOf(members), found }
}

/** From members in any layout. */
export function closingOf(members: JsonObject): Closing {
  for (const name of ['summary', 'content_sha256', 'sha256'])
    if (!members.has(name))
      throw new OctavoError('document-truncated', `the document ends without its ${name}`)
  return {
    summary: parseSummary(members.get('summary')),
    contentSha256: parseSha256(members.get('content_sha256'), 'content_sha256'),
    sha256: parseSha256(members.get('sha256'), 'sha256'),
  }
}

async function readMember(
  lines: LineReader,
  members: JsonObject,
  { name, end }: { readonly name: string; readonly end: string },
): Promise<void> {
  const line = await lines.line()
  if (line === null)
    throw new OctavoError('document-truncated', `the document ends without its ${name}`)
  const text = line.slice(name.length + 3, line.length - end.length)
  if (line !== `"${name}":${text}${end}` || text.length > headLimits.bytes) throw altered(name)
  const value = parseJson(Buffer.from(text))
  if (canonicalJson(value) !== text) throw altered(name)
  members.set(name, value)
}

/** An editor may have dropped the very last line break: every digest still holds. */
async function readLastLine(lines: LineReader): Promise<void> {
  const rest = (await lines.remainder(3)).toString('latin1')
  if (rest === '}\n' || rest === '}') return
  if (rest === '') throw new OctavoError('document-truncated', 'the document ends without its }')
  throw altered('end')
}

function altered(name: string): OctavoError {
  const what = name === 'end' ? 'something follows its end' : `its ${name} is not as it was written`
  return new OctavoError('document-altered', `the document was altered: ${what}`)
}
