import type { z } from 'zod'
import { OctavoError } from '../core/errors.js'
import { settingsShape } from './config-schema.js'
import { environmentName, issueText, settingMeta } from './setting-types.js'

/** One thing that is wrong in the configuration; never the value of a secret. */
export interface ConfigMistake {
  /** As it is written where it stands: `PORT`, or `databases.lab.url`. */
  readonly setting: string
  readonly source: string
  readonly problem: string
  readonly expected: string
}

/** A value as it was given, and where. */
export interface GivenValue {
  readonly value: unknown
  readonly source: string
}

const databaseKeysShown = 'url, label, models and excludeRows'

export function mistakesOf(
  issues: readonly z.core.$ZodIssue[],
  given: ReadonlyMap<string, GivenValue>,
  fileName: string,
): ConfigMistake[] {
  return issues.flatMap((issue) => {
    const [key, ...rest] = issue.path.map(String)
    if (key === undefined)
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((unknown) => unknownKey(unknown, fileName))
        : [{ setting: fileName, source: '', problem: issueText(issue), expected: 'a JSON object' }]
    const meta = metaOf(key)
    if (!meta) return [nestedMistake([key, ...rest].join('.'), issueText(issue), fileName)]
    const { value, source = fileName } = given.get(key) ?? {}
    const shown = issue.code === 'custom' || meta.secret ? issueText(issue) : `is ${show(value)}`
    return [
      { setting: shownName(key, source, fileName), source, problem: shown, expected: meta.expects },
    ]
  })
}

function nestedMistake(setting: string, problem: string, source: string): ConfigMistake {
  const expected = setting.startsWith('databases')
    ? `an entry such as {"url": "data/db.sqlite3"}; it may hold ${databaseKeysShown}`
    : setting.startsWith('sync')
      ? 'an object such as {"columns": {"auth.User": {"email": "pseudonym", "password": "empty"}}}'
      : 'an object such as {"app_table": "app.Model"}'
  return { setting, source, problem, expected }
}

function unknownKey(key: string, fileName: string): ConfigMistake {
  const proper = Object.keys(settingsShape).find((known) => environmentName(known) === key)
  return {
    setting: key,
    source: fileName,
    problem: 'is not a key of this file',
    expected: proper ? `written as "${proper}"` : 'one of the keys in docs/configuration.md',
  }
}

export function metaOf(key: string) {
  return isSetting(key) ? settingMeta.get(settingsShape[key]) : undefined
}

function isSetting(key: string): key is keyof typeof settingsShape {
  return Object.hasOwn(settingsShape, key)
}

/** The name under which a setting stands in the place that it came from. */
function shownName(key: string, source: string, fileName: string): string {
  return source === fileName ? key : environmentName(key)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing'
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}

/** All mistakes in one error. */
export function configInvalid(mistakes: readonly ConfigMistake[]): OctavoError {
  const lines = mistakes.map(({ setting, source, problem, expected }) => {
    const where = source === '' ? '' : ` (${source})`
    return `  ${setting}${where} ${problem}; it should be ${expected}`
  })
  const count = mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`
  return new OctavoError(
    'config-invalid',
    `the configuration holds ${count}\n${lines.join('\n')}`,
    {
      details: { mistakes },
    },
  )
}
