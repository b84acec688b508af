import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from './read-config.js'

const usualName = 'octavo.models.json'

/** The path of the models file: what is set, whether it is there or not, or the usual one if it is. */
export function djangoModelsFile({ settings, folder }: Pick<Config, 'settings' | 'folder'>): {
  readonly djangoModels?: string
} {
  if (settings.djangoModels) return { djangoModels: resolve(folder, settings.djangoModels) }
  const usual = resolve(folder, usualName)
  return existsSync(usual) ? { djangoModels: usual } : {}
}
