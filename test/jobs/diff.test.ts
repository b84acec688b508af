import Database from 'better-sqlite3'
import t from 'tap'
import { runHere } from '../../src/jobs/jobs.js'
import { makeDatabase } from '../support/read-snapshot.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

t.test('a diff waits for a locked database as long as it is told to, no longer', async (t) => {
  const { path, folder } = makeDatabase(t, (db) => db.exec('CREATE TABLE item (id)'))
  const address = { engine: 'sqlite', path, shown: path } as const
  const database = { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
  const side = { kind: 'database', database } as const
  const compare = (busyTimeoutMs: number) =>
    runHere('diff', { a: side, b: side, show: 1, workFolder: folder, at, busyTimeoutMs }, context)
  t.match(await compare(50), { equal: true })
  const writer = new Database(path)
  t.teardown(() => void writer.close())
  writer.exec('BEGIN EXCLUSIVE')
  const startedAt = performance.now()
  await t.rejects(compare(50), { code: 'database-busy' })
  t.ok(performance.now() - startedAt < 4000, 'it did not wait five seconds')
})
