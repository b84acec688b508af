import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import t from 'tap'
import { canonicalJson, JsonNumber, type JsonValue } from '../../src/documents/canonical-json.js'
import { storedValue } from '../../src/documents/fixture/values/stored-value.js'
import { diff } from '../../src/jobs/diff.js'
import { convertFile } from '../../src/jobs/convert/convert-file.js'
import { inspectFile } from '../../src/jobs/inspect-file.js'
import { verifyFile } from '../../src/jobs/verify-file.js'
import { restoreFile } from '../../src/jobs/restore/restore-file.js'
import type { RestoreInput } from '../../src/jobs/job-types.js'
import { undoRestore } from '../../src/jobs/restore/undo-restore.js'
import { noDjango } from '../support/django/django-project.js'
import { makeFixtureProject, type FixtureProject } from '../support/django/fixture-project.js'

const context = { signal: new AbortController().signal, onProgress: () => undefined }
let files = 0

function target(project: FixtureProject, name: string) {
  const path = project.path(name)
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name, label: '', address, modelNames: [], excludeRows: [] }
}

type Wish = Partial<RestoreInput> & { readonly text: string | Buffer; readonly into: string }

function restore(
  project: FixtureProject,
  { text, into, ...wish }: Wish,
  onProgress: (progress: { readonly phase: string }) => void = () => undefined,
) {
  files += 1
  const file = join(project.folder, `fixture-${files}`)
  writeFileSync(file, text)
  return restoreFile(
    {
      file,
      target: target(project, into),
      mode: null,
      only: [],
      dryRun: false,
      at: new Date(Date.UTC(2026, 10, 22, 0, 0, files)).toISOString(),
      deadlineMs: 5000,
      djangoModels: join(project.folder, 'octavo.models.json'),
      ...wish,
    },
    { ...context, onProgress },
  )
}

