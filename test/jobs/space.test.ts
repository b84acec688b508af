import { statSync, writeFileSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Progress } from '../../src/core/progress.js'
import type { JobName, JobTypes } from '../../src/jobs/job-types.js'
import { runHere } from '../../src/jobs/jobs.js'
import { unpackedBytes } from '../../src/jobs/unpacked-bytes.js'
import { makeDatabase } from '../support/read-snapshot.js'

/** The first thing that a job tells. */
async function firstWordOf<K extends JobName>(name: K, input: JobTypes[K]['input']) {
  const told: Progress[] = []
  const onProgress = (progress: Progress) => void told.push(progress)
  await runHere(name, input, { signal: new AbortController().signal, onProgress })
  return told[0]
}

t.test('every job that writes says first what it needs and what is free', async (t) => {
  const { path } = makeDatabase(t, (db) =>
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, text);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
      INSERT INTO item SELECT i, hex(randomblob(50)) FROM n`),
  )
  const folder = dirname(path)
  const file = join(folder, 'backup.json')
  const at = '2026-11-22T00:17:00.000Z'
  const address = { engine: 'sqlite', path, shown: path } as const
  const database = { name: 'lab', label: '', address, modelNames: [], excludeRows: [] }
  const wish = { format: 'json', verify: false, sample: false, busyTimeoutMs: 50 } as const
  const restore = { target: database, mode: null, only: [], dryRun: false, at, deadlineMs: 5000 }
  const size = statSync(path).size
  const told = (neededBytes: number) => ({ space: { folder, neededBytes, freeBytes: Number } })

  t.match(await firstWordOf('export', { ...wish, database, at, file }), told(3 * size))
  const bytes = statSync(file).size
  t.match(await firstWordOf('verify', { file, expect: [], workFolder: folder }), told(bytes))
  t.match(await firstWordOf('restore', { ...restore, file }), told(bytes + 2 * size))
  t.match(await firstWordOf('undo', { target: database, at, deadlineMs: 5000 }), told(3 * size))
  const [a, b] = [
    { kind: 'file', file },
    { kind: 'database', database },
  ] as const
  const diff = { a, b, show: 0, workFolder: folder, at, busyTimeoutMs: 50 }
  t.match(await firstWordOf('diff', diff), told(bytes + 3 * size))

  const packed = `${file}.gz`
  writeFileSync(packed, gzipSync(readFileSync(file)))
  t.equal(await unpackedBytes(packed), bytes)
})
