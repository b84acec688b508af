import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { ConfigMistake } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import { djangoModelsFile } from './django-models-file.js'
import { fileProblem } from './file-problem.js'

/** Of what `manage.py octavo_models` printed, only the names: `calendarEditor.QueueEntry`. */
const file = z.object({ models: z.array(z.object({ name: z.string(), table: z.string() })) })

/** The names of models that the project itself gives; those of octavo.config.json go before them. */
export function namesFromProject(
  settings: Settings,
  folder: string,
  mistakes: ConfigMistake[],
): Pick<Settings, 'models'> {
  const { djangoModels: path } = djangoModelsFile({ settings, folder })
  if (path === undefined) return {}
  const refuse = (problem: string): Pick<Settings, 'models'> => {
    const expected = 'what `python manage.py octavo_models` prints'
    const name = settings.djangoModels ?? 'octavo.models.json'
    mistakes.push({
      setting: 'DJANGO_MODELS',
      source: '',
      problem: `(${name}) ${problem}`,
      expected,
    })
    return {}
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return refuse(`can not be read: ${fileProblem(error)}`)
  }
  const parsed = file.safeParse(jsonOf(text))
  if (!parsed.success) return refuse('is no models file')
  const named = parsed.data.models.map(({ table, name }) => [table, name] as const)
  return { models: new Map([...named, ...(settings.models ?? [])]) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // no schema takes that
  }
}
