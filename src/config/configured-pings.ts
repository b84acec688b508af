import type { Settings } from './config-schema.js'
import type { Environment } from './given-settings.js'

/** A dead-man service for the runs of one database or of one schedule. */
export interface ConfiguredPing {
  readonly of: { readonly database: string } | { readonly schedule: string }
  /** The variable that holds its address, which is a secret. */
  readonly variable: string
  /** Undefined where the variable is not set. */
  readonly url: string | undefined
}

/** Those that `pingUrlEnv` of a database or a schedule in the file names. */
export function configuredPings(
  { databases, schedules }: Settings,
  variables: Environment,
): ConfiguredPing[] {
  const pings: ConfiguredPing[] = []
  const add = (of: ConfiguredPing['of'], variable: string | undefined): void => {
    if (variable === undefined) return
    pings.push({ of, variable, url: variables[variable]?.trim() || undefined })
  }
  for (const [database, { pingUrlEnv }] of databases ?? []) add({ database }, pingUrlEnv)
  for (const [schedule, { pingUrlEnv }] of schedules ?? []) add({ schedule }, pingUrlEnv)
  return pings
}
