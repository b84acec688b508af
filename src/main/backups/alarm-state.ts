import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Finding } from '../../core/backups/notifier.js'
import { writeDurably } from '../../core/files/durable-file.js'

/** What was told already, so that nobody is told twice. */
export interface AlarmState {
  readonly told: readonly Finding[]
  /** The last weekly summary. */
  readonly summaryAt: string | null
}

const findingSchema = z.object({
  check: z.string(),
  database: z.string(),
  backup: z.string().nullable(),
  message: z.string(),
  hint: z.string(),
})

const fileSchema = z.object({
  octavo_alarms: z.literal(1),
  told: z.array(findingSchema),
  summary_at: z.iso.datetime().nullable(),
})

/** In the folder of the catalog. */
const name = 'alarms.json'

/** What can't be read is as nothing: somebody is told twice then, and nobody too little. */
export async function readAlarmState(home: string): Promise<AlarmState> {
  try {
    const file = fileSchema.parse(JSON.parse(await readFile(join(home, name), 'utf8')))
    return { told: file.told, summaryAt: file.summary_at }
  } catch {
    return { told: [], summaryAt: null }
  }
}

export async function writeAlarmState(
  home: string,
  { told, summaryAt }: AlarmState,
): Promise<void> {
  const file = { octavo_alarms: 1, told, summary_at: summaryAt }
  await writeDurably(join(home, name), `${JSON.stringify(file)}\n`)
}
