import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import t from 'tap'
import { openSession } from '../../../src/engines/postgresql/connection/open-session.js'
import {
  addressWarnings,
  requireOwnSession,
} from '../../../src/engines/postgresql/connection/pooled-address.js'
import { parseServerAddress } from '../../../src/core/server-address.js'
import { runPgDump } from '../../../src/engines/postgresql/dump/run-pg-dump.js'
import { splitDump } from '../../../src/engines/postgresql/dump/split-dump.js'
import { freePort } from '../../support/free-port.js'
import { noPostgres, password, startPostgres } from '../../support/postgres/server.js'

t.test('an address is read as libpq reads it', async (t) => {
  const read = parseServerAddress
  t.match(read('postgres://u:p@h:6543/d?sslmode=require'), {
    host: 'h',
    port: 6543,
    user: 'u',
    password: 'p',
    database: 'd',
    sslMode: 'require',
  })
  t.match(read('postgresql://u%40x:p%2F%40@[::1]/a%20b'), {
    host: '::1',
    port: 5432,
    user: 'u@x',
    password: 'p/@',
    database: 'a b',
    sslMode: 'prefer',
  })
  t.match(read('postgresql://u:p/w@x#?y@h:5433/d'), { password: 'p/w@x#?y', host: 'h', port: 5433 })
  t.match(read('postgresql://u@/d?host=/run/postgresql&channel_binding=require'), {
    host: '/run/postgresql',
    database: 'd',
  })
  t.match(read('postgresql://u@h'), { database: 'u', password: '' })
  for (const wrong of [
    'postgresql://u:S3cr3t@a,b/d',
    'postgresql://u:S3cr3t@h:0/d',
    'postgresql://u:S3cr3t@h:70000/d',
    'postgresql://u:S3cr3t@h/d?sslmode=maybe',
    'http://u:S3cr3t@h/d',
  ])
    try {
      read(wrong)
      t.fail(wrong)
    } catch (error) {
      t.match(error, { code: 'usage' }, wrong)
      t.notMatch(inspect(error, { depth: 9 }), 'S3cr3t')
    }
})

t.test('a pooler is named, with the port of the server behind it', async (t) => {
  const place = (port: number) => ({ url: `postgresql://u:p@h:${port}/d`, shown: 'the address' })
  t.match(addressWarnings(place(6543)), [/6543.*5432/])
  t.strictSame(addressWarnings(place(5432)), [])
  t.doesNotThrow(() => requireOwnSession(place(6543)), 'what stands there is not known')
})

t.test('of Supabase both right addresses are named, and pg_dump is not tried', async (t) => {
  const pooler = 'aws-0-eu-central-1.pooler.supabase.com'
  const at = (host: string, user: string) => ({
    url: `postgresql://${user}:S3cr3t@${host}/postgres`,
    shown: 'the address',
  })
  const pooled = at(`${pooler}:6543`, 'postgres.abcdef')
  const right = /port 5432 of aws-0-eu-central-1\.pooler.*db\.abcdef\.supabase\.co:5432/
  t.match(addressWarnings(pooled), [right])
  t.throws(() => requireOwnSession(pooled), { code: 'database-refused', hint: right })
  const dedicated = at('db.abcdef.supabase.co:6543', 'postgres')
  t.match(addressWarnings(dedicated), [/port 5432 of db\.abcdef\.supabase\.co, the server itself/])
  t.throws(() => requireOwnSession(dedicated), { code: 'database-refused' })
  for (const good of [
    at(`${pooler}:5432`, 'postgres.abcdef'),
    at('db.abcdef.supabase.co', 'postgres'),
  ]) {
    t.strictSame(addressWarnings(good), [])
    t.doesNotThrow(() => requireOwnSession(good))
  }
  // The server that would be asked is none: the refusal comes before.
  const chosen = { url: pooled.url.replace(pooler, `nobody.${pooler}`), shown: 'the address' }
  const dump = runPgDump({
    program: { path: '/nobody/pg_dump', version: '15', major: 15 },
    place: chosen,
    wishes: [],
    snapshotId: '',
    lockTimeoutMs: 1,
  })
  await t.rejects(dump, { code: 'database-refused', message: /pooler/ })
})

