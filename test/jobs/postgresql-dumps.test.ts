import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { ChosenDatabase, ExportInput, ExportResult } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { openSession } from '../../src/engines/postgresql/connection/open-session.js'
import { readScript } from '../../src/engines/postgresql/dump/read-script.js'
import { withScratchDatabase } from '../../src/engines/postgresql/scratch/with-scratch-database.js'
import { cliPath, compileOctavo, octavo } from '../cli/octavo.js'
import { freePort } from '../support/free-port.js'
import { launch } from '../support/launch.js'
import { dumpLines } from '../support/postgres/dump.js'
import { noPostgres, password, programs, startPostgres } from '../support/postgres/server.js'
import { makeDatabase, ownFolder } from '../support/read-snapshot.js'

const extremes = readFileSync(new URL('../support/postgres/extremes.sql', import.meta.url), 'utf8')
const odd = readFileSync(new URL('../support/postgres/odd.sql', import.meta.url), 'utf8')
const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

t.test('a plain dump is cut as psql cuts it, in whichever pieces it comes', async (t) => {
  const statements = [
    String.raw`SELECT 'a;\! b''', E'it\'s; \\', U&'\0041;', "na;me\!", 1 -- ; \! not this` + '\n;',
    String.raw`CREATE FUNCTION f() AS $b$ BEGIN; \! $a$ ; END $b$ LANGUAGE plpgsql;`,
    'CREATE FUNCTION g() BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END;',
    'CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b);',
    String.raw`SELECT $1, a$b$c /* ; /* \! */ ; */;`,
  ]
  const rows = ['1\t\\! rm', '\\.x', 'a\\.', '\\.\t;', ''].join('\n')
  const copies = ['COPY public.t (a, b) FROM stdin;', 'COPY public.u (a) FROM stdin;'] as const
  const script = [
    '--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n',
    ...statements.map((sql) => `--\n-- Name: it's; Type: "\n--\n\n${sql}\n\n`),
    `${copies[0]}\n${rows}\\.\n\n${copies[1]}\n\\.\n`,
    '--\n-- PostgreSQL database dump complete\n--\n\n\\unrestrict abc\n\n',
  ].join('')
  const bytes = Buffer.from(script)
  async function* inPieces(size: number): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size)
  }
  for (const size of [1, 2, 3, 5, 7, 64, bytes.length]) {
    const found: string[] = []
    for await (const part of readScript(inPieces(size))) {
      let text = part.sql
      if (part.kind === 'rows') for await (const piece of part.rows) text += piece.toString()
      found.push(text)
    }
    const expected = [...statements, copies[0] + rows, copies[1]]
    t.strictSame(found, expected, `pieces of ${size}`)
  }
})

