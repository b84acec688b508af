import type { Listeners } from '../../cli/actions.js'
import { chooseDatabase } from '../../config/choose-database.js'
import type { Config } from '../../config/read-config.js'
import { spoolFolder } from '../../config/spool-folder.js'
import { OctavoError } from '../../core/errors.js'
import { doctor, type Finding } from '../../jobs/doctor.js'
import type { ChosenDatabase } from '../../jobs/job-types.js'
import { doctorBackups } from './doctor-backups.js'
import { nodeFault } from '../node-fault.js'
import type { ProcessContext } from '../process-context.js'
import { requireContent } from '../require-content.js'

export async function doctorAction(
  context: ProcessContext,
  listeners: Listeners,
): Promise<readonly Finding[]> {
  const config = context.config()
  const findings = await doctor({
    database: defaultDatabase(config),
    spoolFolder: spoolFolder(config, context.environment),
    keyLengths: config.settings.backupApiKey.map((key) => key.length),
    node: { version: process.version, fault: await nodeFault() },
    describe: (target) => requireContent(target, listeners.signal),
  })
  return [...findings, ...(await doctorBackups(context, listeners.signal))]
}

function defaultDatabase(config: Config): ChosenDatabase | null {
  try {
    return chooseDatabase(config)
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'database-unnamed') return null
    throw error
  }
}
