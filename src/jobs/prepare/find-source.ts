import { join } from 'node:path'
import { OctavoError } from '../../core/errors.js'
import type { DumpFormat } from '../../core/export-formats.js'
import { freeSpace } from '../../core/files/free-space.js'
import { recognisedBytes, recogniseContent, type ContentKind } from '../../core/recognise.js'
import { readBytes, recogniseFile } from '../../documents/byte-source.js'
import type { JobContext } from '../job-context.js'
import { SpoolFile } from '../spool-file.js'
import { gpgHint } from './gpg-hint.js'

/** A backup file by what it holds. What must be read with its pages is decoded when it was compressed. */
export type FoundSource = {
  readonly path: string
  readonly compressed: boolean
} & SourceKind

type SourceKind =
  { readonly kind: 'document' | 'sqlite' } | { readonly kind: 'dump'; readonly format: DumpFormat }

const unread = 'which this version does not read'
const named: Partial<Record<ContentKind, readonly [what: string, hint?: string]>> = {
  age: [
    'encrypted with age',
    'Decrypt it first: `age --decrypt -i IDENTITY_FILE -o BACKUP FILE`. Then use BACKUP.',
  ],
  zstd: [`compressed with zstd, ${unread}`],
  'pg-cluster': [
    'a dump of all databases of a server (pg_dumpall)',
    'Dump each database by itself, with pg_dump.',
  ],
}

/** Room that an unpacked file must leave on the disk. */
const reserveBytes = 64 * 1024 * 1024

/** Says what a file holds, by its bytes. Throws `format-unknown` for what is no backup. */
export async function findSource(
  file: string,
  workFolder: string,
  context: JobContext,
): Promise<FoundSource> {
  const outer = await recogniseFile(file)
  if (outer !== 'gzip') return { ...recognised(outer, file), path: file, compressed: false }
  const found = recognised(recogniseContent(await unpackedStart(file)), file, true)
  // What is read from its beginning to its end is unpacked as it is read.
  if (found.kind === 'document' || (found.kind === 'dump' && found.format === 'sql'))
    return { ...found, path: file, compressed: true }
  const path = join(workFolder, 'unpacked')
  await unpack(file, path, context)
  return { ...found, path, compressed: true }
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

function recognised(kind: ContentKind, file: string, inGzip = false): SourceKind {
  if (kind === 'sqlite') return { kind: 'sqlite' }
  if (kind === 'pg-custom') return { kind: 'dump', format: 'custom' }
  if (kind === 'pg-plain') return { kind: 'dump', format: 'sql' }
  if (kind === 'json') return { kind: 'document' }
  if (kind === 'empty') throw new OctavoError('document-truncated', `the backup ${file} is empty`)
  if (kind === 'gpg')
    throw new OctavoError('format-unknown', `${file} is encrypted with gpg, ${unread}`, {
      hint: gpgHint(file, inGzip),
    })
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
