import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { writeDocument } from '../../src/documents/write-document.js'
import { openSnapshot } from '../../src/engines/sqlite/snapshot/open-snapshot.js'
import { documentHeader } from '../../src/jobs/export/document-header.js'
import { proveAgainstSnapshot } from '../../src/jobs/export/prove-against-snapshot.js'
import type { ExportInput } from '../../src/jobs/job-types.js'
import { SpoolFile } from '../../src/jobs/spool-file.js'
import { makeDatabase } from '../support/read-snapshot.js'

const context = { signal: new AbortController().signal, onProgress: () => undefined }

/**
 * Exports a database and changes the page copy once the document stands: the document and what is
 * exported again from its restore are equal then, and only the pages can tell that they are wrong.
 */
async function proveWithChangedPages(
  t: { readonly teardown: (clean: () => void) => void },
  change: (pages: Database.Database) => void,
): Promise<void> {
  const { path, folder } = makeDatabase(t, (made) => {
    // A writer needs no lock that the reader of the snapshot holds.
    made.pragma('journal_mode = wal')
    made.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, value); CREATE TABLE bare (value)')
    const insert = made.prepare('INSERT INTO item VALUES (?, ?)')
    const values = ['a', 1n, 0, null, Buffer.from('b')]
    for (const [id, value] of values.entries()) insert.run(id + 1, value)
    made.exec("INSERT INTO bare VALUES ('x'), ('y')")
  })
  const snapshot = await openSnapshot(path, { workFolder: folder, pageCopy: true, ...context })
  try {
    const input: ExportInput = {
      database: {
        name: 'database',
        label: '',
        address: { engine: 'sqlite', path, shown: path },
        modelNames: [],
        excludeRows: [],
      },
      format: 'json',
      verify: true,
      sample: false,
      at: '2026-11-22T00:17:00.000Z',
      file: join(folder, 'backup.json'),
      busyTimeoutMs: 1000,
    }
    const sink = await SpoolFile.create(input.file)
    const header = documentHeader(input, snapshot)
    const written = await writeDocument({ header, snapshot, sink, ...context })
    await sink.close()
    const pages = new Database(snapshot.pageCopyPath ?? '', { fileMustExist: true })
    try {
      change(pages)
    } finally {
      pages.close()
    }
    await proveAgainstSnapshot({ input, path, workFolder: folder, context }, snapshot, written)
  } finally {
    await snapshot.close()
  }
}

t.test('a document that is right but unlike the pages is no proved export', async (t) => {
  await t.resolves(
    proveWithChangedPages(t, () => undefined),
    'with the pages as they were it is proved',
  )
  const update = (value: unknown, id: number) => (pages: Database.Database) =>
    pages.prepare('UPDATE item SET value = ? WHERE id = ?').run(value, id)
  for (const [title, change] of [
    ['another value', update('A', 1)],
    ['1.0 in the place of 1', update(1, 2)],
    ['-0.0 in the place of 0.0', update(-0, 3)],
    ['an empty text in the place of null', update('', 4)],
    ['a text in the place of the same bytes', update('b', 5)],
    ['a row that is missing', (pages) => pages.exec('DELETE FROM item WHERE id = 5')],
    ['a row more', (pages) => pages.exec("INSERT INTO item VALUES (6, 'late')")],
    ['another rowid', (pages) => pages.exec('UPDATE bare SET rowid = 7 WHERE rowid = 2')],
    ['another schema', (pages) => pages.exec('CREATE INDEX by_value ON item (value)')],
  ] as const satisfies [string, (pages: Database.Database) => unknown][])
    await t.rejects(
      proveWithChangedPages(t, change),
      { code: 'verify-failed', message: /differs from the snapshot/ },
      title,
    )
})
