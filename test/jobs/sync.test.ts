import Database from 'better-sqlite3'
import fc from 'fast-check'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { SyncRules } from '../../src/core/column-facts.js'
import { formOf, pseudonyms } from '../../src/documents/rewrite/pseudonym.js'
import { isOneDatabase } from '../../src/engines/postgresql/connection/is-one-database.js'
import type { ChosenDatabase } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { rows } from '../cli/lab-folder.js'
import { compileOctavo, octavo } from '../cli/octavo.js'
import { noPostgres, startPostgres } from '../support/postgres/server.js'
import { ownFolder } from '../support/read-snapshot.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }
const key = 'k'.repeat(32)
const pseudonym = pseudonyms(key)
const mail = (value: string): string => pseudonym(value, null) ?? ''

t.test('a pseudonym keeps the form, and is the same for the same value alone', async (t) => {
  t.match(mail('Ada@Example.org'), /^u[a-z2-7]{16}@example\.invalid$/)
  t.equal(mail('Ada@Example.org'), mail('Ada@Example.org'))
  t.not(mail('ada@example.org'), mail('Ada@Example.org'))
  t.not(pseudonyms('another key, as long')('Ada@Example.org', null), mail('Ada@Example.org'))
  t.match(mail('+49 (170) 123-4567'), /^\+\d\d \(\d{3}\) \d{3}-\d{4}$/)
  t.match(mail('Ada Lovelace'), /^p[a-z2-7]{19}$/)
  t.equal(pseudonym('Ada Lovelace', 2)?.length, 2)
  t.equal(pseudonym('ada@example.org', 30)?.length, 30)
  t.equal(pseudonym('ada@example.org', 27), null, 'no room for one that is nobody else')
  for (const digits of [1, 2, 3]) {
    const all = Array.from({ length: 10 ** digits }, (_, n) => `${n}`.padStart(digits, '0'))
    t.equal(new Set(all.map(mail)).size, all.length, `${digits} digits never clash`)
  }
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.nat(60), (value, room) => {
      const made = pseudonym(value, room)
      if (made === null) return formOf(value) === 'email'
      return made.length <= Math.max(room, formOf(value) === 'digits' ? value.length : 0)
    }),
  )
})

const schema = `
  CREATE TABLE person(id INTEGER PRIMARY KEY, email varchar(254) NOT NULL UNIQUE, phone varchar(20),
    password varchar(128) NOT NULL, note text, born date NOT NULL, code varchar(8) UNIQUE,
    boss INTEGER REFERENCES person(id), login text NOT NULL UNIQUE, flag bool NOT NULL);
  CREATE TABLE visit(id INTEGER PRIMARY KEY, email text, login text REFERENCES person(login), n INTEGER NOT NULL);
  CREATE INDEX by_email ON visit(email);
  INSERT INTO person VALUES
    (1, 'ada@example.org', '+49 170 1234567', 'pbkdf2$ada', 'x', '1990-01-01', 'a', NULL, 'l1', 1),
    (2, 'Grace@navy.mil', NULL, 'pbkdf2$grace', '', '1991-01-01', 'b', 1, 'l2', 0);
  INSERT INTO visit VALUES (1, 'ada@example.org', 'l1', 5), (2, '', 'l2', 6), (3, NULL, 'l2', 7);
  ANALYZE;
`
const chosen = {
  person: {
    email: 'pseudonym',
    phone: 'pseudonym',
    password: 'empty',
    note: 'empty',
    flag: 'empty',
  },
  visit: { email: 'pseudonym', n: 'empty' },
} as const
const secrets = ['ada@example', 'Grace@navy', '1234567', 'pbkdf2']

function sqlite(t: Test, more = ''): { folder: string; source: ChosenDatabase } {
  const folder = t.testdir()
  const path = join(folder, 'prod.sqlite3')
  new Database(path).exec(schema + more).close()
  const address = { engine: 'sqlite', path, shown: path } as const
  return {
    folder,
    source: { name: 'shop', label: 'prod', address, modelNames: [], excludeRows: [] },
  }
}

