import type { BackupCopy, BackupRecord } from '../core/backups/catalog.js'
import type { BackupManifest } from '../core/backups/manifest.js'
import { provesRestore } from '../core/backups/verification.js'
import type { OctavoError } from '../core/errors.js'
import { showBytes } from '../core/files/free-space.js'
import { listed, oneLine } from './fit-text.js'
import type { NoticeText } from './notice-text.js'
import { counted, durationMs, shownDatabase, shownDuration, shownInstant } from './shown-figures.js'

export function startedText(record: BackupRecord): NoticeText {
  return {
    subject: `backup of ${nameOf(record)} started`,
    text: [`The backup of ${nameOf(record)} was started.`, '', ...runLines(record)].join('\n'),
  }
}

export function successText(record: BackupRecord, pruned: readonly string[]): NoticeText {
  const { manifest, unchangedFrom, warnings } = record
  const { outcome, sentence } = outcomeOf(record)
  const lines = [
    sentence,
    '',
    ...(unchangedFrom === null ? manifestLines(manifest) : []),
    ...runLines(record),
    ...section('Stores:', record.copies.map(copyLine)),
    ...section('Pruned:', pruned),
    ...section('Warnings:', warnings),
  ]
  return { subject: `backup of ${nameOf(record)} ${outcome}`, text: lines.join('\n') }
}

export function failureText(record: BackupRecord, error: OctavoError): NoticeText {
  const lines = [
    `The backup of ${nameOf(record)} failed.`,
    '',
    `Error: ${oneLine(error.message)} (${error.code})`,
    `What to do: ${oneLine(error.hint)}`,
    '',
    ...runLines(record),
    ...section('Stored all the same:', record.copies.map(copyLine)),
    ...section('Warnings:', record.warnings),
  ]
  return { subject: `backup of ${nameOf(record)} failed`, text: lines.join('\n') }
}

/** Whether it was compared with the snapshot, and restored from a store. */
export function isVerified({ manifest, copies }: BackupRecord): boolean {
  const isRestored = copies.some(({ verification }) => verification && provesRestore(verification))
  return manifest?.proved === 'snapshot' && isRestored
}

function outcomeOf(record: BackupRecord): { readonly outcome: string; readonly sentence: string } {
  const name = nameOf(record)
  if (record.unchangedFrom !== null)
    return {
      outcome: 'found nothing changed',
      sentence: `Nothing changed in ${name} since backup ${record.unchangedFrom}: nothing new was stored.`,
    }
  if (isVerified(record))
    return {
      outcome: 'made and verified',
      sentence: `The backup of ${name} was made, and restored from its store to verify it.`,
    }
  return {
    outcome: 'made, not verified',
    sentence: `The backup of ${name} was made. That it restores from its store is not verified.`,
  }
}

function nameOf({ database, label }: BackupRecord): string {
  return shownDatabase(database, label)
}

function manifestLines(manifest: BackupManifest | null): string[] {
  if (manifest === null) return []
  const { archive, plain, records, models } = manifest
  const packed = archive.codecs.length > 0 ? `, ${showBytes(plain.size)} unpacked` : ''
  return [
    `File: ${oneLine(archive.name, 200)}`,
    `Size: ${showBytes(archive.size)}${packed}`,
    `Records: ${counted(records, 'record')} of ${counted(models.length, 'model')}`,
    `Compared with the database: ${manifest.proved === 'snapshot' ? 'row by row' : 'no'}`,
  ]
}

function runLines(record: BackupRecord): string[] {
  const duration = durationMs(record)
  return [
    `Backup: ${record.id}`,
    `Started: ${shownInstant(record.startedAt)}, by ${oneLine(record.startedBy, 100)}`,
    ...(duration === null ? [] : [`Duration: ${shownDuration(duration)}`]),
  ]
}

function copyLine({ store, verification }: BackupCopy): string {
  if (verification === null) return `${store}: stored, not verified`
  if (provesRestore(verification)) return `${store}: verified ${shownInstant(verification.at)}`
  return `${store}: its bytes are right; it is encrypted, and was not restored`
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...listed(lines)]
}
