import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { configuredSchedules } from '../config/configured-schedules.js'
import { configuredStores } from '../config/configured-stores.js'
import { asOctavoError } from '../core/errors.js'
import { runSchedules } from '../scheduler/run-schedules.js'
import { catalogName, homeOf } from './backups/home.js'
import { refuseVanishing } from './backups/refuse-vanishing.js'
import type { ProcessContext } from './process-context.js'
import { runCommand } from './run-command.js'
import { systemClock } from './system-clock.js'

/**
 * Follows the configured schedules beside the service. Each run is a process of its own, `octavo
 * run-schedule`: the service neither waits for it nor pays for it in memory. Resolves when the signal is
 * aborted and the last run has ended. What keeps schedules from being followed is told, and the service
 * goes on.
 */
export async function followSchedules(context: ProcessContext, signal: AbortSignal): Promise<void> {
  const { settings } = context.config()
  const say = (line: string): void => void context.terminal.err.write(`${line}\n`)
  const schedules = configuredSchedules(settings)
  if (schedules.length === 0) return
  try {
    await refuseVanishing(configuredStores(context.config()), context.environment)
  } catch (error) {
    const { message, hint } = asOctavoError(error)
    return say(`warning: no schedule is followed: ${message}. ${hint}`)
  }
  const knowsRuns = existsSync(join(homeOf(context), catalogName))
  await runSchedules({
    schedules,
    clock: systemClock,
    // Nothing can have been missed where there never was a run.
    run: async (name, due) => {
      const which = due === null ? ['--missed'] : ['--due', due.toISOString()]
      if (due || knowsRuns) await runCommand(context, ['run-schedule', name, ...which], signal)
    },
    log: say,
    signal,
  })
}