async function rewritten(source: ChosenDatabase, folder: string, rules: SyncRules, more = {}) {
  const file = join(folder, `plain-${readdirSync(folder).length}`)
  const wish = { format: 'json', verify: false, sample: false, at, busyTimeoutMs: 5000 } as const
  await runHere('export', { ...wish, database: source, file }, context)
  const out = `${file}.rewritten`
  const input = { file, out, source, rules, key, keepFullText: [], workFolder: folder, ...more }
  return { out, result: await runHere('rewrite', input, context) }
}

const rulesOf = (columns: Readonly<Record<string, Readonly<Record<string, string>>>>): SyncRules =>
  Object.entries(columns).map(([model, own]) => [model, Object.entries(own)]) as SyncRules

t.test('a rewritten document proves itself, and nothing of the columns is in it', async (t) => {
  const { folder, source } = sqlite(t)
  const { out, result } = await rewritten(source, folder, rulesOf(chosen))
  const text = readFileSync(out, 'utf8')
  for (const secret of secrets) t.notMatch(text, secret)
  t.match(await runHere('verify', { file: out, expect: [], workFolder: folder }, context), {
    verified: 'round-trip',
    canonical: true,
    header: { rewritten: { pseudonym: ['person.email', 'person.phone', 'visit.email'] } },
  })
  t.strictSame(result.personal, [])
  const path = join(folder, 'into.sqlite3')
  const restore = (target: ChosenDatabase) =>
    runHere(
      'restore',
      { file: out, target, mode: null, only: [], dryRun: false, at, deadlineMs: 5000 },
      context,
    )
  const target = { ...source, label: 'dev', address: { ...source.address, path, shown: path } }
  await restore(target as ChosenDatabase)
  const joined = 'SELECT p.id FROM person p JOIN visit v ON v.email = p.email'
  t.strictSame(rows(path, joined), [[1]], 'what was joined by e-mail is still')
  t.strictSame(rows(path, 'SELECT email FROM visit WHERE id > 1 ORDER BY id'), [[''], [null]])
  t.match(rows(path, 'SELECT phone, password, note, flag, born FROM person ORDER BY id'), [
    [/^\+\d\d \d{3} \d{7}$/, '', null, 0, '1990-01-01'],
    [null, '', null, 0, '1991-01-01'],
  ])
  t.strictSame(rows(path, 'SELECT DISTINCT n FROM visit'), [[0]])
  for (const label of ['prod', 'Production'])
    await t.rejects(restore({ ...source, label }), {
      code: 'restore-refused',
      message: /rewritten for development, and shop is production/,
    })
})

t.test('a rule that can not be kept is refused by name', async (t) => {
  const more = `CREATE VIRTUAL TABLE words USING fts5(body); INSERT INTO words VALUES ('ada@example.org');`
  const { folder, source } = sqlite(t)
  const refused: [Record<string, Record<string, string>>, RegExp][] = [
    [{ persons: { email: 'empty' } }, /names persons, and no model/],
    [{ person: { mail: 'empty' } }, /names person\.mail, and there is no such column/],
    [{ person: { phone: 'empty' }, Person: { note: 'empty' } }, /names person twice/],
    [{ person: { id: 'pseudonym' } }, /person\.id "pseudonym": other rows find/],
    [{ person: { boss: 'empty' } }, /person\.boss .*other rows find/],
    [{ person: { login: 'pseudonym' } }, /person\.login .*other rows find/],
    [{ visit: { login: 'pseudonym' } }, /visit\.login .*other rows find/],
    [{ person: { born: 'empty' } }, /person\.born .*date knows no empty value/],
    [{ person: { born: 'pseudonym' } }, /person\.born .*type is date, not text/],
    [{ person: { email: 'empty' } }, /person\.email .*two rows may not be alike/],
    [{ person: { code: 'pseudonym' } }, /person\.code takes 8 characters: too few/],
  ]
  for (const [columns, message] of refused)
    await t.rejects(rewritten(source, folder, rulesOf(columns)), { message }, message.source)
  const texts = sqlite(t, more)
  const rules = rulesOf({ visit: { email: 'empty' } })
  await t.rejects(rewritten(texts.source, texts.folder, rules), {
    message: /full-text table words/,
  })
  await rewritten(texts.source, texts.folder, rules, { keepFullText: ['words'] })
  const { result } = await rewritten(source, folder, [])
  const suspicious = ['person.email', 'person.phone', 'person.password', 'visit.email']
  t.strictSame(result, { rewritten: [], personal: suspicious })
})

