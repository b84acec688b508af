import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { openDocument } from '../../src/documents/open-document.js'
import { proveDocument } from '../../src/documents/prove-document.js'
import { buildFromDocument } from '../../src/jobs/prepare/build-from-document.js'
import { digestsHere } from '../../src/documents/digests/digests.js'
import { contentOfDatabase } from '../../src/jobs/prepare/content-of-database.js'
import { contentOf } from './snapshots.js'

const golden = 'test/golden'
const page = await readFile('docs/format.md', 'utf8')
const work = await mkdtemp(join(tmpdir(), 'format-page-'))
t.teardown(() => rm(work, { recursive: true, force: true }))

const blocks = [...page.matchAll(/```(json|text)\n([\s\S]*?)```\n([^\n]*\n[^\n]*)/g)]
const goldens = (await readdir(golden)).filter((name) => /^v\d+-.*\.json(\.gz)?$/.test(name))
const documents = goldens.filter((name) => !name.endsWith('-digests.json'))
const noPython = hasPython() ? false : 'there is no python3 here'

t.test('the example of the page is a document that proves itself', async (t) => {
  const example = blocks.find(([, language]) => language === 'json')?.[2] ?? ''
  const path = join(work, 'example.json')
  await writeFile(path, example)
  const { header, schema, end } = await proveDocument(path, { expect: ['auth.User'] })
  t.equal(header.database.label, 'prod')
  t.equal(schema.length, 3)
  t.same([...end.summary.models.keys()], ['auth.User', 'calendarEditor.QueueEntry'])
})

t.test('the test vectors of the page give the digests that it states', async (t) => {
  const vectors = blocks.filter(([, language]) => language === 'text')
  t.equal(vectors.length, 2)
  for (const [, , text = '', after = ''] of vectors) {
    const stated = /`([0-9a-f]{64})`/.exec(after)?.[1]
    t.equal(createHash('sha256').update(text).digest('hex'), stated)
    t.ok(page.split('```json')[1]?.includes(`"${stated}"`), 'it stands in the example')
  }
})

t.test('Python finds the documents good, and a changed one not', { skip: noPython }, async (t) => {
  const check = (path: string): string =>
    execFileSync('python3', ['scripts/check-document.py', path]).toString()
  for (const name of documents) t.equal(check(join(golden, name)), `${golden}/${name}: good\n`)
  const good = await readFile(join(golden, 'v1-everything.json'), 'utf8')
  const changed = join(work, 'changed.json')
  for (const [from, to] of [
    ['ada', 'eve'],
    ['"prod"', '"dev"'],
    ['["gone",12]', '["gone",13]'],
  ] as const) {
    await writeFile(changed, good.replace(from, to))
    t.throws(() => check(changed), { message: /^Command failed/ })
  }
})

t.test('each golden document reads, proves and restores, with the digests recorded', async (t) => {
  const recorded = JSON.parse(await readFile(join(golden, 'v1-digests.json'), 'utf8'))
  t.same(Object.keys(recorded).sort(), [...documents].sort())
  const context = { signal: new AbortController().signal, onProgress: () => undefined }
  for (const name of documents) {
    const path = join(golden, name)
    const { end } = await proveDocument(path)
    const { summary, contentSha256, sha256 } = end
    const found = { sha256, contentSha256, records: summary.records, models: summary.models.size }
    t.same(found, recorded[name], name)
    const reading = await openDocument(path, { workFolder: work })
    const database = join(work, `${name}.sqlite3`)
    await buildFromDocument({ reading, path: database, context, keepWal: false })
    const again = await contentOfDatabase({
      schema: reading.schema,
      path: database,
      workFolder: work,
      context,
      digests: digestsHere,
    })
    t.equal(again.contentSha256, contentSha256, `${name}, restored and exported again`)
    await reading.close()
  }
})

t.test('the largest golden document is the same after JavaScript laid it out anew', async (t) => {
  const bytes = await readFile(join(golden, 'v1-everything.json'))
  const path = join(work, 'anew.json')
  await writeFile(path, bytes.toString().replaceAll('\n', ' \r\n'))
  const [own, anew] = [
    await openDocument(join(golden, 'v1-everything.json'), { workFolder: work }),
    await openDocument(path, { workFolder: work }),
  ]
  t.same(await contentOf(anew), await contentOf(own))
  t.same((await anew.end()).unproved, [])
  await own.close()
  await anew.close()
})

t.test('a packed golden document holds text that is not valid in its encoding', async (t) => {
  const text = gunzipSync(await readFile(join(golden, 'v1-utf-16.json.gz'))).toString()
  t.match(text, '{"$text":{"base64":"ANg="}}')
})

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