t.test('dumps of a PostgreSQL server', { skip: noPostgres }, async (t) => {
  const server = await startPostgres(t)
  await server.run('postgres', `CREATE ROLE plain LOGIN PASSWORD 'S3cr:et@/1'`)
  await server.run('postgres', `CREATE ROLE maker LOGIN CREATEDB PASSWORD 'S3cr:et@/1'`)
  await server.run('postgres', 'CREATE DATABASE extremes')
  await server.run('extremes', extremes)
  const folder = ownFolder(t)
  const scratch = { url: server.url('postgres', 'maker'), shown: 'the server for trials' }
  const database = (name: string, user?: string, more = {}): ChosenDatabase => ({
    name,
    label: '',
    address: { engine: 'postgresql', url: server.url(name, user), shown: `the database ${name}` },
    modelNames: [],
    excludeRows: [],
    scratch,
    ...more,
  })
  let files = 0
  const exported = async (
    name: string,
    format: ExportInput['format'],
    more: Partial<ExportInput> = {},
  ): Promise<ExportResult> => {
    const file = join(folder, `${name}-${(files += 1)}`)
    const wish = { format, verify: false, sample: false, at, file, busyTimeoutMs: 5000 } as const
    return await runHere('export', { ...wish, database: database(name), ...more }, context)
  }
  const restore = (file: string, target: ChosenDatabase, more = {}) => {
    const safetyFolder = join(folder, 'safety copies')
    const usual = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000, safetyFolder }
    return runHere('restore', { ...usual, file, target, ...more }, context)
  }
  const inspect = (file: string) => runHere('inspect', { file, workFolder: folder }, context)
  const verify = (file: string, more = {}) =>
    runHere('verify', { file, expect: [], workFolder: folder, scratch, ...more }, context)
  const written = (text: string): string => {
    const file = join(folder, `written-${(files += 1)}`)
    writeFileSync(file, text)
    return file
  }
  const pgDump = (name: string, ...words: string[]): string => {
    const file = join(folder, `theirs-${(files += 1)}`)
    const at = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'postgres', '-d', name]
    execFileSync(join(programs ?? '', 'pg_dump'), [...at, '-f', file, ...words], {
      env: { PGPASSWORD: password },
    })
    return file
  }
  const scratches = async (): Promise<string[]> =>
    (await server.rows('postgres', `SELECT datname FROM pg_database ORDER BY 1`))
      .map(([name]) => name ?? '')
      .filter((name) => name.startsWith('octavo_scratch'))

  for (const format of ['custom', 'sql'] as const)
    await t.test(`${format}: proved, read and restored like a document`, async (t) => {
      const made = await exported('extremes', format, { verify: true })
      t.match(made, { format, verified: 'snapshot', contentSha256: null, warnings: [] })
      t.equal(made.bytes, statSync(made.file).size)
      t.equal(statSync(made.file).mode & 0o777, 0o600)
      t.match(await verify(made.file), { format, verified: 'restored', records: made.records })
      const packed = written('')
      writeFileSync(packed, gzipSync(readFileSync(made.file)))
      for (const file of [made.file, packed]) {
        const found = await inspect(file)
        t.match(found, { format, tables: 15, views: 2, triggers: 1, records: made.records })
        t.equal(found.compressed, file === packed)
      }
      await server.run('postgres', `CREATE DATABASE ${format} OWNER plain`)
      await server.run(format, 'CREATE TABLE older (id integer); ALTER TABLE older OWNER TO plain')
      await restore(packed, database(format, 'plain'))
      t.strictSame(await dumpLines(server, format), await dumpLines(server, 'extremes'))
      await server.run(format, `DELETE FROM tagged; UPDATE text_key SET k = 'other' WHERE k = 'a'`)
      await restore(made.file, database(format, 'plain'), { only: ['tagged'], mode: 'merge' })
      t.strictSame(await server.rows(format, `SELECT count(*) FROM tagged`), [['2']])
      t.strictSame(await server.rows(format, `SELECT k FROM text_key WHERE k = 'a'`), [])
      const sides = {
        a: { kind: 'file', file: made.file },
        b: { kind: 'database', database: database('extremes') },
        workFolder: folder,
        show: 3,
        at,
        busyTimeoutMs: 5000,
      } as const
      t.equal((await runHere('diff', { ...sides, scratch }, context)).equal, true)
      t.strictSame(await scratches(), [])
    })

  await t.test('the same content gives the same plain dump, restricted by a word', async (t) => {
    const own = database('extremes')
    const [a, b] = [
      await exported('extremes', 'sql', { database: own }),
      await exported('extremes', 'sql', { database: own }),
    ]
    t.equal(a.fileSha256, b.fileSha256)
    const text = readFileSync(a.file, 'utf8')
    const [, word] = /^\\restrict (\w{20,})$/m.exec(text) ?? []
    t.ok(text.trimEnd().endsWith(`\\unrestrict ${word}`))
    await server.run('extremes', `UPDATE tag SET name = 'Art' WHERE name = 'art'`)
    const c = await exported('extremes', 'sql', { database: own })
    t.notMatch(readFileSync(c.file, 'utf8'), word ?? '-', 'who writes rows can not know it')
    t.match(text, /^DROP TABLE IF EXISTS public\.tagged;$/m)
    t.notMatch(text, /OWNER TO|GRANT/)
    await server.run('postgres', 'CREATE DATABASE by_psql')
    const at = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'postgres', '-d', 'by_psql']
    const psql = ['-X', '-q', '-o', '/dev/null', '-v', 'ON_ERROR_STOP=1', '-1', '-f', c.file]
    execFileSync(join(programs ?? '', 'psql'), [...at, ...psql], {
      env: { PGPASSWORD: password },
    })
    t.strictSame(await dumpLines(server, 'by_psql'), await dumpLines(server, 'extremes'))
  })

  await t.test('what pg_dump leaves unfinished is no export', async (t) => {
    const real = join(programs ?? '', 'pg_dump')
    const stub = (name: string, script: string): string => {
      const own = join(ownFolder(t), name)
      writeFileSync(
        own,
        `#!/bin/sh\nif [ "$1" = --version ]; then exec ${real} --version; fi\n${script}`,
      )
      chmodSync(own, 0o755)
      symlinkSync(join(programs ?? '', 'pg_restore'), join(own, '../pg_restore'))
      return own
    }
    const out = 'for a in "$@"; do case "$a" in --file=*) out="${a#--file=}";; esac; done'
    const half = `${out}\n${real} "$@" || exit 1\nsize=$(stat -c %s "$out")\ntruncate -s $((size / 2)) "$out"`
    const failing = `echo "error: connection lost, password $PGPASSWORD" >&2; exit 1`
    for (const format of ['custom', 'sql'] as const) {
      const by = (pgDump: string) => ({ database: database('extremes', undefined, { pgDump }) })
      const refused = async (pgDump: string, expected: Record<string, unknown>): Promise<void> => {
        const file = join(folder, `never-${(files += 1)}`)
        const made = exported('extremes', format, { ...by(pgDump), file })
        t.match(await made.catch((error: unknown) => error), expected)
        t.notOk(existsSync(file))
      }
      await refused(stub('pg_dump', half), { code: 'document-truncated' })
      await refused(stub('pg_dump', failing), {
        code: 'database-refused',
        message: /connection lost, password \*\*\*/,
      })
      await refused('none', { code: 'program-missing', hint: /PG_DUMP/ })
      const old = stub('pg_dump', '')
      writeFileSync(old, '#!/bin/sh\necho "pg_dump (PostgreSQL) 12.1"')
      await refused(old, { code: 'program-missing', hint: /postgresql-client-\d\d .*PG_DUMP/ })
    }
    const alone = stub('pg_dump', '')
    rmSync(join(alone, '../pg_restore'))
    const lonely = { database: database('extremes', undefined, { pgDump: alone }) }
    await t.rejects(exported('extremes', 'custom', lonely), {
      code: 'program-missing',
      message: /no pg_restore beside/,
      hint: /postgresql-client.*PG_DUMP/s,
    })
    await t.rejects(exported('extremes', 'sql', { models: ['tag'] }), { code: 'usage' })
    const less = { database: database('extremes', undefined, { excludeRows: ['tag'] }) }
    await t.rejects(exported('extremes', 'custom', less), {
      code: 'usage',
      message: /EXCLUDE_ROWS/,
    })
    const { path } = makeDatabase(t, (connection) => connection.exec('CREATE TABLE a (b)'))
    const sqlite = { ...database('a'), address: { engine: 'sqlite', path, shown: path } } as const
    await t.rejects(exported('a', 'sql', { database: sqlite }), {
      code: 'usage',
      message: /made of PostgreSQL only/,
    })
  })

  await t.test('a dump that was cut short, altered or made to harm changes nothing', async (t) => {
    await server.run('postgres', 'CREATE DATABASE kept OWNER plain')
    await server.run('kept', `CREATE TABLE mine (a text); INSERT INTO mine VALUES ('here')`)
    const before = await dumpLines(server, 'kept')
    const target = database('kept', 'plain')
    for (const format of ['custom', 'sql'] as const) {
      const whole = readFileSync((await exported('extremes', format)).file)
      for (const share of [0.3, 0.6, 0.9, 0.99]) {
        const cut = join(folder, `cut-${(files += 1)}`)
        writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * share)))
        await t.rejects(inspect(cut), { code: 'document-truncated' }, `${format} to ${share}`)
      }
      const cut = join(folder, `cut-${(files += 1)}`)
      writeFileSync(cut, whole.subarray(0, whole.length / 2))
      await t.rejects(restore(cut, target), { code: 'document-truncated' })
      await t.rejects(verify(cut), { code: 'document-truncated' })
    }
    const text = readFileSync((await exported('extremes', 'sql')).file, 'utf8')
    const marker = join(folder, 'pwned')
    const hostile = [
      [`\\! touch ${marker}\n`, /command of psql: \\!/],
      [`SELECT 1 \\! touch ${marker}\n;\n`, /command of psql: \\!/],
      [`\\connect other\n`, /command of psql: \\connect/],
      [`\\i /etc/passwd\n`, /command of psql: \\i/],
      [`COPY public.tag FROM PROGRAM 'touch ${marker}';\n`, /place on the server/],
      ['CREATE DATABASE other;\n', /makes databases/],
      ['CREATE ROLE other;\n', /makes roles/],
      // As pg_dump does not write it, and the server reads it all the same.
      ['drop database kept;\n', /makes databases: drop database kept/],
      ['/* /* */ */ DROP -- x\r\n\t DATABASE kept;\n', /makes databases/],
      ['alter/**/user plain connection limit 0;\n', /makes roles/],
      [`copy public.tag from program 'touch ${marker}';\n`, /place on the server/],
      [`SET client_encoding TO latin1;\n`, /encoding/],
      ['SET standard_conforming_strings = off;\n', /before PostgreSQL 9\.1/],
      [`SET client_encoding = 'LATIN1';\n`, /encoding/],
    ] as const
    for (const [line, message] of hostile) {
      const file = written(
        text.replace('\nCREATE SCHEMA accounts;', `\n${line}CREATE SCHEMA accounts;`),
      )
      await t.rejects(inspect(file), { code: 'restore-refused', message }, line)
      if (/^(SELECT|drop)/.test(line))
        await t.rejects(restore(file, target), { code: 'restore-refused', message }, line)
    }
    t.notOk(existsSync(marker))
    const broken = written(text.replace("it''s \"happy\"',", '').replace("'ok',", "'ok'"))
    await t.rejects(restore(broken, target), { code: 'database-refused', message: /could not be/ })
    const cluster = written('--\n-- PostgreSQL database cluster dump\n--\n\nSET x = 1;\n')
    await t.rejects(inspect(cluster), { code: 'format-unknown', message: /pg_dumpall/ })
    await t.rejects(verify(written(text), { scratch: undefined }), {
      code: 'database-unnamed',
      hint: /SCRATCH_DATABASE_URL/,
    })
    const { scratch: _, ...poor } = target
    await t.rejects(restore(written(text), poor), {
      code: 'database-refused',
      hint: /CREATEDB.*SCRATCH_DATABASE_URL/,
    })
    t.strictSame(await dumpLines(server, 'kept'), before)
    t.strictSame(await scratches(), [])
  })

  await t.test('dumps that others made in their own ways are read', async (t) => {
    await server.run('postgres', 'CREATE DATABASE odd OWNER plain')
    await server.run('odd', odd)
    await server.run('odd', 'GRANT SELECT ON t1 TO maker; ALTER TABLE t1 OWNER TO maker')
    const admin = { url: server.url('postgres'), shown: 'the server' }
    const own = database('odd', undefined, { scratch: admin })
    const proved = await exported('odd', 'sql', { verify: true, database: own })
    const counts = ({ models }: Pick<ExportResult, 'models'>) =>
      models
        .map(({ model, records }) => `${model}: ${records}`)
        .toSorted((a, b) => (a < b ? -1 : 1))
    const expected = counts(proved)
    const ways = [
      [],
      ['--clean', '--use-set-session-authorization'],
      ['--rows-per-insert=7', '--column-inserts', '--clean', '--if-exists'],
      ['-Fc', '--clean'],
    ]
    for (const words of ways) {
      const file = pgDump('odd', ...words)
      t.strictSame(counts(await inspect(file)), expected, `inspect: ${words.join(' ')}`)
      t.strictSame(counts(await verify(file, { scratch: admin })), expected, words.join(' '))
    }
    const plain = readFileSync(pgDump('odd'), 'utf8')
    const later = plain.replace('SET statement_timeout = 0;', 'SET transaction_timeout = 0;\n$&')
    const crlf = written(later.replaceAll('\n', '\r\n'))
    t.strictSame(counts(await inspect(crlf)), expected)
    t.strictSame(counts(await inspect(written(later))), expected)
    t.strictSame(counts(await verify(written(later), { scratch: admin })), expected)
    const mine = { ...database('odd'), scratch: admin }
    const before = await dumpLines(server, 'odd')
    await restore(written(later), mine)
    t.strictSame(await dumpLines(server, 'odd'), before)
  })

  await t.test(
    'what a killed process left behind is dropped, and nothing that lives',
    async (t) => {
      compileOctavo()
      const dump = readFileSync((await exported('extremes', 'sql')).file, 'utf8')
      const sleeping = written(
        dump.replace('\nCREATE SCHEMA accounts;', '\nSELECT pg_sleep(600);$&'),
      )
      const env = { SCRATCH_DATABASE_URL: scratch.url }
      const killed = launch(t, [cliPath, 'verify', sleeping], folder, env, { ownSession: true })
      const sessions = (query: string) =>
        server.rows(
          'postgres',
          `SELECT pid, datname FROM pg_stat_activity
         WHERE datname LIKE 'octavo_scratch%' AND query ${query} 'SELECT pg_sleep%'`,
        )
      await until(async () => (await sessions('LIKE')).length === 1)
      t.equal((await sessions('NOT LIKE')).length, 1, 'one session holds it')
      // With the process of its job, which would clean up else.
      process.kill(-(killed.child.pid ?? 0), 'SIGKILL')
      await killed.ended
      await until(async () => (await sessions('NOT LIKE')).length === 0)
      const [[pid, left] = []] = await sessions('LIKE')
      await server.run('postgres', `SELECT pg_terminate_backend(${pid}, 10000)`)
      const name = (seconds: number, letter: string) =>
        `octavo_scratch_${seconds}_${letter.repeat(16)}`
      const now = Math.floor(Date.now() / 1000)
      const [long, held, fresh, others] = [
        name(1_700_000_000, 'a'),
        name(1_700_000_000, 'b'),
        name(now, 'c'),
        name(1_700_000_000, 'd'),
      ]
      // The killed process was started long ago.
      await server.run('postgres', `ALTER DATABASE ${left} RENAME TO ${long}`)
      for (const made of [held, fresh, 'octavo_scratch_of_mine'])
        await server.run('postgres', `CREATE DATABASE ${made} OWNER maker`)
      await server.run('postgres', `CREATE DATABASE ${others} OWNER plain`)
      const holder = await openSession({ url: server.url(held, 'maker'), shown: 'it' })
      const clean = () =>
        withScratchDatabase(scratch, 'UTF8', async ({ url }) => {
          const own = url.replace(/^.*\/(\w+)\?.*$/, '$1')
          await t.rejects(server.run('postgres', `DROP DATABASE ${own}`), { code: '55006' })
        })
      await clean()
      t.strictSame(await scratches(), [held, others, fresh, 'octavo_scratch_of_mine'])
      await holder.close()
      const ended = `SELECT FROM pg_stat_activity WHERE datname = '${held}'`
      await until(async () => (await server.rows('postgres', ended)).length === 0)
      await clean()
      t.strictSame(await scratches(), [others, fresh, 'octavo_scratch_of_mine'])
      for (const made of await scratches()) await server.run('postgres', `DROP DATABASE ${made}`)
    },
  )

  await t.test('sessions that its user may not end are waited for', async (t) => {
    // The server's own cleaning is one of them, which comes and goes as it likes.
    let leaving: Promise<void> | undefined
    await withScratchDatabase(scratch, 'UTF8', async ({ url }) => {
      const name = url.replace(/^.*\/(\w+)\?.*$/, '$1')
      const another = await openSession({ url: server.url(name), shown: 'of a superuser' })
      leaving = new Promise((resolve) => setTimeout(resolve, 700)).then(() => another.close())
    })
    await leaving
    t.strictSame(await scratches(), [])
  })

  await t.test('commands, kept backups and the service make and take them', async (t) => {
    const own = join(folder, 'commands')
    mkdirSync(own)
    const env = { DATABASE_URL: server.url('extremes'), BACKUP_API_KEY: 'k'.repeat(40) }
    const run = { folder: own, env }
    const kept = await octavo(['backup', '--format', 'both', '--json'], run)
    t.equal(kept.exit, 0, kept.err)
    const names = readdirSync(join(own, 'backups')).filter((name) => !/json$|^\./.test(name))
    t.match(names.toSorted(), [
      /^database_backup_[\d_-]+\.json\.gz$/,
      /^postgres_backup_\d{8}_\d{6}\.dump\.gz$/,
    ])
    t.equal(names.length, 2)
    const reported = JSON.parse(kept.out) as { backups: { id: string; format: string }[] }
    t.strictSame(
      reported.backups.map(({ format }) => format),
      ['json', 'custom'],
    )
    const id = reported.backups[1]?.id ?? ''
    await server.run('postgres', 'CREATE DATABASE commands')
    const restored = await octavo(['restore', id, '--into', server.url('commands')], run)
    t.equal(restored.exit, 0, restored.err)
    t.strictSame(await dumpLines(server, 'commands'), await dumpLines(server, 'extremes'))
    const port = await freePort()
    const serving = { ...env, PORT: String(port), HOST: '127.0.0.1' }
    const service = launch(t, [cliPath, 'serve'], own, serving)
    await service.waitFor(/(listening)/i)
    const ask = (query: string) =>
      fetch(`http://127.0.0.1:${port}/api/backup/database?${query}`, {
        headers: { authorization: `Bearer ${env.BACKUP_API_KEY}` },
      })
    const sql = await ask('format=sql')
    t.match(sql.headers.get('content-type'), /^application\/sql/)
    t.match(sql.headers.get('content-disposition'), /"postgres_backup_\d{8}_\d{6}\.sql"/)
    const plainly = await exported('extremes', 'sql')
    t.equal(await sql.text(), readFileSync(plainly.file, 'utf8'))
    const custom = await ask('format=custom&verify=true')
    t.equal(custom.headers.get('octavo-verified'), 'snapshot')
    t.match(custom.headers.get('content-disposition'), /"postgres_backup_\d{8}_\d{6}\.dump"/)
    t.equal(Buffer.from(await custom.arrayBuffer()).toString('latin1', 0, 5), 'PGDMP')
    t.equal((await ask('format=sql&models=tag')).status, 400)
    for (const said of [kept, restored]) t.notMatch(said.out + said.err, /S3cr/)
    t.notMatch(service.output(), /S3cr/)
  })
})

/** Asks again until it is so, for half a minute at most. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let left = 600; left > 0; left -= 1) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it did not happen')
}
