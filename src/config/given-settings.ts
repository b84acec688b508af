import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { failedWith, isMissing } from '../core/files/file-failure.js'
import { settingsShape } from './config-schema.js'
import type { ConfigMistake, GivenValue } from './config-mistakes.js'
import { metaOf } from './config-mistakes.js'
import { environmentName } from './setting-types.js'

export type Environment = Readonly<Record<string, string | undefined>>

export const configFileName = 'octavo.config.json'
const dotEnvName = '.env'

export interface GivenSettings {
  readonly values: ReadonlyMap<string, GivenValue>
  readonly mistakes: readonly ConfigMistake[]
  readonly variables: Environment
}

/**
 * Collects what was said, and where: the environment wins over `.env`, which wins over the file.
 * Empty values count as not given, as workflows pass unset variables on as empty ones.
 */
export function givenSettings(environment: Environment, folder: string): GivenSettings {
  const mistakes: ConfigMistake[] = []
  const values = new Map<string, GivenValue>()
  const file = readConfigFile(folder, mistakes)
  const dotEnv = readDotEnv(folder)
  for (const [key, value] of Object.entries(file)) {
    // For editors: it says where the JSON schema of the file is.
    if (key === '$schema') continue
    if (metaOf(key)?.secret) mistakes.push(secretInFile(key))
    else values.set(key, { value, source: configFileName })
  }
  for (const [source, variables] of [
    [dotEnvName, dotEnv],
    ['environment', environment],
  ] as const)
    for (const key of Object.keys(settingsShape)) {
      const value = variables[environmentName(key)]?.trim()
      if (value) values.set(key, { value, source })
    }
  return { values, mistakes, variables: { ...dotEnv, ...environment } }
}

function readDotEnv(folder: string): Environment {
  try {
    const text = readIfThere(join(folder, dotEnvName))
    return text === undefined ? {} : parseEnv(text)
  } catch (error) {
    // Many a Python project has its virtual environment in a folder of this name.
    if (failedWith(error, 'EISDIR')) return {}
    throw error
  }
}

function readConfigFile(folder: string, mistakes: ConfigMistake[]): object {
  const text = readIfThere(join(folder, configFileName))
  if (text === undefined) return {}
  const mistake = (problem: string): object => {
    mistakes.push({ setting: configFileName, source: '', problem, expected: 'one JSON object' })
    return {}
  }
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
    return mistake('holds no object')
  } catch (error) {
    if (error instanceof SyntaxError) return mistake(`is not JSON: ${where(error.message)}`)
    throw error
  }
}

/** V8 quotes a piece of the text, which may hold a secret: only the place is passed on. */
function where(message: string): string {
  return /at position \d+( \(line \d+ column \d+\))?/.exec(message)?.[0] ?? 'it ends too early'
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function secretInFile(key: string): ConfigMistake {
  return {
    setting: key,
    source: configFileName,
    problem: 'is a secret, and this file is no place for one',
    expected: `given as ${environmentName(key)} in the environment or .env`,
  }
}
