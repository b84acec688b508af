import type { Manifest } from './manifest.js'
import { markdownText } from './job-summary.js'

const dayMs = 24 * 60 * 60 * 1000
/** A weekly backup, and a day for runs that start late. */
const oldDays = 8

export interface VerifySummaryInput {
  readonly repository: string
  readonly manifest: Manifest | null
  readonly result: {
    readonly records: number
    readonly models: readonly { readonly model: string; readonly records: number }[]
  }
  readonly now: Date
  readonly warnings: readonly string[]
}

/** What a person wants to know after a backup was restored on trial, as Markdown. */
export function verifySummary(input: VerifySummaryInput): string {
  const { repository, manifest, result, warnings } = input
  const records = result.records.toLocaleString('en-US')
  const lines = [
    `## Restored on trial: ${markdownText(manifest?.name ?? 'a backup')}`,
    '',
    `${records} records of ${markdownText(repository)} were restored into a scratch database, ` +
      `exported again and found equal. ${ageSentence(input)}`,
    '',
    '| Model | Records |',
    '|---|---:|',
    ...result.models.map((one) => {
      return `| ${markdownText(one.model)} | ${one.records.toLocaleString('en-US')} |`
    }),
    '',
    ...warnings.map((warning) => `- Warning: ${markdownText(warning)}`),
  ]
  return `${lines.join('\n')}\n`
}

function ageSentence({ manifest, now }: VerifySummaryInput): string {
  if (manifest === null) return ''
  const days = Math.floor((now.getTime() - Date.parse(manifest.export_date)) / dayMs)
  const old = days >= oldDays ? ' **It is old: see why no newer one was archived.**' : ''
  return `It was taken ${manifest.export_date}, ${days} days ago.${old}`
}
