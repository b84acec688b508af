import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  password,
  programs,
  startPostgres,
  type TestServer,
} from '../../../test/support/postgres/server.js'
import { pythonWith } from '../../../test/support/python-with.js'
import { cli } from '../measure-files.js'
import { median, ratio } from '../statistics.js'
import { probeScript, runTimed, type Probed, type TimedRun } from '../run-timed.js'
import { showRows, type Row } from '../report.js'
import { fillSql, writeBenchProject } from './bench-project.js'

export interface PostgresFigures {
  readonly people: number
  readonly documentBytes: number
  readonly seconds: Readonly<Record<string, readonly number[]>>
  readonly peakBytes: Readonly<Record<string, number>>
}

type Named = TimedRun & { readonly name: string; readonly into?: string }

/** Export and restore on a server of its own against PostgreSQL's and Django's tools, in turns. */
export async function measurePostgres(people: number, rounds: number): Promise<PostgresFigures> {
  const ends: (() => Promise<void>)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'octavo-bench-pg-'))
  try {
    const server = await startPostgres({ teardown: (end) => void ends.push(end) })
    return await measure({ server, folder, people, rounds })
  } finally {
    for (const end of ends) await end()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Bench {
  readonly server: TestServer
  readonly folder: string
  readonly people: number
  readonly rounds: number
}

async function measure({ server, folder, people, rounds }: Bench): Promise<PostgresFigures> {
  const python = pythonWith('django', 'psycopg2')
  writeBenchProject(folder)
  mkdirSync(join(folder, 'probes'))
  await server.run('postgres', 'CREATE DATABASE source')
  const migrate = ['manage.py', 'migrate', '--run-syncdb', '-v0']
  const onSource = { ...process.env, DATABASE_URL: server.url('source') }
  if (python === undefined) throw new Error('the bench needs Django and psycopg2')
  execFileSync(python, migrate, { cwd: folder, env: onSource, stdio: 'inherit' })
  await server.run('source', fillSql(people))
  const seconds: Record<string, number[]> = {}
  const peakBytes: Record<string, number> = {}
  for (let round = 0; round < rounds; round += 1)
    for (const run of contestants(server, folder, python)) {
      if (run.into !== undefined) {
        await server.run('postgres', `DROP DATABASE IF EXISTS ${run.into}`)
        await server.run('postgres', `CREATE DATABASE ${run.into}`)
        const env = { ...process.env, DATABASE_URL: server.url(run.into) }
        if (run.name === 'loaddata') execFileSync(python, migrate, { cwd: folder, env })
      }
      const { seconds: took, probed } = await runTimed(run)
      ;(seconds[run.name] ??= []).push(took)
      if (probed) peakBytes[run.name] = larger(peakBytes[run.name], probed)
    }
  return { people, documentBytes: statSync(join(folder, 'document.json')).size, seconds, peakBytes }
}

function contestants(server: TestServer, folder: string, python: string): Named[] {
  const at = (name: string): string => join(folder, name)
  const program = (name: string): string => join(programs ?? '', name)
  const place = ['-h', '127.0.0.1', '-p', `${server.port}`, '-U', 'postgres']
  const pg = { PGPASSWORD: password }
  const octavo = ['--require', probeScript, cli]
  const [node, probe] = [process.execPath, at('probes')]
  const django = (...words: string[]) => ({ command: python, args: [at('manage.py'), ...words] })
  const copies = ['person', 'entry', 'reading'].flatMap((table) => [
    '-c',
    `COPY lab_${table} TO STDOUT`,
  ])
  const on = (name: string) => ({ DATABASE_URL: server.url(name) })
  return [
    { name: 'octavo export', command: node, args: [...octavo, 'export', '--force', '-o', at('document.json')], env: on('source'), probe },
    { name: 'pg_dump -Fc', command: program('pg_dump'), args: [...place, '-Fc', '-f', at('dump'), 'source'], env: pg },
    { name: 'COPY', command: program('psql'), args: [...place, '-q', ...copies, 'source'], env: pg, stdout: at('copied') },
    { name: 'dumpdata', ...django('dumpdata', 'lab', '-o', at('fixture.json')), env: on('source') },
    { name: 'octavo restore', command: node, args: [...octavo, 'restore', at('document.json'), '--into', 'database', '--yes'], env: on('ours'), into: 'ours', probe },
    { name: 'pg_restore', command: program('pg_restore'), args: [...place, '--no-owner', '-d', 'theirs', at('dump')], env: pg, into: 'theirs' },
    { name: 'loaddata', ...django('loaddata', '-v0', at('fixture.json')), env: on('django'), into: 'django' },
  ] // prettier-ignore
}

function larger(known: number | undefined, { peakBytes }: Probed): number {
  return Math.max(known ?? 0, peakBytes)
}

export function showPostgres({
  people,
  documentBytes,
  seconds,
  peakBytes,
}: PostgresFigures): string {
  const on = `${people * 121} rows, ${(documentBytes / 1e6).toFixed(0)} MB`
  const against = (ours: string, theirs: string): Row => {
    const [mine = [], yours = []] = [seconds[ours], seconds[theirs]]
    const times = `${median(mine).toFixed(2)} s / ${median(yours).toFixed(2)} s`
    return [`${ours} / ${theirs}`, on, `${ratio(mine, yours).toFixed(2)} × (${times})`, '']
  }
  return showRows([
    against('octavo export', 'pg_dump -Fc'),
    against('octavo export', 'COPY'),
    against('dumpdata', 'octavo export'),
    against('octavo restore', 'pg_restore'),
    against('loaddata', 'octavo restore'),
    ...Object.entries(peakBytes).map(([name, bytes]): Row => [
      `peak memory, ${name}`,
      on,
      `${(bytes / 1e6).toFixed(0)} MB`,
      '',
    ]),
  ])
}
