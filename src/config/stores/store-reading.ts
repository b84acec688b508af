import type { RetentionPolicy } from '../../core/retention/policy.js'
import type { ConfigMistake } from '../config-mistakes.js'
import type { Settings } from '../config-schema.js'
import type { Environment } from '../given-settings.js'

/** What every configured store has, of whatever kind. */
export interface StoreCommon {
  readonly name: string
  readonly policy: RetentionPolicy
}

/** What the parts of a store are read from. */
export interface StoreReading {
  /** Of the store. */
  readonly name: string
  readonly settings: Settings
  readonly environment: Environment
  /** Where relative paths begin; absolute. */
  readonly folder: string
  /** Told of what is missing or wrong. */
  readonly mistakes: ConfigMistake[]
}

/**
 * The secret of the variable that an entry names; where it names none, the usual one. Where that is
 * missing it is a mistake, and the secret is empty.
 */
export function requiredSecret(
  { name, environment, mistakes }: StoreReading,
  variable: string | undefined,
  usual: { readonly setting: string; readonly value: string | undefined },
): string {
  const value = variable === undefined ? usual.value : environment[variable]?.trim()
  if (value) return value
  mistakes.push({
    setting: variable ?? usual.setting,
    source: '',
    problem: `is missing, which the store "${name}" needs`,
    expected: 'set in the environment or in .env',
  })
  return ''
}
