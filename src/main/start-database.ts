import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { chooseDatabase } from '../config/choose-database.js'
import type { ChosenDatabase } from '../jobs/job-types.js'
import type { ProcessContext } from './process-context.js'

export interface StartDatabase {
  readonly database: ChosenDatabase
  readonly isSample: boolean
}

const usualDatabase = 'db.sqlite3'

/** What is configured, else ./db.sqlite3, else the sample, which is made where it is missing. */
export async function startDatabase(context: ProcessContext): Promise<StartDatabase> {
  const config = context.config()
  if (config.databases.length > 0) return { database: chooseDatabase(config), isSample: false }
  if (existsSync(join(context.folder, usualDatabase)))
    return { database: chooseDatabase(config, usualDatabase), isSample: false }
  const path = join(context.folder, 'data', 'sample.sqlite3')
  const { sampleModelNames } = await import('../sample/sample-model-names.js')
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await (await import('../sample/write-sample.js')).writeSample(path)
  }
  const address = { engine: 'sqlite', path, shown: path } as const
  const modelNames = [...sampleModelNames]
  const database = { name: 'sample', label: 'dev', address, modelNames, excludeRows: [] }
  return { database, isSample: true }
}
