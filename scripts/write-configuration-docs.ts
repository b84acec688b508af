import { writeFileSync } from 'node:fs'
import { format } from 'prettier'
import { configJsonSchema } from '../src/config/config-json-schema.js'
import { configurationPage } from '../src/config/configuration-page.js'

const docs = new URL('../docs/', import.meta.url)
const schema = await format(JSON.stringify(configJsonSchema()), { parser: 'json', printWidth: 100 })
writeFileSync(new URL('configuration.md', docs), configurationPage())
writeFileSync(new URL('octavo.config.schema.json', docs), schema)
