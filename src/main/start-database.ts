import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseDatabase } from '../config/choose-database.js'
import { configFileName } from '../config/given-settings.js'
import { writeDurably } from '../core/files/durable-file.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import { configuredBy, type ProcessContext } from './process-context.js'

export interface StartDatabase {
  readonly database: ChosenDatabase
  readonly isSample: boolean
  /** Configured so that it protects this database, in this process and in those of its jobs. */
  readonly context: ProcessContext
}

const usualDatabase = 'db.sqlite3'

/** What is configured, else ./db.sqlite3, else the sample, which is made where it is missing. */
export async function startDatabase(context: ProcessContext): Promise<StartDatabase> {
  const { environment, folder } = context
  if (context.config().databases.length > 0) return chosen(context, false)
  if (existsSync(join(folder, usualDatabase))) {
    const named = configuredBy({ ...environment, DATABASE_URL: usualDatabase }, folder)
    return chosen({ ...context, ...named }, false)
  }
  const sampleFolder = await madeSample(join(folder, 'data'))
  return chosen({ ...context, ...configuredBy(environment, sampleFolder) }, true)
}

function chosen(context: ProcessContext, isSample: boolean): StartDatabase {
  return { database: chooseDatabase(context.config()), isSample, context }
}

/** A folder with the sample and its configuration, where backups of it find their place, too. */
async function madeSample(folder: string): Promise<string> {
  const path = join(folder, 'sample.sqlite3')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (!existsSync(path)) await (await import('../sample/write-sample.js')).writeSample(path)
  const file = join(folder, configFileName)
  if (existsSync(file)) return folder
  const { sampleModelNames } = await import('../sample/sample-model-names.js')
  const models = Object.fromEntries(sampleModelNames)
  const databases = { sample: { url: 'sample.sqlite3', label: 'dev', models } }
  await writeDurably(file, `${JSON.stringify({ databases }, null, 2)}\n`)
  return folder
}
