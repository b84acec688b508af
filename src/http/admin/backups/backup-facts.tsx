import type { VNode } from 'preact'
import type { BackupRecord } from '../../../core/backups/catalog.js'
import { provedAt } from '../../../core/backups/good-backups.js'
import { isMade, sizeChange, type MadeBackup } from '../../../core/backups/size-trend.js'
import { formatWords } from '../../../core/export-formats.js'
import { Facts } from '../page/parts.js'
import { When } from '../page/when.js'
import { showCount, showDuration, showSize } from '../page/words.js'

export interface BackupFactsProps {
  readonly base: string
  readonly record: BackupRecord
  readonly before: MadeBackup | null
}

export function BackupFacts({ base, record, before }: BackupFactsProps): VNode {
  const { manifest, startedAt, endedAt, startedBy, format } = record
  const verifiedAt = provedAt(record)
  const took = endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <Facts
      facts={[
        ['Started', <When key="started" at={startedAt} />],
        ['Took', took !== null && took >= 0 ? showDuration(took) : null],
        ['By', startedBy],
        ['Format', formatWords[format]],
        ['Records', manifest && showCount(manifest.records)],
        ['Size, as stored', manifest && showSize(manifest.archive.size)],
        ['Change in size', isMade(record) ? sizeChanged(base, record, before) : null],
        ['Size, unpacked', manifest && showSize(manifest.plain.size)],
        ['Packed', manifest && howPacked(manifest.archive.codecs)],
        ['Verified', verifiedAt && <When key="verified" at={verifiedAt} />],
        ['Snapshot', manifest && <When key="taken" at={manifest.taken_at} />],
        ['Engine', manifest?.database.engine ?? null],
        ['Made by', manifest?.generator ?? null],
      ]}
    />
  )
}

function sizeChanged(base: string, record: MadeBackup, before: MadeBackup | null): VNode | string {
  if (before === null) return 'the first of its kind'
  const { bytes, percent } = sizeChange(record, before)
  const share = percent === null || bytes === 0 ? '' : ` (${signed(percent, String)} %)`
  return (
    <>
      {bytes === 0 ? 'none' : signed(bytes, showSize)}
      {share} since <a href={`${base}/backups/${before.id}`}>the one before</a>
    </>
  )
}

/** With the sign that people write: `+3`, `−3`. */
export function signed(value: number, show: (positive: number) => string): string {
  return `${value < 0 ? '−' : '+'}${show(Math.abs(value))}`
}

function howPacked(codecs: readonly ('gzip' | 'age')[]): string {
  const words = { gzip: 'compressed', age: 'encrypted' }
  return codecs.length === 0 ? 'as it is' : codecs.map((codec) => words[codec]).join(' and ')
}
