import { configSchema, type Settings } from './config-schema.js'
import { givenSettings, type Environment } from './given-settings.js'

/**
 * The settings without those that are wrong: for telling somebody that they are, and for nothing else.
 * What is left out has its default.
 */
export function usableSettings(environment: Environment, folder: string): Settings {
  const { values } = givenSettings(environment, folder)
  const raw = new Map([...values].map(([key, { value }]) => [key, value]))
  const parsed = configSchema.safeParse(Object.fromEntries(raw))
  if (parsed.success) return parsed.data
  for (const { path, ...issue } of parsed.error.issues) {
    const wrong = issue.code === 'unrecognized_keys' && path.length === 0 ? issue.keys : [path[0]]
    for (const key of wrong) raw.delete(String(key))
  }
  const rest = configSchema.safeParse(Object.fromEntries(raw))
  return rest.success ? rest.data : configSchema.parse({})
}
