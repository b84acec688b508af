import { settingsShape } from './config-schema.js'
import { metaOf } from './config-mistakes.js'
import { settingGroups, usualShown } from './configuration-page.js'
import { configFileName, givenSettings, type Environment } from './given-settings.js'
import { environmentName } from './setting-types.js'
import { shownAddress } from './shown-address.js'

/** A setting for people to look at; nothing of a secret is in it. */
export interface ShownSetting {
  /** As in the environment; of what only the file can hold, its key there. */
  readonly name: string
  /** The heading that it stands below in docs/configuration.md. */
  readonly group: string
  /** Markdown, as the default. */
  readonly description: string
  readonly secret: boolean
  /** What was set; null for a secret, and where nothing was. */
  readonly value: string | null
  /** `environment`, `.env` or `octavo.config.json`; null where nothing was set. */
  readonly source: string | null
  /** What counts where nothing is set. */
  readonly usual: string
}

const onlyInFile: readonly (readonly [key: string, description: string])[] = [
  ['databases', 'Databases by name. Their addresses are not shown.'],
  ['models', 'The public names of tables, for every database.'],
  ['sync', 'What `octavo sync` does with columns.'],
  ['stores', 'Stores by name.'],
  ['schedules', 'Schedules by name.'],
  ['retention', 'Which backups stay, in every store without its own.'],
]

/** Every setting, as it is now, in the order of docs/configuration.md. */
export function shownSettings(environment: Environment, folder: string): ShownSetting[] {
  const { values } = givenSettings(environment, folder)
  const named = settingGroups.flatMap(([group, title]) =>
    Object.keys(settingsShape).flatMap((key): ShownSetting[] => {
      const meta = metaOf(key)
      if (meta?.group !== group) return []
      const given = values.get(key)
      const secret = meta.secret === true
      return [
        {
          name: environmentName(key),
          group: title,
          description: meta.description,
          secret,
          value: secret || given === undefined ? null : shownValue(given.value),
          source: given?.source ?? null,
          usual: usualShown(key, meta),
        },
      ]
    }),
  )
  const filed = onlyInFile.map(([key, description]): ShownSetting => {
    const given = values.get(key)
    return {
      name: key,
      group: `Only in ${configFileName}`,
      description,
      secret: false,
      // Names only: the address of a database has a password in it.
      value: given === undefined ? null : namesIn(given.value),
      source: given?.source ?? null,
      usual: 'none',
    }
  })
  return [...named, ...filed]
}

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownValue).join(', ')
  return shownAddress(typeof value === 'string' ? value : String(value))
}

function namesIn(value: unknown): string {
  return typeof value === 'object' && value !== null ? Object.keys(value).join(', ') : ''
}
