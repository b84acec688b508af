import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { sampleModelNames } from '../src/sample/sample-model-names.js'
import { writeSample } from '../src/sample/write-sample.js'

t.test('the sample holds the eight models of the lab queue, believable and sound', async (t) => {
  const path = join(t.testdir(), 'sample.sqlite3')
  await writeSample(path)
  const database = new Database(path, { readonly: true })
  t.teardown(() => database.close())
  t.same(database.pragma('foreign_key_check'), [], 'no reference dangles')
  t.equal(database.pragma('integrity_check', { simple: true }), 'ok')
  const count = (table: string): unknown =>
    database.prepare(`SELECT count(*) FROM "${table}"`).pluck().get()
  let records = 0
  for (const [table, model] of sampleModelNames) {
    const found = Number(count(table))
    t.ok(found > 0, `${model} is not empty`)
    records += found
  }
  t.ok(records > 2000 && records < 9000, 'a few thousand records')
  const types = database.prepare('SELECT app_label, model FROM django_content_type').raw().all()
  for (const label of sampleModelNames.values())
    t.ok(types.some((type) => String(type).replace(',', '.') === label.replace(/[^.]+$/, lower)))
})

function lower(name: string): string {
  return name.toLowerCase()
}

t.test('the same seed gives the same bytes, another seed another lab', async (t) => {
  const folder = t.testdir()
  const bytes = async (name: string, seed: number): Promise<Buffer> => {
    await writeSample(join(folder, name), { seed })
    return readFileSync(join(folder, name))
  }
  const first = await bytes('a', 7)
  t.ok(first.equals(await bytes('b', 7)))
  t.notOk(first.equals(await bytes('c', 8)))
})

t.test('where a file stands already, the sample leaves it alone and says so', async (t) => {
  const path = join(t.testdir(), 'db.sqlite3')
  writeFileSync(path, 'precious')
  await t.rejects(writeSample(path), { code: 'EEXIST' })
  t.equal(readFileSync(path, 'utf8'), 'precious')
})
