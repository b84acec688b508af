import { z } from 'zod'

/** What people are told about a setting: in docs/configuration.md, and where its value is wrong. */
export interface SettingMeta {
  readonly group: SettingGroup
  readonly description: string
  /** Completes "it should be …". */
  readonly expects: string
  /** Where the default is not a plain value. */
  readonly defaultShown?: string
  readonly example: string
  /** Never shown, and refused in octavo.config.json. */
  readonly secret?: true
}

export type SettingGroup =
  'databases' | 'service' | 'backups' | 'schedules' | 'alarms' | 'encryption' | 'archive'

/** The description of each setting, by its schema. */
export const settingMeta = z.registry<SettingMeta>()

/** `BACKUP_API_KEY` for `backupApiKey`: the name in the environment of a key in the file. */
export function environmentName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** A setting as text, from the environment or the file. */
export const text = z.string().trim().min(1)

export function wholeNumber(least: number, most: number) {
  const written = text.regex(/^\d{1,15}$/).transform(Number)
  const number = z.union([z.number(), written])
  numberBounds.set(number, { minimum: least, maximum: most })
  return number.pipe(z.int().min(least).max(most))
}

/** What a schema of the input alone does not tell, for the JSON schema of the file. */
export const numberBounds = new WeakMap<z.core.$ZodType, { minimum: number; maximum: number }>()
/** The schema of the values of each `namedMap`. */
export const namedValues = new WeakMap<z.core.$ZodType, z.ZodType>()

/** Any of the usual words for yes and no. */
export const flag = z.union([
  z.boolean(),
  text
    .toLowerCase()
    .pipe(z.enum(['true', 'false', 'yes', 'no', 'on', 'off', '1', '0']))
    .transform((word) => ['true', 'yes', 'on', '1'].includes(word)),
])

/** Comma-separated in the environment, an array in the file. */
export const textList = z.union([z.array(text), z.string().transform(splitList)])

export function splitList(list: string): string[] {
  return list
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** The name of a variable of the environment that holds a secret. */
export const variableName = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/)

export const webAddress = text.regex(/^https?:\/\/\S+$/i)

/**
 * An object whose keys are names that people chose, `__proto__` included: hence a Map. Its mistakes
 * carry the name in their path.
 */
export function namedMap<T>(valueSchema: z.ZodType<T>) {
  const given = z.unknown()
  namedValues.set(given, valueSchema)
  return given.transform((input, context): ReadonlyMap<string, T> => {
    const named = new Map<string, T>()
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      context.addIssue({ code: 'custom', message: 'is not an object', input })
      return z.NEVER
    }
    for (const [name, value] of Object.entries(input)) {
      const parsed = valueSchema.safeParse(value)
      if (parsed.success) named.set(name, parsed.data)
      for (const issue of parsed.error?.issues ?? [])
        context.addIssue({
          code: 'custom',
          message: issueText(issue),
          path: [name, ...issue.path],
          input: undefined,
        })
    }
    return named
  })
}

/** A mistake in words, never with the value: it may be a secret. */
export function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message
  if (issue.code === 'unrecognized_keys') return `has the unknown key ${quoted(issue.keys)}`
  if (issue.code === 'invalid_type')
    return `is not ${issue.expected === 'array' ? 'a list' : `a ${issue.expected}`}`
  if (issue.code === 'too_small') return 'is empty'
  return 'is not right'
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ')
}
