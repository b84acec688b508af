import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { requireSpace } from '../core/files/free-space.js'
import { withWorkFolder } from '../core/files/work-folder.js'
import { diffDocuments } from '../documents/diff-documents.js'
import { openDocument } from '../documents/open-document.js'
import { exportBeside } from './export/export-beside.js'
import { spaceNeeded } from './export/space-needed.js'
import type { JobContext } from './job-context.js'
import type { DiffInput, DiffResult, DiffSide } from './job-types.js'
import { isFixture } from './prepare/is-fixture.js'
import { openSource } from './prepare/open-source.js'
import { unpackedBytes } from './unpacked-bytes.js'

/** Compares documents, native files or live databases, record by record, from `a` to `b`. */
export async function diff(input: DiffInput, context: JobContext): Promise<DiffResult> {
  const needed = (await spaceNeededFor(input.a)) + (await spaceNeededFor(input.b))
  const space = await requireSpace(input.workFolder, needed, 'the comparison')
  context.onProgress({ phase: 'starting', space })
  return await withWorkFolder(input.workFolder, async (workFolder) => {
    const [pathA, pathB] = await documentsOf(input, workFolder, context)
    const a = await openDocument(pathA, { workFolder: join(workFolder, 'a'), ...context })
    try {
      const b = await openDocument(pathB, { workFolder: join(workFolder, 'b'), ...context })
      try {
        return await diffDocuments(a, b, { show: input.show, workFolder, ...context })
      } finally {
        await b.close()
      }
    } finally {
      await a.close()
    }
  })
}

async function documentsOf(
  input: DiffInput,
  workFolder: string,
  context: JobContext,
): Promise<readonly [string, string]> {
  const folder = (name: 'a' | 'b'): Making => ({ folder: join(workFolder, name), input, context })
  const [a, b] = [await isFixtureSide(input.a), await isFixtureSide(input.b)]
  if (!a && !b)
    return [await documentOf(input.a, folder('a')), await documentOf(input.b, folder('b'))]
  const { fixtureBesideOther } = await import('./fixture/fixture-beside-other.js')
  const making = { input, workFolder, context }
  if (a) {
    const { fixture, other } = await fixtureBesideOther(input.a, input.b, making)
    return [fixture, other]
  }
  const { fixture, other } = await fixtureBesideOther(input.b, input.a, making)
  return [other, fixture]
}

async function isFixtureSide(side: DiffSide): Promise<boolean> {
  return side.kind === 'file' && (await isFixture(side.file))
}

/** A database is exported; the records of a file are sorted anew where their order differs. */
async function spaceNeededFor(side: DiffSide): Promise<number> {
  if (side.kind === 'file') return await unpackedBytes(side.file)
  return await spaceNeeded({ database: side.database, format: 'json', verify: false })
}

interface Making {
  /** The side's own. */
  readonly folder: string
  readonly input: DiffInput
  readonly context: JobContext
}

/** The path of a side's document: what is none is exported into one, in the side's folder. */
async function documentOf(side: DiffSide, making: Making): Promise<string> {
  const { folder, context } = making
  await mkdir(folder)
  const { scratch, at, busyTimeoutMs } = making.input
  const beside = { folder, at, busyTimeoutMs, context }
  if (side.kind === 'database') return await exportBeside(side.database, beside)
  const source = await openSource(side.file, { workFolder: folder, context, scratch })
  if (source.kind === 'document') return source.path
  const address = { engine: 'sqlite', path: source.path, shown: side.file } as const
  const database = { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
  return await exportBeside(database, beside)
}