t.test('octavo sync prod dev brings production without what the rules name', async (t) => {
  compileOctavo()
  const { folder } = sqlite(t)
  const config = (columns: object): void =>
    writeFileSync(join(folder, 'octavo.config.json'), JSON.stringify({ sync: { columns } }))
  config(chosen)
  const env = { DATABASE_URL: 'dev.sqlite3', DATABASE_URL_PROD: 'prod.sqlite3', SYNC_KEY: key }
  const call = (words: string[], more = {}) =>
    octavo(['sync', ...words], { folder, env: { ...env, ...more } })
  t.match(await call(['dev', 'prod', '--yes', '--confirm', 'prod']), {
    exit: 4,
    err: /nothing was synced: prod is labelled prod/,
  })
  t.match(await call(['prod', 'dev'], { SYNC_KEY: '' }), { exit: 2, err: /SYNC_KEY is not set/ })
  const dry = await call(['prod', 'dev', '--dry-run'])
  t.match(dry, { exit: 0, out: /person\.email would be a pseudonym in 2 records/ }, dry.err)
  t.notOk(existsSync(join(folder, 'dev.sqlite3')))
  const done = await call(['prod', 'dev', '--json'])
  t.equal(done.exit, 0, done.err)
  t.match(JSON.parse(done.out), {
    from: { name: 'prod', label: 'prod' },
    to: { name: 'database', label: 'dev' },
    verified: 'snapshot',
    restored: { created: true },
  })
  for (const name of readdirSync(folder).filter((one) => !/^prod|config/.test(one)))
    if (
      !readdirSync(folder, { withFileTypes: true }).some((e) => e.name === name && e.isDirectory())
    )
      for (const secret of secrets)
        t.notOk(readFileSync(join(folder, name)).includes(secret), `${name} holds no ${secret}`)
  t.strictSame(
    readdirSync(folder, { recursive: true }).filter((name) => /plain|rewritten/.test(String(name))),
    [],
  )
  t.match(await call(['prod', 'dev']), { exit: 6 }, 'it is not empty any more')
  t.match(await call(['prod', './dev.sqlite3', '--yes'], { DATABASE_URL: '' }), {
    exit: 6,
    err: /--confirm database: its label is not known/,
  })
  t.match(await call(['prod', 'dev', '--yes']), { exit: 0, out: /the state before is kept in/ })
})

