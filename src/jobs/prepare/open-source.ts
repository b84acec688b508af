import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import { freeSpace } from '../../core/files/free-space.js'
import { recognisedBytes, recogniseContent, type ContentKind } from '../../core/recognise.js'
import { readBytes, recogniseFile } from '../../documents/byte-source.js'
import type { JobContext } from '../job-context.js'
import { SpoolFile } from '../spool-file.js'

/** A backup file by what it holds. A native file is decoded when it was compressed. */
export interface Source {
  readonly kind: 'document' | 'sqlite'
  readonly path: string
  readonly compressed: boolean
}

const unread = 'which this version does not read'
const named: Partial<Record<ContentKind, readonly [what: string, hint?: string]>> = {
  age: [
    'encrypted with age',
    'Decrypt it first: `age --decrypt -i IDENTITY_FILE -o BACKUP FILE`. Then use BACKUP.',
  ],
  gpg: [
    `encrypted with gpg, ${unread}`,
    'Decrypt it first: `gpg --output BACKUP --decrypt FILE`. Then use BACKUP.',
  ],
  zstd: [`compressed with zstd, ${unread}`],
  'pg-custom': [`in PostgreSQL's custom format, ${unread}`],
}

/** Room that an unpacked file must leave on the disk. */
const reserveBytes = 64 * 1024 * 1024

export async function openSource(
  file: string,
  workFolder: string,
  context: JobContext,
): Promise<Source> {
  const outer = await recogniseFile(file)
  if (outer !== 'gzip') return { ...recognised(outer, file), path: file, compressed: false }
  const { kind } = recognised(recogniseContent(await unpackedStart(file)), file)
  if (kind === 'document') return { kind, path: file, compressed: true }
  const path = join(workFolder, 'unpacked.sqlite3')
  await unpack(file, path, context)
  return { kind, path, compressed: true }
}

async function unpackedStart(file: string): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const piece of readBytes(file, {})) {
    parts.push(piece)
    bytes += piece.length
    if (bytes >= recognisedBytes) break
  }
  return Buffer.concat(parts).subarray(0, recognisedBytes)
}

function recognised(kind: ContentKind, file: string): Pick<Source, 'kind'> {
  if (kind === 'sqlite') return { kind: 'sqlite' }
  if (kind === 'json') return { kind: 'document' }
  if (kind === 'empty') throw new OctavoError('document-truncated', `the backup ${file} is empty`)
  const [what = 'not a backup', hint] = named[kind] ?? []
  throw new OctavoError('format-unknown', `${file} is ${what}`, { ...(hint && { hint }) })
}

async function unpack(file: string, path: string, context: JobContext): Promise<void> {
  const out = await SpoolFile.create(path)
  try {
    let room = (await freeSpace(path)) - reserveBytes
    for await (const piece of readBytes(file, context)) {
      room -= piece.length
      if (room < 0) throw new OctavoError('space-short', `${file} is too large to be unpacked here`)
      await out.write(piece)
    }
  } finally {
    await out.close()
  }
}
