import type { FileFigures } from './measure-files.js'
import type { ServiceFigures, WriterFigures } from './measure-service.js'
import type { Shape } from './shapes.js'
import { median, ratio } from './statistics.js'

export interface BenchResult {
  readonly shape: Shape
  readonly megabytes: number
  readonly files: FileFigures
  readonly service: ServiceFigures
  /** Measured with the mixed shape only. */
  readonly writers: readonly WriterFigures[]
}

/** One line of the table: what, on which database, the figure, the target. */
export type Row = readonly [what: string, on: string, found: string, target: string]

const exportTargets = { lab: 0.9, narrow: 1, text: 1.2, blob: 1.5 } as const
const restoreTargets = { lab: 0.6, narrow: 0.35, text: 0.55, blob: 0.55 } as const

export function reportRows(result: BenchResult): Row[] {
  const { shape, megabytes, files, service, writers } = result
  const on = `${shape}, ${megabytes} MB`
  const seconds = (name: string): readonly number[] =>
    files.contestants.find((contestant) => contestant.name === name)?.seconds ?? []
  const peak = (name: string): number =>
    files.contestants.find((contestant) => contestant.name === name)?.probed?.peakBytes ??
    Number.NaN
  const against = (ours: string, theirs: string): string => {
    const [mine, yours] = [seconds(ours), seconds(theirs)]
    const times = `${median(mine).toFixed(2)} s / ${median(yours).toFixed(2)} s`
    return `${ratio(mine, yours).toFixed(2)} × (${times})`
  }
  const rows: Row[] = [
    ['export / .dump', on, against('octavo export', 'sqlite3 .dump'), `≤ ${exportTargets[shape]} ×`],
    ['start of the program, in both', on, `${median(seconds('octavo --version')).toFixed(2)} s`, ''],
    ['export / file copy', on, against('octavo export', 'file copy'), ''],
    ['restore / sqlite3 < dump', on, against('octavo restore', 'sqlite3 < dump.sql'), `≤ ${restoreTargets[shape]} ×`],
    ['peak memory, export', on, megabytesOf(peak('octavo export')), '≤ 110 MB'],
    ['peak memory, restore', on, megabytesOf(peak('octavo restore')), '≤ 130 MB'],
    [
      'HTTP export / .dump > /dev/null', on,
      `${ratio(service.exportSeconds, service.dumpSeconds).toFixed(2)} × (${median(service.exportSeconds).toFixed(2)} s)`,
      '≤ 1.1 × at 1 GB',
    ],
  ] // prettier-ignore
  if (seconds('JSON.stringify(all())').length > 0)
    rows.splice(1, 0, [
      'JSON.stringify(all()) / export',
      on,
      against('JSON.stringify(all())', 'octavo export'),
      '≥ 6 ×',
    ])
  if (service.probed) {
    const { peakBytes, delayP99Ms, delayMaxMs } = service.probed
    rows.push(['peak memory, service', on, megabytesOf(peakBytes), '≤ 150 MB'])
    rows.push([
      'event-loop delay p99 / max',
      on,
      `${delayP99Ms.toFixed(1)} / ${delayMaxMs.toFixed(1)} ms`,
      '≤ 10 / 30 ms',
    ])
  }
  for (const { journal, p99Ms, maxMs, writes } of writers) {
    const found = `${p99Ms.toFixed(2)} / ${maxMs.toFixed(0)} ms (${writes} writes)`
    const target = journal === 'wal' ? '≤ 1 / 20 ms' : 'max ≤ 2.5 s per GB'
    rows.push([
      `a writer's wait, ${journal === 'wal' ? 'WAL' : 'rollback journal'}, p99 / max`,
      on,
      found,
      target,
    ])
  }
  return rows
}

/** A Markdown table, for a terminal and for docs/benchmarks.md. */
export function showRows(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.join(' | ')} |`)
  return ['| what | database | found | target |', '|---|---|---|---|', ...lines].join('\n')
}

function megabytesOf(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
