import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { configJsonSchema } from '../../src/config/config-json-schema.js'
import { readConfig } from '../../src/config/read-config.js'
import { docPages } from '../support/docs/doc-pages.js'

const docs = new URL('../../docs/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, docs), 'utf8')

// Formats and descriptions of our own are no concern of its.
const accepts = new Ajv2020({ strict: false }).compile(configJsonSchema())

t.test('the published schema is the one of the sources', async (t) => {
  const published: unknown = JSON.parse(read('octavo.config.schema.json'))
  t.strictSame(published, configJsonSchema(), 'run: npx tsx scripts/write-configuration-docs.ts')
})

t.test('it takes each file that the pages show, and so does Octavo', async (t) => {
  const blocks = docPages().flatMap(({ path: name, text: page }) =>
    [...page.matchAll(/^```json\n(.*?)^```/gms)].map(([, text = '']) => ({ name, text })),
  )
  const own = /"(retention|stores|databases|schedules|\$schema)": (\{|")/
  const files = blocks.filter(({ text }) => own.test(text) && !/"(status|code|id)":/.test(text))
  t.ok(files.length > 8)
  for (const { name, text } of files) {
    t.ok(accepts(JSON.parse(text)), `${name}: ${text}${JSON.stringify(accepts.errors)}`)
    t.ok(readConfig({}, t.testdir({ 'octavo.config.json': text })), name)
  }
})

t.test('it refuses what Octavo refuses', async (t) => {
  const s3 = { type: 's3', bucket: 'b' }
  const right = { $schema: 'x', port: '8001', stores: { a: s3 }, databases: { lab: { url: 'a' } } }
  t.ok(accepts(right), JSON.stringify(accepts.errors))
  t.ok(readConfig({}, t.testdir({ 'octavo.config.json': JSON.stringify(right) })))
  for (const wrong of [
    { retentoin: {} },
    { port: 70_000 },
    { port: 'soon' },
    { backupFormat: 'xml' },
    { backupApiKey: 'a-secret-that-belongs-elsewhere' },
    { stores: { a: { type: 'ftp', path: '/' } } },
    { stores: { a: { ...s3, secretAccessKey: 'no place for it' } } },
    { databases: { lab: { url: 'a', modles: {} } } },
    { schedules: { nightly: {} } },
    { retention: { lst: 3 } },
    { retention: { last: 'three' } },
  ]) {
    const text = JSON.stringify(wrong)
    t.notOk(accepts(wrong), text)
    t.throws(() => readConfig({}, t.testdir({ 'octavo.config.json': text })), text)
  }
})