/** The records of a fixture of dumpdata from the last to the first: what they refer to comes later. */
function reversed(fixture: string): string {
  const records = fixture.slice(1, -1).split(/, (?=\{"model": )/)
  return `[${records.toReversed().join(',\n')}]`
}

t.test('what loaddata would refuse becomes no other value', (t) => {
  const storing = { engine: 'sqlite', useTz: true, timeZone: 'UTC', real: String } as const
  const stored = (type: string, value: JsonValue): JsonValue | undefined =>
    storedValue(value, { field: { name: 'f', column: 'f', type }, declared: '', storing })
  const refused: readonly (readonly [string, JsonValue])[] = [
    ['IntegerField', new JsonNumber('9223372036854775808')],
    ['BigAutoField', '-9223372036854775809'],
    ['FloatField', ''],
    ['FloatField', '0x10'],
    ['DateField', '2026-01-01T10:00:00'],
    ['BinaryField', 'not base64'],
    ['BinaryField', 'a-_b'],
    ['BinaryField', 'abc'],
  ]
  for (const [type, value] of refused) t.equal(stored(type, value), undefined, type)
  t.strictSame(
    stored('BigIntegerField', '+9223372036854775807'),
    new Map([['$numberLong', '9223372036854775807']]),
  )
  t.strictSame(stored('FloatField', ' 1e3 '), new JsonNumber('1000'))
  t.equal(stored('DateField', '2026-1-5'), '2026-01-05')
  t.match(canonicalJson(stored('BinaryField', 'AP8=\n') ?? null), '"base64":"AP8="')
  t.end()
})

t.test('a fixture of dumpdata', { skip: noDjango }, async (t) => {
  const project = await makeFixtureProject(t)
  await project.ask('migrate', ['source', 'loaded'])
  await project.ask('fill', ['source'])
  writeFileSync(join(project.folder, 'octavo.models.json'), await project.ask('models'))
  const empty = join(project.folder, 'empty.sqlite3')
  copyFileSync(project.path('loaded'), empty)
  const renew = (name: string): void => copyFileSync(empty, project.path(name))
  const source = await project.ask('dump', ['source'])
  const records = JSON.parse(source) as { model: string; pk: number; fields: object }[]
  const only = (...models: string[]) => records.filter(({ model }) => models.includes(model))

  await t.test('comes back whole, in every form that dumpdata writes', async (t) => {
    const natural = { use_natural_foreign_keys: true, use_natural_primary_keys: true }
    const forms = [
      [source, source],
      [await project.ask('dump', ['source'], { indent: 2 }), source],
      [gzipSync(source), source],
      [reversed(source), source],
      [await project.ask('dump', ['source'], { use_natural_foreign_keys: true }), source],
      [
        await project.ask('dump', ['source'], natural),
        await project.ask('dump', ['source'], natural),
      ],
    ] as const
    for (const [text, expected] of forms) {
      renew('merged')
      const result = await restore(project, { text, into: 'merged' })
      t.equal(result.mode, 'merge')
      const dumped = await project.ask('dump', ['merged'], expected === source ? {} : natural)
      t.equal(dumped, expected)
    }
  })

  await t.test('takes the place of what the target holds, with --mode data-only', async (t) => {
    copyFileSync(project.path('source'), project.path('exact'))
    await project.ask('run', [
      'Person.objects.using(db).create(name="new")\nTag.objects.using(db).filter(name="b").update(name="c")\nPlace.objects.using(db).last().codes.clear()\nKinds.objects.using(db).update(data={}, took=None)',
      'exact',
    ])
    const dry = await restore(project, {
      text: source,
      into: 'exact',
      mode: 'data-only',
      dryRun: true,
    })
    t.match(
      dry.changes.find(({ model }) => model === 'lab.person'),
      { removed: 1, changed: 0 },
    )
    t.not(await project.ask('dump', ['exact']), source)
    const result = await restore(project, { text: source, into: 'exact', mode: 'data-only' })
    t.equal(await project.ask('dump', ['exact']), source)
    t.strictSame(result.changes, dry.changes)
  })

  await t.test('adds and overwrites by default, and never removes, but in its lists', async (t) => {
    copyFileSync(project.path('source'), project.path('merged'))
    const before = await project.ask('dump', ['merged'])
    const change = `Place.objects.using(db).get(name='Only a place').codes.clear()
Person.objects.using(db).create(name='new').friends.set(Person.objects.using(db).filter(name='Ada'))
Club.objects.using(db).update(name='other')`
    await project.ask('run', [change, 'merged'])
    const text = JSON.stringify(only('lab.place', 'lab.club'))
    await restore(project, { text, into: 'merged' })
    const after = JSON.parse(await project.ask('dump', ['merged'])) as typeof records
    const [added, rest] = [after.filter((r) => isNew(r)), after.filter((r) => !isNew(r))]
    function isNew({ fields }: { readonly fields: object }): boolean {
      return 'name' in fields && fields.name === 'new'
    }
    t.match(added, [{ fields: { friends: [1] } }])
    // The mirror of the new friendship is in the list of Ada, whom the fixture does not name.
    const ada = rest.find(({ model, pk }) => model === 'lab.person' && pk === 1)
    t.match(ada, { fields: { friends: [2, 3, added[0]?.pk] } })
    const known = JSON.parse(before) as typeof records
    t.strictSame(
      rest.filter((r) => r !== ada),
      known.filter(({ model, pk }) => !(model === 'lab.person' && pk === 1)),
    )
    t.equal(
      (
        await undoRestore(
          { target: target(project, 'merged'), at: '2027-01-01T00:00:00.000Z', deadlineMs: 5000 },
          context,
        )
      ).safetyCopy === null,
      false,
    )
    t.match(await project.ask('dump', ['merged', ['lab.club']]), 'other')
  })

  await t.test('is refused by name where it does not fit, and nothing is changed', async (t) => {
    copyFileSync(project.path('source'), project.path('other'))
    const before = readFileSync(project.path('other'))
    const club = (fields: object, more: object = {}) =>
      JSON.stringify([{ model: 'lab.club', pk: 1, fields, ...more }])
    const cases = [
      [club({ name: 'x', colour: 'red' }), 'restore-refused', 'lab.club.colour'],
      [club({ name: 'x' }, { model: 'lab.boat' }), 'restore-refused', 'lab.boat'],
      [club({ name: ['x'] }), 'restore-refused', 'name'],
      [
        `[{"model":"lab.membership","pk":1,"fields":{"person":1,"club":1}}]`,
        'restore-refused',
        'since',
      ],
      [
        `[{"model":"lab.membership","pk":1,"fields":{"person":1,"club":7,"since":"2020-01-01"}}]`,
        'restore-refused',
        'club',
      ],
      [
        `[{"model":"lab.membership","pk":1,"fields":{"person":1,"club":1,"since":"2020-02-30"}}]`,
        'restore-refused',
        'since',
      ],
      [
        `[{"model":"lab.entry","pk":1,"fields":{"tag":["nobody"],"number":1}}]`,
        'restore-refused',
        'nobody',
      ],
      [
        `[{"model":"lab.tag","pk":77,"fields":{"name":"b","parent":null}}]`,
        'restore-refused',
        'lab.Tag',
      ],
      [club({ name: 'x' }).slice(0, -2), 'document-truncated', ''],
      ['[]', 'format-unknown', 'a JSON list'],
      [club({ name: 'x' }).replace('"x"', 'x'), 'document-invalid', ''],
      [
        JSON.stringify({
          export_date: '2026',
          django_version: '4.2',
          models: { 'lab.Club': { error: 'no such table: lab_club' }, 'auth.User': [] },
        }),
        'document-invalid',
        'no such table: lab_club',
      ],
    ] as const
    for (const [text, code, message] of cases)
      await t.rejects(
        restore(project, { text, into: 'other' }),
        { code, message: new RegExp(message, 'i') },
        text,
      )
    await t.rejects(restore(project, { text: source, into: 'other', mode: 'replace' }), {
      code: 'usage',
    })
    t.ok(readFileSync(project.path('other')).equals(before))
    t.strictSame(
      readdirSync(project.folder).filter((name) => name.startsWith('other.')),
      ['other.sqlite3'],
    )
    const ignored = await restore(project, {
      text: club({ name: 'x', colour: 'red' }),
      into: 'other',
      ignoreUnknown: true,
    })
    t.match(ignored.warnings.join(), 'lab.club.colour')
    t.match(await project.ask('dump', ['other', ['lab.club']]), '"x"')
  })

  await t.test('may be the older envelope, and may hold chosen models', async (t) => {
    renew('merged')
    const models = new Map<string, string[]>()
    for (const record of source.slice(1, -1).split(/, (?=\{"model": )/)) {
      const label = (/"model": "(.*?)"/.exec(record)?.[1] ?? '').replace('auth.u', 'auth.U')
      models.set(label, [...(models.get(label) ?? []), record])
    }
    const lists = Array.from(models, ([label, texts]) => `"${label}": [${texts.join(', ')}]`)
    const text = `{"export_date": "2026-11-22", "django_version": "3.2.25", "models": {${lists.join(', ')}}}`
    await restore(project, { text, into: 'merged', only: ['lab.tag', 'lab.Entry'] })
    t.equal(
      await project.ask('dump', ['merged', ['lab']]),
      await project.ask('dump', ['source', ['lab.tag', 'lab.entry']]),
    )
    await restore(project, { text, into: 'merged' })
    t.equal(await project.ask('dump', ['merged']), source)
  })

  await t.test('is inspected, verified, compared and converted', async (t) => {
    const workFolder = t.testdir()
    const file = join(workFolder, 'fixture.json')
    writeFileSync(file, source)
    const djangoModels = join(project.folder, 'octavo.models.json')
    const seen = await inspectFile({ file, workFolder }, context)
    t.match(seen, { format: 'django', records: records.length, header: null })
    t.match(
      seen.models.find(({ model }) => model === 'lab.kinds'),
      { records: 5 },
    )
    const read = await verifyFile({ file, expect: ['lab.Tag'], workFolder }, context)
    t.match(read, { format: 'django', verified: 'read', records: records.length })
    const against = { ...target(project, 'source'), address: target(project, 'source').address }
    const tried = await verifyFile({ file, expect: [], workFolder, against, djangoModels }, context)
    t.equal(tried.verified, 'round-trip')
    await t.rejects(verifyFile({ file, expect: ['lab.boat'], workFolder }, context), {
      code: 'verify-failed',
    })
    const twice = join(workFolder, 'twice.json')
    writeFileSync(twice, `${source.slice(0, -1)}, ${source.slice(1)}`)
    await t.rejects(verifyFile({ file: twice, expect: [], workFolder }, context), {
      code: 'verify-failed',
      message: /contenttypes\.contenttype 1|auth\.permission 1/,
    })

    const wish = {
      show: 3,
      workFolder,
      at: '2026-11-22T00:17:00.000Z',
      busyTimeoutMs: 5000,
      djangoModels,
    }
    const sides = [
      { kind: 'file', file },
      { kind: 'database', database: against },
    ] as const
    t.match(await diff({ ...wish, a: sides[0], b: sides[1] }, context), { equal: true })
    writeFileSync(twice, source.replace('"Chez"', '"Chez nous"'))
    const found = await diff({ ...wish, a: { kind: 'file', file: twice }, b: sides[1] }, context)
    t.match(
      found.models.filter(({ changed }) => changed > 0),
      [{ model: 'lab.place', changed: 1 }],
    )

    const convert = async (from: string, to: 'json' | 'sqlite' | 'django', schema?: object) => {
      const out = join(workFolder, `out-${(files += 1)}`)
      const input = {
        file: from,
        to,
        out,
        workFolder,
        djangoModels,
        at: wish.at,
        busyTimeoutMs: 5000,
      }
      const fixture = {
        indent: 0,
        naturalForeign: false,
        naturalPrimary: false,
        microseconds: false,
      }
      await convertFile({ ...input, wish: fixture, ...(schema && { schema: against }) }, context)
      return out
    }
    await t.rejects(convert(file, 'json'), { code: 'usage' })
    const document = await convert(file, 'json', against)
    const database = await convert(document, 'sqlite')
    t.equal(readFileSync(await convert(database, 'django'), 'utf8'), source)
    t.equal(readFileSync(await convert(document, 'django'), 'utf8'), source)
    const whole = await convert(project.path('source'), 'json')
    t.match(await verifyFile({ file: whole, expect: [], workFolder }, context), {
      verified: 'round-trip',
    })
    t.equal(readFileSync(await convert(whole, 'django'), 'utf8'), source)
  })

  await t.test('loses no write that comes between', async (t) => {
    copyFileSync(project.path('source'), project.path('merged'))
    let attempts = 0
    const onProgress = ({ phase }: { readonly phase: string }): void => {
      if (phase !== 'loading' || attempts > 0) return
      attempts += 1
      const database = new Database(project.path('merged'))
      database.exec("INSERT INTO lab_person(name) VALUES ('between')")
      database.exec('INSERT INTO lab_person_follows(from_person_id, to_person_id) VALUES (4, 1)')
      database.close()
    }
    await restore(project, { text: source, into: 'merged' }, onProgress)
    t.equal(attempts, 1)
    const people = await project.ask('dump', ['merged', ['lab.person']])
    t.match(people, /"name": "between".*"follows": \[1\]/)
    const always = (): void => {
      const database = new Database(project.path('merged'))
      database.exec("UPDATE lab_club SET name = name || '.'")
      database.close()
    }
    await t.rejects(restore(project, { text: source, into: 'merged', deadlineMs: 300 }, always), {
      code: 'target-changed',
    })
    t.match(await project.ask('dump', ['merged', ['lab.club']]), 'Ruder.')
  })
})
