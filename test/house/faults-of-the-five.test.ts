import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { exportDatabase } from '../../src/jobs/export/export-database.js'
import { fetchArchive } from '../../src/jobs/backup/fetch-archive.js'
import { makeBackup } from '../../src/jobs/backup/make-backup.js'
import { exportFixture } from '../../src/jobs/fixture/export-fixture.js'
import type { ChosenDatabase, RestoreInput } from '../../src/jobs/job-types.js'
import { restoreFile } from '../../src/jobs/restore/restore-file.js'
import { verifyFile } from '../../src/jobs/verify-file.js'
import { writeSample } from '../../src/sample/write-sample.js'
import { backupLab, FailingStore } from '../backups/backup-lab.js'
import { olderEnvelope, type EnvelopeRecord } from '../support/django/older-envelope.js'
import { makeDatabase, ownFolder } from '../support/read-snapshot.js'
import { docPages } from '../support/docs/doc-pages.js'
import { testTitles } from '../support/docs/test-titles.js'

const at = '2026-11-22T00:17:00.000Z'
const context = { signal: new AbortController().signal, onProgress: () => undefined }

function chosen(path: string): ChosenDatabase {
  const address = { engine: 'sqlite', path, shown: path } as const
  return { name: 'database', label: '', address, modelNames: [], excludeRows: [] }
}

function restore(file: string, into: string, wish: Partial<RestoreInput> = {}) {
  const usual = { mode: null, only: [], dryRun: false, at, deadlineMs: 5000 } as const
  return restoreFile({ file, target: chosen(into), ...usual, ...wish }, context)
}

function ask(path: string, sql: string): unknown[] {
  const database = new Database(path)
  try {
    return database.prepare(sql).raw().all()
  } finally {
    database.close()
  }
}

/** A database of an app as `dumpdata` writes it. */
async function dumped(path: string): Promise<string> {
  const wish = { indent: 0, naturalForeign: false, naturalPrimary: false, microseconds: true }
  const file = `${path}.fixture`
  const input = { database: chosen(path), verify: false, at, file, busyTimeoutMs: 5000, wish }
  await exportFixture(input, context)
  return readFileSync(file, 'utf8')
}

/** The app of qhog, and what its view exports of it. */
async function qhog(t: Test) {
  const folder = ownFolder(t)
  const path = join(folder, 'db.sqlite3')
  await writeSample(path)
  for (const table of ['archivedmeasurement', 'notification'])
    ask(path, `DELETE FROM calendarEditor_${table} WHERE id > 40 RETURNING id`)
  const written = join(folder, 'database_backup_2025-01-05_00-00-00.json')
  const write = (text: string): string => {
    writeFileSync(written, text)
    return written
  }
  const fixture = await dumped(path)
  return { folder, path, fixture, write, envelope: () => olderEnvelope(fixture, '2025-01-05') }
}

function recordsOf(list: EnvelopeRecord[] | { error: string } | undefined): EnvelopeRecord[] {
  if (Array.isArray(list)) return list
  throw new Error('these are no records')
}

t.test('an export of qhog', async (t) => {
  const { folder, path, fixture, write, envelope } = await qhog(t)

  await t.test('with one record that does not fit deletes nothing and skips nothing', async (t) => {
    const before = readFileSync(path)
    const faults: readonly (readonly ['data-only' | 'merge', string, unknown])[] = [
      ['data-only', 'user', 999],
      ['merge', 'user', 999],
      ['data-only', 'colour', 'red'],
      ['data-only', 'created_at', 'yesterday'],
    ]
    for (const [mode, field, value] of faults) {
      const spoiled = envelope()
      const last = recordsOf(spoiled.models.get('calendarEditor.Notification')).at(-1)
      if (last) last.fields[field] = value
      await t.rejects(restore(write(spoiled.text()), path, { mode }), { code: 'restore-refused' })
    }
    t.ok(readFileSync(path).equals(before))
  })

  await t.test('comes back in whatever order its models stand', async (t) => {
    const target = join(folder, 'lost.sqlite3')
    copyFileSync(path, target)
    const database = new Database(target)
    database.pragma('foreign_keys = off')
    database.exec(`DELETE FROM calendarEditor_machine; DELETE FROM calendarEditor_notification;
      UPDATE calendarEditor_queueentry SET title = 'lost'`)
    database.close()
    const { models, text } = envelope()
    const turned = [...models].toReversed()
    models.clear()
    for (const [label, records] of turned) models.set(label, records)
    await restore(write(text()), target, { mode: 'data-only' })
    t.equal(await dumped(target), fixture)
  })

  await t.test('is no backup where an error stands in it, or in place of it', async (t) => {
    const before = readFileSync(path)
    const broken = envelope()
    broken.models.set('calendarEditor.Machine', { error: 'no such table: machine' })
    const texts = [
      broken.text(),
      '{"error": "no such table: machine"}',
      '<!doctype html><title>Server Error (500)</title>',
      envelope().text().slice(0, -30),
    ]
    for (const text of texts) {
      const file = write(text)
      await t.rejects(
        verifyFile({ file, expect: [], workFolder: folder }, context),
        text.slice(0, 9),
      )
      await t.rejects(restore(file, path), text.slice(0, 9))
    }
    t.ok(readFileSync(path).equals(before))
    for (const good of [fixture, envelope().text()]) {
      const proof = { file: write(good), expect: [], workFolder: folder }
      t.match(await verifyFile(proof, context), { verified: 'read' })
    }
  })
})