t.test('a dump that says less than it should is refused', async (t) => {
  t.throws(() => splitDump('SET x = 1;\n'), { code: 'cannot-carry', message: /cut short/ })
  const entries = splitDump(
    [
      'SET a = 1;\n\n--\n-- Name: f(); Type: FUNCTION; Schema: public; Owner: -\n--\n',
      `CREATE FUNCTION f() AS 'it''s\n--\n-- Name: no; Type: TABLE; Schema: x; Owner: -\n--\n';\n`,
      `\n\nSET default_table_access_method = heap;\n\n`,
      '--\n-- Name: p; Type: SCHEMA; Schema: -; Owner: -\n--\n\nCREATE SCHEMA p;\n\n',
      '\n--\n-- PostgreSQL database dump complete\n--\n\n',
    ].join('\n'),
  )
  t.match(entries, [
    { kind: 'FUNCTION', name: 'f()', schema: 'public', sql: /^CREATE[\s\S]*Name: no[\s\S]*';$/ },
    { kind: 'SCHEMA', name: 'p', schema: '', sql: 'CREATE SCHEMA p;' },
  ])
  t.equal(entries.length, 2)
})

t.test('connections', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  const shown = 'the database'
  const secret = encodeURIComponent(password)
  const at = `127.0.0.1:${server.port}`

  /** Opens an address, and expects an error without a secret in any part of it. */
  async function refused(url: string, expected: Record<string, unknown>): Promise<void> {
    try {
      await (await openSession({ url, shown })).close()
      t.fail(`${url} was opened`)
    } catch (error) {
      t.match(error, expected, url.replace(secret, '***').replace(at, 'HOST'))
      const all = inspect(error, { depth: 9 })
      t.notOk(all.includes(password) || all.includes(secret), 'no secret is shown')
    }
  }

  await t.test('what keeps from a database is named', async () => {
    const nobody = await freePort()
    await refused(`postgresql://u:${secret}@127.0.0.1:${nobody}/d`, {
      code: 'database-unreachable',
    })
    await refused(`postgresql://u:${secret}@nobody.invalid/d`, { code: 'database-unreachable' })
    await refused(`postgresql://postgres:wrong@${at}/postgres`, {
      code: 'database-refused',
      message: /did not take the password/,
    })
    await refused(`postgresql://postgres@${at}/postgres`, {
      code: 'database-refused',
      message: /did not take the password/,
    })
    await refused(`postgresql://postgres:${secret}@${at}/nowhere`, {
      code: 'database-not-found',
      message: /nowhere/,
    })
    await refused(`postgresql://postgres:${secret}@${at}/postgres?sslmode=require`, {
      code: 'database-refused',
      message: /speaks no TLS/,
    })
    await refused(
      `postgresql://postgres:${secret}@${at}/postgres?sslrootcert=/nowhere&sslmode=verify-ca`,
      {
        code: 'usage',
        message: /sslrootcert/,
      },
    )
  })

  await t.test('TLS is used, demanded and checked as the address says', async (t) => {
    const key = join(server.folder, 'server.key')
    const certificate = join(server.folder, 'server.crt')
    execFileSync(
      'openssl',
      `req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=octavo -addext subjectAltName=IP:127.0.0.1
       -keyout ${key} -out ${certificate}`.split(/\s+/),
      { stdio: 'ignore' },
    )
    await server.own([key])
    const rules = join(server.folder, 'data/pg_hba.conf')
    const before = readFileSync(rules, 'utf8')
    writeFileSync(
      rules,
      `hostssl tls_only all 127.0.0.1/32 scram-sha-256\nhost tls_only all all reject\n${before}`,
    )
    await server.run('postgres', 'CREATE DATABASE tls_only')
    await server.run('postgres', `ALTER SYSTEM SET ssl_key_file = '${key}'`)
    await server.run('postgres', `ALTER SYSTEM SET ssl_cert_file = '${certificate}'`)
    await server.run('postgres', 'ALTER SYSTEM SET ssl = on')
    await server.run('postgres', 'SELECT pg_reload_conf()')
    const usesTls = async (query: string): Promise<string> => {
      const session = await openSession({ url: `${server.url('tls_only')}${query}`, shown })
      try {
        return await session.value(
          'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
          'it could not be asked',
        )
      } finally {
        await session.close()
      }
    }
    await server.untilReady('tls_only', '?sslmode=require')
    for (const query of ['', '?sslmode=require', '?sslmode=allow'])
      t.equal(await usesTls(query), 't', query)
    t.equal(await usesTls(`?sslmode=verify-full&sslrootcert=${certificate}`), 't')
    const tls = server.url('tls_only')
    await refused(`${tls}?sslmode=disable`, { code: 'database-refused', message: /demands TLS/ })
    await refused(`${tls}?sslmode=verify-full`, {
      code: 'database-refused',
      message: /certificate that is not trusted/,
    })
    await refused(
      `${tls.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=${certificate}`,
      {
        code: 'database-refused',
        message: /certificate/,
      },
    )
  })
})
