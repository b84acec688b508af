import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../src/config/read-config.js'
import { backUpToFileAction } from '../../src/main/actions/manage-actions.js'
import { processContext } from '../../src/main/process-context.js'
import { exportFixture } from '../../src/jobs/fixture/export-fixture.js'
import { restoreFile } from '../../src/jobs/restore/restore-file.js'
import { noDjango } from '../support/django/django-project.js'
import { makeFixtureProject } from '../support/django/fixture-project.js'
import { noPostgres, password, startPostgres } from '../support/postgres/server.js'
import { pythonWith } from '../support/python-with.js'

const context = { signal: new AbortController().signal, onProgress: () => undefined }
const noPsycopg =
  pythonWith('django', 'psycopg2') === undefined &&
  'no psycopg2 here: apt-get install python3-psycopg2'
const skip = noDjango || noPostgres || noPsycopg

t.test('fixtures of a PostgreSQL database', { skip }, async (t) => {
  const server = await startPostgres(t)
  const names = ['source', 'merged', 'exact']
  for (const name of names) await server.run('postgres', `CREATE DATABASE ${name}`)
  const project = await makeFixtureProject(t, {
    POSTGRES_PORT: String(server.port),
    POSTGRES_PASSWORD: password,
  })
  await project.ask('migrate', names)
  await project.ask('fill', ['source'])
  const djangoModels = join(project.folder, 'octavo.models.json')
  writeFileSync(djangoModels, await project.ask('models'))
  const place = (name: string) => ({
    name,
    label: '',
    address: { engine: 'postgresql', url: server.url(name), shown: name } as const,
    modelNames: [],
    excludeRows: [],
    pgDump: 'none',
  })
  const fixture = async (
    file: string,
    wish: { naturalForeign: boolean; indent: number; microseconds?: boolean },
  ) => {
    const options = { naturalPrimary: false, microseconds: false, ...wish }
    const input = { database: place('source'), verify: false, at: '', busyTimeoutMs: 5000 }
    await exportFixture({ ...input, file, djangoModels, wish: options }, context)
    return readFileSync(file, 'utf8')
  }
  const restore = async (text: string, into: string, mode: 'merge' | 'data-only' | null) => {
    const file = join(project.folder, `${into}.json`)
    writeFileSync(file, text)
    const input = { file, target: place(into), mode, only: [], dryRun: false, deadlineMs: 5000 }
    const at = new Date().toISOString()
    const safetyFolder = join(project.folder, 'safety')
    return restoreFile({ ...input, at, djangoModels, safetyFolder }, context)
  }

  await t.test('equal those of dumpdata, byte for byte', async (t) => {
    const plain = await fixture(join(project.folder, 'a'), { naturalForeign: false, indent: 2 })
    t.equal(plain, await project.ask('dump', ['source'], { indent: 2 }))
    const natural = await fixture(join(project.folder, 'b'), { naturalForeign: true, indent: 0 })
    t.equal(natural, await project.ask('dump', ['source'], { use_natural_foreign_keys: true }))
  })

  await t.test('and dumps are what backup_db of old wrote, proved', async (t) => {
    const environment = { DATABASE_URL: server.url('source'), DJANGO_MODELS: djangoModels }
    const { folder } = project
    const base = { ...processContext(environment), folder }
    const settings = { ...base, config: () => readConfig(environment, folder) }
    const backUp = (format: 'sql' | 'json') =>
      backUpToFileAction(settings, { format, folder: 'mine' }, context)
    const [sql, json] = [await backUp('sql'), await backUp('json')]
    t.match(sql.location, /^mine\/backup_\d{8}_\d{6}\.sql$/)
    t.match(
      readFileSync(sql.file, 'utf8'),
      /^--\n-- PostgreSQL database dump\n[^]*DROP TABLE IF EXISTS/,
    )
    t.match(json.location, /^mine\/backup_\d{8}_\d{6}\.json$/)
    const whole = { naturalForeign: false, microseconds: true, indent: 2 }
    t.equal(readFileSync(json.file, 'utf8'), await fixture(join(folder, 'c'), whole))
    const refused = { ...environment, DATABASE_URL: server.url('none') }
    const wrong = { ...settings, config: () => readConfig(refused, folder) }
    const failing = backUpToFileAction(wrong, { format: 'sql', folder: 'mine' }, context)
    await t.rejects(failing, { message: /^Backup failed: / })
    t.equal(readdirSync(join(folder, 'mine')).length, 2)
  })

  await t.test('without a models file many-to-many fields are known by their tables', async (t) => {
    const wish = { indent: 0, naturalForeign: false, naturalPrimary: false, microseconds: false }
    const file = join(project.folder, 'guessed')
    const input = { database: place('source'), verify: false, at: '', busyTimeoutMs: 5000 }
    const { warnings } = await exportFixture({ ...input, file, wish }, context)
    const people = (text: string) =>
      (JSON.parse(text) as { model: string; pk: number }[])
        .filter(({ model }) => model === 'auth.user')
        .toSorted((a, b) => a.pk - b.pk)
    const dumped = people(await project.ask('dump', ['source']))
    t.match(dumped, [{ fields: { groups: [Number] } }], 'there are some')
    t.strictSame(people(readFileSync(file, 'utf8')), dumped)
    t.match(warnings.join(), /auth.user.groups.* assumed to be many-to-many/)
    t.notMatch(warnings.join(), 'duration')
  })

  await t.test('come back whole, and new rows get new numbers', async (t) => {
    const source = await project.ask('dump', ['source'])
    const result = await restore(source, 'merged', null)
    t.equal(result.mode, 'merge')
    t.equal(await project.ask('dump', ['merged']), source)
    const change = `Person.objects.using(db).create(name='new').friends.set(Person.objects.using(db).filter(name='Ada'))
Place.objects.using(db).last().codes.clear()`
    await project.ask('run', [change, 'merged'])
    const natural = await project.ask('dump', ['source'], { use_natural_foreign_keys: true })
    await restore(natural, 'merged', 'data-only')
    t.equal(await project.ask('dump', ['merged']), source)
    await restore(
      await project.ask('dump', ['source'], {
        use_natural_foreign_keys: true,
        use_natural_primary_keys: true,
      }),
      'exact',
      null,
    )
    const options = { use_natural_foreign_keys: true, use_natural_primary_keys: true }
    t.equal(
      await project.ask('dump', ['exact'], options),
      await project.ask('dump', ['source'], options),
    )
  })
})