t.test('from one PostgreSQL database to another', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  await server.run('postgres', 'CREATE DATABASE live')
  await server.run('postgres', 'CREATE DATABASE test')
  await server.run(
    'live',
    `CREATE EXTENSION citext;
     CREATE TABLE person(id serial PRIMARY KEY, email citext NOT NULL UNIQUE, phone varchar(20),
       password varchar(128) NOT NULL, short char(20), amount numeric(8, 2) NOT NULL, seen timestamptz);
     CREATE TABLE keyless(email text);
     INSERT INTO person(email, phone, password, short, amount, seen)
       SELECT 'user' || n || '@example.org', '0170' || n, 'pbkdf2$', 'name ' || n, n, now()
       FROM generate_series(1, 300) n;`,
  )
  const folder = ownFolder(t)
  const place = (name: string) =>
    ({ engine: 'postgresql', url: server.url(name), shown: `the database ${name}` }) as const
  const database = (name: string, label: string): ChosenDatabase => {
    return { name, label, address: place(name), modelNames: [], excludeRows: [] }
  }
  const source = database('live', 'prod')
  const person = { email: 'pseudonym', phone: 'pseudonym', password: 'empty', short: 'pseudonym' }
  const rules = rulesOf({ person: { ...person, amount: 'empty', seen: 'empty' } })
  const { out } = await rewritten(source, folder, rules)
  const wish = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
  await runHere('restore', { ...wish, file: out, target: database('test', 'dev') }, context)
  const found = await server.rows(
    'test',
    `SELECT count(DISTINCT email), count(DISTINCT phone), count(DISTINCT short),
            bool_and(email ~ '@example.invalid$'), max(password), max(amount), count(seen)
     FROM person`,
  )
  t.strictSame(found, [['300', '300', '300', 't', '', '0.00', '0']])
  await t.rejects(
    runHere('restore', { ...wish, file: out, target: database('test', 'prod') }, context),
    { code: 'restore-refused' },
  )
  await t.rejects(rewritten(source, folder, rulesOf({ keyless: { email: 'empty' } })), {
    message: /keyless\.email .*no primary key/,
  })
  await server.run(
    'live',
    `CREATE TABLE helper(PRIMARY KEY (id)) INHERITS (person);
     CREATE TABLE note(id integer PRIMARY KEY, body text, words tsvector,
       own tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED)`,
  )
  await t.rejects(rewritten(source, folder, rulesOf({ person: { phone: 'pseudonym' } })), {
    message: /person\.phone, which shows the values of helper\.phone as well/,
  })
  const both = { person: { phone: 'pseudonym' }, helper: { phone: 'pseudonym' } }
  await t.rejects(rewritten(source, folder, rulesOf(both)), {
    message: /note\.words \(tsvector\) may hold the words/,
  })
  await rewritten(source, folder, rulesOf({ ...both, note: { words: 'empty' } }))
  await rewritten(source, folder, rulesOf(both), { keepFullText: ['note.words'] })
  await server.run('live', 'DROP TABLE helper, note')
  const { signal } = context
  const aside = { ...place('live'), url: server.url('live').replace('127.0.0.1', 'localhost') }
  t.equal(await isOneDatabase(place('live'), aside, signal), true)
  t.equal(await isOneDatabase(place('live'), place('test'), signal), false)

  const kept = ownFolder(t)
  const columns = { person: { email: 'pseudonym', password: 'empty' } }
  writeFileSync(join(kept, 'octavo.config.json'), JSON.stringify({ sync: { columns } }))
  await server.run('live', 'DROP TABLE keyless')
  const sync = (to: string, more = {}) =>
    octavo(['sync', 'prod', 'dev', '--yes'], {
      folder: kept,
      env: { DATABASE_URL: to, DATABASE_URL_PROD: server.url('live'), SYNC_KEY: key, ...more },
    })
  const toServer = await sync(server.url('test'))
  t.match(toServer, { exit: 0, out: /the state before is kept in/ }, toServer.err)
  const emails = `SELECT count(DISTINCT email) FROM person WHERE email ~ '@example.invalid$'`
  t.strictSame(await server.rows('test', emails), [['300']])
  const toFile = await sync('laptop.sqlite3')
  t.equal(toFile.exit, 0, toFile.err)
  const laptop = new Database(join(kept, 'laptop.sqlite3'), { readonly: true })
  t.teardown(() => laptop.close())
  t.strictSame(
    laptop
      .prepare(
        `SELECT count(DISTINCT email), max(password) FROM person WHERE email LIKE '%invalid'`,
      )
      .raw()
      .get(),
    [300, ''],
  )
})
