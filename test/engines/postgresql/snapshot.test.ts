import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openSnapshot } from '../../../src/engines/postgresql/snapshot/open-snapshot.js'
import { ownFolder } from '../../support/read-snapshot.js'
import { noPostgres, startPostgres, type TestServer } from '../../support/postgres/server.js'
import { serverLines, withServerSnapshot } from '../../support/postgres/read-server.js'

const extremes = readFileSync(
  new URL('../../support/postgres/extremes.sql', import.meta.url),
  'utf8',
)

t.test('snapshots of a PostgreSQL server', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  await server.run('postgres', 'CREATE DATABASE extremes')
  await server.run('extremes', extremes)

  await t.test('values stand in their exact forms', async (t) => {
    await withServerSnapshot(t, server.url('extremes'), async (snapshot) => {
      const [first = '', second = '', third = ''] = await serverLines(snapshot, 'extremes')
      const parts = [
        `{"model":"extremes","pk":1,"fields":{"b":true,"i2":32767,"i4":1073741823,`,
        `"i8":{"$numberLong":"9223372036854775807"},"f4":3.4028235e+38,"f8":1.7976931348623157e+308,`,
        `"bin":{"$binary":{"base64":"AP8Q","subType":"00"}}`,
        `"t":"tab\\t newline\\n quote\\" back\\\\slash \\u0001\\u001f\u007f \u2028 / 😀"`,
        `"ch":"ab   "`,
        `"num":"NaN","num2":"-1234567890.12","cash":"-$92,233,720,368,547,758.08","d":"infinity"`,
        `"tz":"-infinity","tm":"24:00:00","ttz":"23:59:59.999999-15:59","iv":"-178000000 years"`,
        `"js":"{\\"a\\" :  1,\\"a\\":2}"`,
        `"ip":"1.2.3.4","net":"10.0.0.0/8"`,
        `"tarr":"{\\"a,b\\",\\"c\\\\\\"d\\",NULL,\\"NULL\\",\\"\\"}"`,
        `"pr":"(1,\\"x,\\"\\"y\\")"`,
        `"dom":7,"dom2":8`,
      ]
      for (const [index, part] of parts.entries()) t.ok(first.includes(part), `part ${index}`)
      t.notOk(first.includes('doubled'), 'generated columns are left out')
      t.match(second, '"f4":{"$numberDouble":"NaN"},"f8":{"$numberDouble":"-Infinity"}')
      t.match(second, '"pr":"(,)"', 'a row of nulls is no null')
      t.match(third, '"i8":{"$numberLong":"9007199254740992"},"f4":0.1,"f8":-0,')
      t.match(third, '"tz":"2020-06-01 10:00:00+00"')
    })
  })

  await t.test('records stand in an order that hangs on no locale', async (t) => {
    await withServerSnapshot(t, server.url('extremes'), async (snapshot) => {
      const keys = (lines: string[]): unknown[] =>
        lines.map((line) => (JSON.parse(line) as { pk: unknown }).pk)
      t.strictSame(keys(await serverLines(snapshot, 'text_key')), [
        '',
        'A',
        'B',
        'a',
        'b',
        'z',
        'é',
      ])
      t.strictSame(keys(await serverLines(snapshot, 'tag')), ['art', 'News'])
      t.strictSame(keys(await serverLines(snapshot, 'ranged')), [
        ['[10,11)', 'sad', '(1,a)'],
        ['[9,10)', 'ok', '(1,B)'],
      ])
      const keyless = await serverLines(snapshot, 'keyless')
      t.equal(keyless.length, 7)
      t.strictSame(
        keyless,
        keyless.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      )
      t.equal(snapshot.violations('tagged'), 0)
    })
  })

  await t.test('partitions are read through their root, children by themselves', async (t) => {
    await withServerSnapshot(t, server.url('extremes'), async (snapshot) => {
      const models = snapshot.models.map(({ model }) => model)
      t.strictSame(
        models.filter((name) => name.startsWith('measure')),
        ['measure'],
      )
      t.equal((await serverLines(snapshot, 'measure')).length, 3)
      t.equal((await serverLines(snapshot, 'parent_table')).length, 1)
      t.equal((await serverLines(snapshot, 'child_table')).length, 1)
      t.ok(models.indexOf('tag') < models.indexOf('tagged'), 'parents come first')
      t.strictSame(snapshot.sequences, [
        '["accounts","user_id_seq",9,true]',
        '["public","extremes_id_seq",4,true]',
        '["public","large_one",{"$numberLong":"9223372036854775806"},true]',
        '["public","untouched",5,false]',
      ])
    })
  })

  await t.test('the SQL of the schema is split at its headings, and only there', async (t) => {
    await withServerSnapshot(t, server.url('extremes'), async ({ schema, facts }) => {
      t.match(facts.schema_by, /^pg_dump \d+\.\d+$/)
      const objects = schema.filter((object) => object.type === 'object')
      t.equal(objects.filter(({ name }) => name.startsWith('pretender')).length, 0)
      const touch = objects.find(({ kind }) => kind === 'FUNCTION')
      t.match(touch?.sql, /-- Name: pretender; Type: TABLE[\s\S]*END \$fn\$;$|END \$\$;$/)
      const after = objects.filter((object) => object.after_rows === true).map(({ kind }) => kind)
      for (const kind of ['CONSTRAINT', 'FK CONSTRAINT', 'INDEX', 'TRIGGER', 'RULE'])
        t.ok(after.includes(kind), kind)
      t.ok(after.includes('MATERIALIZED VIEW DATA'))
    })
  })

  await t.test('chosen models need no pg_dump, and rows can be left out', async (t) => {
    const options = { models: ['KEYLESS', 'accounts.user'], excludeRows: ['accounts.user'] }
    await withServerSnapshot(
      t,
      server.url('extremes'),
      async (snapshot) => {
        t.strictSame(
          snapshot.schema.map(({ name }) => name),
          ['accounts.user', 'keyless'],
        )
        t.equal(snapshot.facts.schema_by, undefined)
        t.strictSame(snapshot.sequences, ['["accounts","user_id_seq",9,true]'])
        t.strictSame(await serverLines(snapshot, 'accounts.user'), [])
      },
      { ...options, pgDump: '/nowhere/pg_dump' },
    )
    const unknown = withServerSnapshot(t, server.url('extremes'), () => 0, { models: ['nobody'] })
    await t.rejects(unknown, { code: 'model-unknown' })
  })

  await t.test('Django tables have the names of their models', async (t) => {
    await server.run('postgres', 'CREATE DATABASE django')
    await server.run(
      'django',
      `CREATE TABLE auth_user (id serial PRIMARY KEY);
       CREATE TABLE django_content_type (id serial, app_label varchar(100), model varchar(100));
       INSERT INTO django_content_type (app_label, model) VALUES ('shop', 'order');
       CREATE TABLE shop_order (id serial PRIMARY KEY);
       CREATE TABLE "Own" (id integer); CREATE TABLE own (id integer);`,
    )
    const modelNames = new Map([['Own', 'shop.Own']])
    await withServerSnapshot(
      t,
      server.url('django'),
      ({ models }) => {
        t.strictSame(
          models.map(({ model }) => model),
          ['auth.User', 'contenttypes.ContentType', 'own', 'shop.Own', 'shop.order'],
        )
      },
      { modelNames },
    )
    await t.rejects(
      withServerSnapshot(t, server.url('django'), () => 0),
      { code: 'model-clash' },
    )
  })

  await t.test('what a document can not carry is refused by name', async (t) => {
    const refused = async (name: string, sql: string, message: RegExp): Promise<void> => {
      await server.run('postgres', `CREATE DATABASE ${name}`)
      await server.run(name, `CREATE TABLE plain (id integer); ${sql}`)
      const opened = withServerSnapshot(t, server.url(name), () => 0)
      await t.rejects(opened, { code: 'cannot-carry', message }, name)
    }
    await refused('large', 'SELECT lo_create(0)', /1 large objects/)
    await refused(
      'foreign_rows',
      `CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
       CREATE FOREIGN TABLE far (a text) SERVER files OPTIONS (filename '/dev/null')`,
      /"far" is a foreign table/,
    )
    await server.run(
      'postgres',
      `CREATE DATABASE no_encoding ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'`,
    )
    await t.rejects(
      withServerSnapshot(t, server.url('no_encoding'), () => 0),
      { code: 'cannot-carry', message: /SQL_ASCII/ },
    )
    await server.run('postgres', 'CREATE DATABASE empty')
    await t.rejects(
      withServerSnapshot(t, server.url('empty'), () => 0),
      { code: 'database-empty' },
    )
  })

  await t.test('rights: what is not to be read is named, and a reader needs no more', async (t) => {
    await server.run('postgres', 'CREATE DATABASE rights')
    await server.run('postgres', `CREATE ROLE reader LOGIN PASSWORD 'S3cr:et@/1'`)
    await server.run(
      'rights',
      `CREATE TABLE open (id serial PRIMARY KEY, a text); CREATE TABLE secret (id integer);
       GRANT SELECT ON open, open_id_seq TO reader;`,
    )
    const url = server.url('rights', 'reader')
    const read = (): Promise<number> =>
      withServerSnapshot(t, url, async (snapshot) => {
        for (const { model } of snapshot.models) await serverLines(snapshot, model)
        return snapshot.models.length
      })
    await t.rejects(read(), { code: 'database-refused', message: /secret/ })
    await server.run(
      'rights',
      'GRANT SELECT ON secret TO reader; ALTER TABLE secret ENABLE ROW LEVEL SECURITY',
    )
    await t.rejects(read(), { code: 'database-refused', message: /row-level security/ })
    await server.run('rights', 'ALTER TABLE secret DISABLE ROW LEVEL SECURITY')
    t.equal(await read(), 2)
  })

  await t.test('a missing, old, failing or broken pg_dump is named', async (t) => {
    const folder = ownFolder(t)
    const program = (name: string, body: string): string => {
      const path = join(folder, name)
      writeFileSync(path, `#!/bin/sh\n${body}\n`)
      chmodSync(path, 0o755)
      return path
    }
    const says = (version: string): string =>
      `[ "$1" = --version ] && echo "pg_dump (PostgreSQL) ${version}" && exit 0`
    const opened = (pgDump: string): Promise<unknown> =>
      withServerSnapshot(t, server.url('extremes'), () => 0, { pgDump })
    await t.rejects(opened(join(folder, 'none')), { code: 'program-missing' })
    await t.rejects(opened(program('old', says('12.3'))), {
      code: 'program-missing',
      message: /12\.3/,
      hint: /postgresql-client-/,
    })
    const failing = program('failing', `${says('99.1')}\necho "boom $PGPASSWORD" >&2; exit 1`)
    await t.rejects(opened(failing), { code: 'database-refused', message: /boom \*\*\*/ })
    await t.rejects(opened(program('cut', `${says('99.1')}\necho "SET x = 1;"`)), {
      code: 'cannot-carry',
      message: /cut short/,
    })
    await withServerSnapshot(
      t,
      server.url('extremes'),
      ({ facts }) => void t.equal(facts.schema_by, undefined),
      { pgDump: 'none' },
    )
  })

  await t.test('an export under writers is one instant', async (t) => {
    await server.run('postgres', 'CREATE DATABASE busy')
    await server.run('busy', 'CREATE TABLE a (id integer); CREATE TABLE b (id integer PRIMARY KEY)')
    await server.run('busy', 'INSERT INTO a SELECT generate_series(1, 2000)')
    await server.run('busy', 'INSERT INTO b SELECT generate_series(1, 2000)')
    const work = { going: true, written: 0 }
    const writing = writeBoth(server, work)
    try {
      await withServerSnapshot(t, server.url('busy'), async (snapshot) => {
        const before = work.written
        const a = await serverLines(snapshot, 'a')
        while (work.written < before + 20) await new Promise((resolve) => setImmediate(resolve))
        const b = await serverLines(snapshot, 'b')
        const ids = (lines: string[]): string[] =>
          lines.map((line) => /:(\d+)[,}]/.exec(line)?.[1] ?? '')
        t.strictSame(ids(a).toSorted(), ids(b).toSorted())
      })
    } finally {
      work.going = false
      await writing
    }
  })

  await t.test('a stop ends the snapshot at once', async (t) => {
    await server.run(
      'busy',
      `CREATE TABLE wide AS SELECT n, repeat('x', 999) FROM generate_series(1, 9999) n`,
    )
    const stop = new AbortController()
    const snapshot = await openSnapshot(
      { url: server.url('busy'), shown: 'it' },
      { workFolder: ownFolder(t), signal: stop.signal, pgDump: 'none' },
    )
    const chunks = snapshot.records('wide')[Symbol.asyncIterator]()
    t.ok((await chunks.next()).value, 'the first chunk is read')
    stop.abort()
    await t.rejects(
      async () => {
        while (!(await chunks.next()).done) continue
      },
      { code: 'aborted' },
    )
    await snapshot.close()
  })
})

/** Adds a row to two tables in one transaction, again and again. */
async function writeBoth(
  server: TestServer,
  work: { going: boolean; written: number },
): Promise<void> {
  while (work.going) {
    const id = 10_000 + work.written
    await server.run(
      'busy',
      `BEGIN; INSERT INTO a VALUES (${id}); INSERT INTO b VALUES (${id}); COMMIT`,
    )
    work.written += 1
  }
}
