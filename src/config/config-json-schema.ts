import { z } from 'zod'
import { configSchema, settingsShape } from './config-schema.js'
import { metaOf } from './config-mistakes.js'
import { environmentName, namedValues, numberBounds } from './setting-types.js'

type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * A JSON schema of octavo.config.json (draft 2020-12), for editors: which keys there are, what they mean
 * and what their values look like. What several keys must hold together only Octavo checks.
 */
export function configJsonSchema(): object {
  const { properties = {}, ...rest } = toJson(configSchema)
  const keys = Object.entries(properties).filter(([key]) => !metaOf(key)?.secret)
  return {
    ...rest,
    title: 'octavo.config.json',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(keys.map(described)) },
  }
}

function described([key, schema]: [string, JsonSchema | boolean]): [string, object | boolean] {
  const meta = metaOf(key)
  if (!meta || typeof schema === 'boolean') return [key, schema]
  const name = key in settingsShape ? ` (${environmentName(key)} in the environment)` : ''
  return [key, { description: `${meta.description}${name}`, ...schema, examples: [meta.example] }]
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const values = namedValues.get(zodSchema)
      if (values) {
        const { $schema: _, ...additionalProperties } = toJson(values)
        Object.assign(jsonSchema, { type: 'object', additionalProperties })
      }
      // Of a string they say nothing.
      Object.assign(jsonSchema, numberBounds.get(zodSchema))
    },
  })
}
