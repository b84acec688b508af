import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { asOctavoError } from '../src/core/errors.js'
import { digestsHere } from '../src/documents/digests/digests.js'
import { contentOfDatabase } from '../src/jobs/prepare/content-of-database.js'
import { exportDatabase } from '../src/jobs/export/export-database.js'
import type { ChosenDatabase, ExportInput } from '../src/jobs/job-types.js'
import { restoreFile } from '../src/jobs/restore/restore-file.js'
import { openDocument } from '../src/documents/open-document.js'
import { sampleModelNames } from '../src/sample/sample-model-names.js'
import { writeSample } from '../src/sample/write-sample.js'
import { compareExactly } from './support/compare/compare-exactly.js'
import { Dice } from './support/odd-database/dice.js'
import { makeOddDatabase } from './support/odd-database/make-odd-database.js'

t.setTimeout(900_000)

/** OCTAVO_SEEDS: how many odd databases to try, or which: `241-1100`, `17-17` for one alone. */
const [first = 1, last = 100] = seedRange(process.env['OCTAVO_SEEDS'] ?? '100')
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index)

function seedRange(text: string): number[] {
  return text.includes('-') ? text.split('-').map(Number) : [1, Number(text)]
}

const context = { signal: new AbortController().signal, onProgress: (): void => undefined }
const at = '2026-11-22T00:17:00.000Z'

function chosen(path: string, modelNames: ReadonlyMap<string, string> = new Map()): ChosenDatabase {
  const address = { engine: 'sqlite' as const, path, shown: path }
  return { name: 'odd', label: 'dev', address, modelNames: [...modelNames], excludeRows: [] }
}

function exporting(database: ChosenDatabase, file: string, verify: boolean): ExportInput {
  return { database, format: 'json', verify, sample: false, at, file, busyTimeoutMs: 1000 }
}

/** Exports `database` and restores the document into a new file; says how that one differs. */
async function takeThere(
  database: ChosenDatabase,
  folder: string,
  verify: boolean,
): Promise<string[]> {
  const file = join(folder, 'document.json')
  const path = join(folder, 'restored.sqlite3')
  const { contentSha256 } = await exportDatabase(exporting(database, file, verify), context)
  await restoreFile(
    { file, target: chosen(path), mode: null, only: [], dryRun: false, at, deadlineMs: 10_000 },
    context,
  )
  const differences = compareExactly(database.address.shown, path)
  const again = verify ? await contentOf(path, file, folder) : contentSha256
  if (again !== contentSha256) differences.push(`a second export is ${again}, not ${contentSha256}`)
  return differences
}

async function contentOf(path: string, document: string, workFolder: string): Promise<string> {
  const reading = await openDocument(document, { workFolder })
  await reading.close()
  const { schema } = reading
  const digests = digestsHere
  return (await contentOfDatabase({ path, schema, workFolder, context, digests })).contentSha256
}

/** What a document can't carry, by what the generator says of the database. */
const uncarriable =
  /planted: (an unknown (function|collation)|NULL in a NOT NULL|a number in a TEXT)/
const refusals = ['cannot-carry', 'verify-failed', 'document-invalid']

t.test('odd databases come back identical, or are refused by name', async (t) => {
  let identical = 0
  for (const seed of seeds) {
    const folder = mkdtempSync(join(tmpdir(), 'octavo-lossless-'))
    const path = join(folder, 'source.sqlite3')
    const { description } = makeOddDatabase(path, seed)
    try {
      // The proof costs twice the time: every database that might not come back, and every tenth.
      const verify = seed % 10 === 0 || uncarriable.test(description)
      const differences = await takeThere(chosen(path), folder, verify)
      if (differences.length === 0) identical += 1
      else t.same(differences, [], description)
    } catch (error) {
      const { code, message } = asOctavoError(error)
      if (!refusals.includes(code) || !uncarriable.test(description))
        t.fail(`${code}: ${message}`, { description, error })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  t.comment(`${identical} of ${seeds.length} came back, the others were refused`)
  t.ok(seeds.length < 50 || identical > seeds.length * 0.85, 'nearly all can be carried')
})

t.test('the sample comes back identical, under the labels of its models', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'sample.sqlite3')
  await writeSample(path)
  t.same(await takeThere(chosen(path, sampleModelNames), folder, true), [])
})

/** One way to damage a file each; some make two lines change places, or one come twice. */
function damaged(bytes: Buffer, dice: Dice): Buffer {
  const at = dice.below(bytes.length)
  const lines = bytes.toString('latin1').split('\n')
  const line = dice.below(lines.length - 2)
  const kind = dice.below(5)
  if (kind === 0) return bytes.subarray(0, at)
  if (kind === 1) lines.splice(line, 1)
  else if (kind === 2) lines.splice(line, 0, lines[line] ?? '')
  else if (kind === 3) lines.splice(line, 2, lines[line + 1] ?? '', lines[line] ?? '')
  else {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8))
    return copy
  }
  return Buffer.from(lines.join('\n'), 'latin1')
}

t.test('any damage to a document is reported, but for the layout alone', async (t) => {
  const folder = t.testdir()
  const [path, file] = [join(folder, 'lab.sqlite3'), join(folder, 'lab.json')]
  makeOddDatabase(path, 3)
  const { contentSha256 } = await exportDatabase(exporting(chosen(path), file, false), context)
  const bytes = readFileSync(file)
  const dice = new Dice(5)
  const wrong: unknown[] = []
  let refused = 0
  for (let round = 0; round < 400; round += 1) {
    writeFileSync(file, damaged(bytes, dice))
    const found = await contentOfReading(file, folder).catch(asOctavoError)
    if (typeof found !== 'string' && /^(document|format)-/.test(found.code)) refused += 1
    else if (found !== contentSha256) wrong.push({ round, found })
  }
  t.same(wrong, [])
  t.ok(refused > 300, 'most of it is more than layout')
})

/** Reads a document to its end, where every digest and count has been compared. */
async function contentOfReading(file: string, workFolder: string): Promise<string> {
  const reading = await openDocument(file, { workFolder })
  try {
    for await (const { chunks } of reading.models()) for await (const chunk of chunks) void chunk
    return (await reading.end()).contentSha256
  } finally {
    await reading.close()
  }
}