for (const format of ['json', 'sqlite'] as const)
  t.test(
    `a live file is read as of one instant, whoever writes meanwhile (${format})`,
    async (t) => {
      const { path, folder } = makeDatabase(t, (database) => {
        database.pragma('journal_mode = wal')
        database.exec(`CREATE TABLE account (id INTEGER PRIMARY KEY, amount INTEGER, filler TEXT)`)
        const add = database.prepare('INSERT INTO account VALUES (?, 100, ?)')
        for (let id = 1; id <= 300; id += 1) add.run(id, 'x'.repeat(900))
      })
      const app = new Database(path, { timeout: 0 })
      t.teardown(() => app.close())
      app.pragma('wal_autocheckpoint = 0')
      let moved = 0
      const move = (): void => {
        app.exec(`BEGIN; UPDATE account SET amount = amount - 1 WHERE id = 1;
        UPDATE account SET amount = amount + 1 WHERE id = 300; COMMIT`)
        moved += 1
      }
      const amounts = 'SELECT amount FROM account WHERE id IN (1, 300) ORDER BY id'
      move()
      // What `cp` makes of it: the app moves its log into the file between the two copies.
      copyFileSync(path, join(folder, 'cp.sqlite3'))
      app.pragma('wal_checkpoint(truncate)')
      copyFileSync(`${path}-wal`, join(folder, 'cp.sqlite3-wal'))
      t.strictSame(
        ask(join(folder, 'cp.sqlite3'), amounts),
        [[100], [100]],
        'what was written is lost',
      )

      move()
      const begun = moved
      const file = join(folder, 'backup')
      const write = (): void => {
        move()
        app.pragma('wal_checkpoint(passive)')
      }
      const input = { database: chosen(path), format, verify: true, sample: false, at, file }
      const made = await exportDatabase(
        { ...input, busyTimeoutMs: 5000 },
        { signal: context.signal, onProgress: write },
      )
      t.equal(made.verified, 'snapshot')
      t.ok(moved > begun, 'somebody wrote meanwhile')
      const copy = join(folder, 'copy.sqlite3')
      await restore(file, copy)
      const [[first = 0] = [], [last = 0] = []] = ask(copy, amounts) as number[][]
      t.equal(first + last, 200, 'no transfer is there by half')
      t.ok(last >= 100 + begun, 'what was written before is there')
    },
  )

t.test(
  'the history of the backups stands outside of the database, and outlives a restore',
  async (t) => {
    const disk = new FailingStore('disk')
    const { folder, room, clock, request } = await backupLab(t, [disk])
    const path = join(folder, 'lab.sqlite3')
    const change = new Database(path)
    t.teardown(() => change.close())
    await makeBackup(room, request())
    change.exec("UPDATE machine SET name = 'new'")
    clock.set('2026-11-23T00:00:00.000Z')
    await makeBackup(room, request())
    const [second, first] = await room.catalog.list()
    const manifest = first?.manifest
    if (!manifest) throw new Error('there is no first backup')
    const file = join(folder, 'fetched.json.gz')
    await fetchArchive(disk.store, manifest, { file, ...context })
    await restore(file, path)
    t.strictSame(ask(path, 'SELECT name FROM machine'), [['cryostat'], ['Ω-meter']])
    t.strictSame(await room.catalog.list(), [second, first], 'both are listed as they were')
    const again = join(folder, 'again.json')
    const input = {
      database: request().database,
      format: 'json',
      verify: false,
      sample: false,
    } as const
    const made = await exportDatabase({ ...input, at, file: again, busyTimeoutMs: 5000 }, context)
    t.equal(made.contentSha256, manifest.content_sha256, 'it is the backup that the list says')
  },
)

t.test('each fault that a page about the five calls gone is held by a test of that title', (t) => {
  const titles = testTitles()
  for (const { path: page, text } of docPages()) {
    if (!page.startsWith('docs/from/')) continue
    const [, section = ''] = /^## Faults that are gone$([^]*?)(?=^## |(?![^]))/m.exec(text) ?? []
    const items = section.split(/^- /m).slice(1)
    t.ok(items.length > 0, `${page} names faults`)
    for (const item of items) {
      const named = [...item.matchAll(/“([^”]+)”\s+\((test\/[\w/.-]+)\)/g)]
      t.ok(named.length > 0, `${page} names the test of: ${item.slice(0, 60)}`)
      for (const [, title = '', path = ''] of named) {
        const words = title.replaceAll(/\s+/g, ' ')
        t.ok(
          titles.get(path)?.some((one) => one.test(words)),
          `${page}: ${path}: ${words}`,
        )
      }
    }
  }
  t.end()
})
