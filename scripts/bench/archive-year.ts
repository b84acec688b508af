import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { exportDatabase } from '../../src/jobs/export/export-database.js'
import { ArchiveRig } from '../../test/support/archive/archive-rig.js'
import { sendExport } from '../../test/support/archive/service-double.js'
import { changeLab, type ChangePattern } from './change-lab.js'
import { PlainFiles } from './plain-files.js'
import { writeShape } from './shapes.js'
import { median } from './statistics.js'

const firstSunday = Date.parse('2026-01-04T00:17:00.000Z')
const weekMs = 7 * 24 * 60 * 60 * 1000
const context = { signal: new AbortController().signal, onProgress: () => undefined }

export interface ArchiveYear {
  readonly pattern: ChangePattern
  readonly weeks: number
  readonly databaseBytes: number
  readonly documentBytes: number
  readonly firstSentBytes: number
  /** As the API of GitHub takes it, in base64: the median of the weeks after the first. */
  readonly weekSentBytes: number
  readonly weekParts: number
  readonly parts: number
  /** The same document as one file a week: over the API, and as `git push` sends it. */
  readonly plainSentBytes: number
  readonly plainPushedBytes: number
  /** After `git gc`, with all of the history. */
  readonly repositoryBytes: number
  readonly plainRepositoryBytes: number
  readonly peakMemoryBytes: number
}

/** A year of weekly runs of the archiver itself, on real git, beside one plain file a week. */
export async function measureArchiveYear(
  megabytes: number,
  weeks: number,
  pattern: ChangePattern,
): Promise<ArchiveYear> {
  const rig = await ArchiveRig.start()
  try {
    const database = join(rig.folder, 'db.sqlite3')
    const databaseBytes = await writeShape(database, 'lab', megabytes)
    const plain = await PlainFiles.create(join(rig.folder, 'plain.git'))
    const sent: number[] = []
    const sentParts: number[] = []
    const pushed: number[] = []
    let bytes: Buffer = Buffer.alloc(0)
    let parts = 0
    for (let week = 0; week < weeks; week += 1) {
      if (week > 0) changeLab(database, week, pattern)
      const at = new Date(firstSunday + week * weekMs).toISOString()
      bytes = await exported(database, join(rig.folder, 'export.json'), at)
      rig.clock.set(at)
      rig.service.answers = [sendExport(bytes)]
      rig.github.calls.length = 0
      const { manifest } = await rig.archive()
      parts = manifest.parts.length
      sent.push(rig.github.calls.reduce((sum, call) => sum + call.bytes, 0))
      sentParts.push(rig.github.calls.filter(({ kind }) => kind === 'create blob').length)
      pushed.push(await plain.add(`backups/${manifest.name}.json`, bytes))
      process.stderr.write(`\r${pattern}: week ${week + 1} of ${weeks}`)
    }
    process.stderr.write('\n')
    return {
      pattern,
      weeks,
      databaseBytes,
      documentBytes: bytes.length,
      firstSentBytes: sent[0] ?? 0,
      weekSentBytes: median(sent.slice(1)),
      weekParts: median(sentParts.slice(1)),
      parts,
      plainSentBytes: Math.ceil(bytes.length / 3) * 4,
      plainPushedBytes: median(pushed.slice(1)),
      repositoryBytes: await packedBytes(rig.github.repository),
      plainRepositoryBytes: await packedBytes(plain.repository),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    }
  } finally {
    await rig.stop()
  }
}

async function exported(path: string, file: string, at: string): Promise<Buffer> {
  rmSync(file, { force: true })
  const address = { engine: 'sqlite', path, shown: path } as const
  const database = { name: 'queue', label: 'prod', address, modelNames: [], excludeRows: [] }
  const input = { database, format: 'json', verify: false, sample: false, at, file } as const
  await exportDatabase({ ...input, temporary: true, busyTimeoutMs: 1000 }, context)
  return readFileSync(file)
}

async function packedBytes(repository: PlainFiles['repository']): Promise<number> {
  await repository.text('gc', '--quiet', '--prune=now')
  const counts = await repository.text('count-objects', '-v')
  return Number(/^size-pack: (\d+)$/m.exec(counts)?.[1]) * 1024
}

export function showArchiveYear(years: readonly ArchiveYear[]): string {
  const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  const rows: readonly (readonly [string, (year: ArchiveYear) => string])[] = [
    ['document, at the end', (year) => mb(year.documentBytes)],
    ['Octavo: parts, and sent of them a week', (year) => `${year.parts}, ${year.weekParts}`],
    ['Octavo: sent in the first week', (year) => mb(year.firstSentBytes)],
    ['Octavo: sent a week', (year) => mb(year.weekSentBytes)],
    ['one file a week: sent a week, over the API', (year) => mb(year.plainSentBytes)],
    ['one file a week: sent a week, by `git push`', (year) => mb(year.plainPushedBytes)],
    ['Octavo: the repository after the year', (year) => mb(year.repositoryBytes)],
    ['one file a week: the repository after the year', (year) => mb(year.plainRepositoryBytes)],
  ]
  const lines = rows.map(([what, of]) => `| ${[what, ...years.map(of)].join(' | ')} |`)
  const heads = years.map(({ pattern }) => `changes: ${pattern}`)
  return [`| | ${heads.join(' | ')} |`, `|---|${years.map(() => '---:|').join('')}`, ...lines].join(
    '\n',
  )
}
