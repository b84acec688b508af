import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { exportFixture } from '../../src/jobs/fixture/export-fixture.js'
import type { FixtureInput } from '../../src/jobs/fixture/fixture-types.js'
import { noDjango } from '../support/django/django-project.js'
import { makeFixtureProject, type FixtureProject } from '../support/django/fixture-project.js'

const context = { signal: new AbortController().signal, onProgress: () => undefined }
const plain = { indent: 0, naturalForeign: false, naturalPrimary: false, microseconds: false }
let exports = 0

async function fixtureOf(
  project: FixtureProject,
  wish: Partial<FixtureInput['wish']> & { readonly models?: string[]; readonly guess?: true } = {},
) {
  const { models, guess, ...rest } = wish
  exports += 1
  const file = join(project.folder, `export-${exports}.json`)
  const path = project.path('source')
  const result = await exportFixture(
    {
      database: {
        name: 'database',
        label: '',
        address: { engine: 'sqlite', path, shown: path },
        modelNames: [],
        excludeRows: [],
      },
      verify: false,
      at: '2026-11-22T00:17:00.000Z',
      file,
      busyTimeoutMs: 5000,
      wish: { ...plain, ...rest },
      ...(models && { models }),
      ...(!guess && { djangoModels: join(project.folder, 'octavo.models.json') }),
    },
    context,
  )
  return { file, text: readFileSync(file, 'utf8'), result }
}

t.test('a fixture of a database', { skip: noDjango }, async (t) => {
  const project = await makeFixtureProject(t)
  await project.ask('migrate', ['source', 'loaded', 'other'])
  await project.ask('fill', ['source'])
  writeFileSync(join(project.folder, 'octavo.models.json'), await project.ask('models'))

  await t.test('equals what dumpdata writes, byte for byte', async (t) => {
    const wishes = [
      [{}, {}],
      [{ indent: 2 }, { indent: 2 }],
      [
        { naturalForeign: true, indent: 2 },
        { use_natural_foreign_keys: true, indent: 2 },
      ],
      [
        { naturalForeign: true, naturalPrimary: true },
        { use_natural_foreign_keys: true, use_natural_primary_keys: true },
      ],
    ] as const
    for (const [ours, theirs] of wishes) {
      const { text, result } = await fixtureOf(project, ours)
      const dumped = await project.ask('dump', ['source'], theirs)
      t.equal(text, dumped, JSON.stringify(ours))
      t.strictSame(result.warnings, [])
    }
  })

  await t.test(
    'is loaded by loaddata into an empty database, which then dumps the same',
    async (t) => {
      const { file, text } = await fixtureOf(project)
      await project.ask('load', ['loaded', file])
      t.equal(await project.ask('dump', ['loaded']), text)
    },
  )

  await t.test('holds the apps and models that are asked for, in any case', async (t) => {
    const models = ['lab.kinds', 'AUTH', 'lab.Tag']
    const { text, result } = await fixtureOf(project, { models })
    t.equal(text, await project.ask('dump', ['source', ['auth', 'lab.tag', 'lab.kinds']]))
    t.match(result.models.at(-1), { model: 'lab.kinds', records: 5 })
    await t.rejects(fixtureOf(project, { models: ['lba'] }), { code: 'model-unknown' })
  })

  await t.test('cuts microseconds as dumpdata does, and says so, or keeps them', async (t) => {
    const at = `import datetime
k = Kinds.objects.using(db).order_by('pk')[0]
k.at = datetime.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=datetime.timezone.utc)
k.clock = datetime.time(1, 2, 3, 5)
k.save()`
    await project.ask('run', [at, 'source'])
    const cut = await fixtureOf(project, { models: ['lab.kinds'] })
    t.equal(cut.text, await project.ask('dump', ['source', ['lab.kinds']]))
    t.match(cut.result.warnings, [/microseconds were cut .*lab\.kinds \(2\)/])
    const kept = await fixtureOf(project, { models: ['lab.kinds'], microseconds: true })
    t.match(kept.text, '"2026-01-02T03:04:05.678901Z"')
    t.match(kept.text, '"01:02:03.000005"')
    t.strictSame(kept.result.warnings, [])
    const rounded = at.replace('678901', '678000').replace('3, 5)', '3, 5000)')
    await project.ask('run', [rounded, 'source'])
  })

  await t.test('without a models file it says what was assumed', async (t) => {
    const { file, text, result } = await fixtureOf(project, { guess: true })
    const [first, ...more] = result.warnings
    t.match(first, /there is no models file/)
    t.match(more.join('\n'), 'lab.place.codes')
    t.match(more.join('\n'), 'lab.kinds.took')
    t.match(more.join('\n'), /lab\.kinds\.data was assumed to be JSON/)
    // A duration can't be told from a number, nor a field from a column of another name.
    const told = text
      .replaceAll(
        /"took": (-?\d+)/g,
        (_, micros) => `"took": "${(Number(micros) / 1e6).toFixed(6)}"`,
      )
      .replaceAll('"the words"', '"words"')
      .replaceAll('"machine_name"', '"by_name"')
    writeFileSync(file, told)
    await project.ask('load', ['other', file])
    t.strictSame(
      sorted(JSON.parse(await project.ask('dump', ['other']))),
      sorted(JSON.parse(await project.ask('dump', ['source']))),
    )
  })
})

/** Members of objects in one order: a table has its columns in another than its model. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  )
}
