import { appendFile } from 'node:fs/promises'
import type { OctavoError } from '../core/errors.js'
import { showBytes } from '../core/files/free-space.js'
import type { ArchiveResult } from './archive-types.js'
import type { Manifest } from './manifest.js'
import { databaseTitle } from './series.js'

/** What is known only after the commit. */
export interface Afterwards {
  /** Of all files on the branch; null where GitHub did not say. */
  readonly branchBytes?: number | null
}

/** What a person wants to know after a run, as Markdown. */
export function jobSummary(result: ArchiveResult, { branchBytes = null }: Afterwards = {}): string {
  const { manifest, previous, repository, branch, commit } = result
  const title = markdownText(databaseTitle(manifest))
  const lines = [
    `## Backed up: ${title}`,
    '',
    `${manifest.records.toLocaleString('en-US')} records, ${showBytes(manifest.size)}, taken ` +
      `${manifest.export_date}. ${verifiedSentence(manifest)}`,
    '',
    `Committed as \`${pathOf(manifest)}\` on \`${branch}\` of ${markdownText(repository)} ` +
      `(${commit.slice(0, 10)}). ${changeSentence(result)}`,
    '',
    ...modelTable(manifest, previous),
    '',
    `${prunedSentence(result)}${branchBytes === null ? '' : ` The branch takes ${showBytes(branchBytes)}.`}`,
    ...result.warnings.map((warning) => `- Warning: ${markdownText(warning)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** What a person wants to know after a run that failed. */
export function failureSummary(
  { code, message, hint }: OctavoError,
  {
    what = 'The backup',
    issue = null,
  }: { readonly what?: string; readonly issue?: string | null } = {},
): string {
  const lines = `${message} (${code})`.split('\n').map((line) => markdownText(line.trim()))
  const parts = [`## ${what} failed`, ...lines, markdownText(hint)]
  if (issue !== null) parts.push(`It is told in ${issue}, too.`)
  return `${parts.join('\n\n')}\n`
}

/** Appends to the file that the workflow shows; null where it was done, else why it was not. */
export async function appendSummary(file: string, summary: string): Promise<string | null> {
  try {
    await appendFile(file, `${summary}\n`)
    return null
  } catch (error) {
    return `the summary could not be written: ${String(error)}`
  }
}

function verifiedSentence({ verified }: Manifest): string {
  if (verified === 'snapshot')
    return '**Verified**: restored into a scratch database and compared, row by row.'
  if (verified === 'round-trip')
    return '**Verified** by a round trip: restored, exported again, and equal.'
  return '**Not verified.**'
}

/** The file, or the folder of the parts. */
export function pathOf({ parts }: Manifest): string {
  const path = parts[0]?.path ?? ''
  return parts.length > 1 ? path.slice(0, path.lastIndexOf('/')) : path
}

function changeSentence({ previous, unchanged }: ArchiveResult): string {
  if (previous === null) return 'It is the first one of this database here.'
  const day = previous.export_date.slice(0, 10)
  return unchanged
    ? `The content is the same as on ${day}: nothing had to be sent.`
    : `The one before is of ${day}.`
}

function modelTable(manifest: Manifest, previous: Manifest | null): string[] {
  const before = new Map(previous?.models.map(({ model, records }) => [model, records]))
  const rows = manifest.models.map(({ model, records }) => {
    const was = before.get(model)
    before.delete(model)
    const change = previous === null ? '' : was === undefined ? 'new' : signed(records - was)
    return `| ${markdownText(model)} | ${records.toLocaleString('en-US')} | ${change} |`
  })
  for (const [model, records] of before)
    rows.push(`| ${markdownText(model)} | | gone (${records.toLocaleString('en-US')}) |`)
  return ['| Model | Records | Change |', '|---|---:|---:|', ...rows]
}

function signed(change: number): string {
  if (change === 0) return '0'
  return `${change > 0 ? '+' : '−'}${Math.abs(change).toLocaleString('en-US')}`
}

function prunedSentence({ kept, pruned }: ArchiveResult): string {
  const keeps = kept.length === 1 ? '1 backup is' : `${kept.length} backups are`
  const removes = pruned.length === 0 ? 'none was pruned' : `pruned: ${pruned.join(', ')}`
  return `${keeps} on the branch now; ${removes}.`
}

/** Text from elsewhere inside Markdown: on one line, and without meaning. */
export function markdownText(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').replace(/[\\`*_{}[\]<>|~#]/g, '\\$&')
}
