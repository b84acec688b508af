import fc from 'fast-check'
import t from 'tap'
import type { BackupRecord } from '../../src/core/backups/catalog.js'
import type { Notice } from '../../src/core/backups/notifier.js'
import { OctavoError } from '../../src/core/errors.js'
import { discordText } from '../../src/notifiers/discord.js'
import { fitText, oneLine } from '../../src/notifiers/fit-text.js'
import { noticeText } from '../../src/notifiers/notice-text.js'
import { shownDuration } from '../../src/notifiers/shown-figures.js'
import { slackText } from '../../src/notifiers/slack.js'
import { idOf, manifestOf, runOf, succeeded } from '../catalog/run-of.js'
import { everyNotice, findings, notices } from './notices.js'

const asLines = (...lines: string[]): string => lines.join('\n')

t.test('a success says what was backed up, how much, where, and what was pruned', (t) => {
  t.strictSame(noticeText(notices.success), {
    subject: 'Octavo: backup of lab (prod) made and verified',
    text: asLines(
      'The backup of lab (prod) was made, and restored from its store to verify it.',
      '',
      'File: database_backup_2026-01-01_00-00-00.json.gz',
      'Size: 800 bytes, 4.0 kB unpacked',
      'Records: 12 records of 1 model',
      'Compared with the database: row by row',
      'Backup: 20260101T000000Z-0000ab',
      'Started: 2026-01-01 00:00:00 UTC, by schedule daily',
      'Duration: 2.0 s',
      '',
      'Stores:',
      '- disk: verified 2026-01-01 00:00:03 UTC',
      '',
      'Pruned:',
      '- 20260101T000001Z-0000ab from disk',
    ),
  })
  t.end()
})

t.test('a failure says what went wrong and what to do', (t) => {
  t.strictSame(noticeText(notices.failure), {
    subject: 'Octavo: backup of lab (prod) failed',
    text: asLines(
      'The backup of lab (prod) failed.',
      '',
      'Error: disk /backups answered nothing (store-failed)',
      'What to do: Try again; `octavo store check NAME` shows whether the store works.',
      '',
      'Backup: 20260101T000000Z-0000ab',
      'Started: 2026-01-01 00:00:00 UTC, by schedule daily',
      'Duration: 3 min 20 s',
      '',
      'Warnings:',
      '- a journal was left behind',
    ),
  })
  t.end()
})

t.test('each finding comes with what to do', (t) => {
  t.strictSame(noticeText(notices.unhealthy), {
    subject: 'Octavo: 2 findings about the backups of lab, shop',
    text: asLines(
      'The backups of lab, shop need somebody to look at them.',
      '',
      'lab: the newest good backup is 3 days old (overdue, backup 20260101T000000Z-0000ab)',
      'What to do: Look at the log of the schedule.',
      '',
      'shop: the store s3 answers nothing (reachable)',
      'What to do: Check its credentials.',
    ),
  })
  t.strictSame(noticeText(notices.recovery), {
    subject: 'Octavo: backups of lab are well again',
    text: asLines(
      'What was found is over:',
      '',
      '- lab: the newest good backup is 3 days old (overdue, backup 20260101T000000Z-0000ab)',
    ),
  })
  t.end()
})

t.test('a summary tells of every database', (t) => {
  t.strictSame(noticeText(notices.summary), {
    subject: 'Octavo: the week to 2026-01-08: 7 backups made, 1 failed',
    text: asLines(
      'Backups from 2026-01-01 to 2026-01-08.',
      '',
      'lab (prod): 7 backups made, 1 failed',
      '- the newest good one: 2026-01-01 00:00:00 UTC, 12.3 MB, 12,345 records',
      '- last verified: 2026-01-01 00:00:09 UTC',
      '',
      'shop: 0 backups made, 0 failed',
      '- there is no good backup',
      '- never verified',
      '',
      'All backups together take 98.8 MB.',
    ),
  })
  t.end()
})

t.test('a start says what was started', (t) => {
  t.strictSame(noticeText(notices.started), {
    subject: 'Octavo: backup of lab (prod) started',
    text: asLines(
      'The backup of lab (prod) was started.',
      '',
      'Backup: 20260101T000000Z-0000ab',
      'Started: 2026-01-01 00:00:00 UTC, by schedule daily',
    ),
  })
  t.end()
})

const successOf = (change: Partial<BackupRecord>): Notice => ({
  kind: 'success',
  record: runOf(0, { ...succeeded(0), ...change }),
  pruned: [],
})

t.test('only what was compared and restored is called verified', (t) => {
  const [copy] = succeeded(0).copies ?? []
  if (copy?.verification == null) return t.end()
  const bytes = { ...copy, verification: { ...copy.verification, verdict: 'bytes' as const } }
  const unproved = { ...manifestOf(0), proved: null }
  for (const [change, line] of [
    [{ copies: [{ ...copy, verification: null }] }, '- disk: stored, not verified'],
    [{ copies: [bytes] }, '- disk: its bytes are right; it is encrypted, and was not restored'],
    [{ manifest: unproved }, 'Compared with the database: no'],
  ] as const) {
    const { subject, text } = noticeText(successOf(change))
    t.equal(subject, 'Octavo: backup of lab (prod) made, not verified')
    t.match(text, 'is not verified.')
    t.ok(text.split('\n').includes(line), line)
  }
  t.match(noticeText(successOf({ copies: [bytes, copy] })).subject, /made and verified$/)
  t.end()
})

t.test('a run that found nothing changed says since when', (t) => {
  const { subject, text } = noticeText(
    successOf({ manifest: null, copies: [], unchangedFrom: idOf(7) }),
  )
  t.equal(subject, 'Octavo: backup of lab (prod) found nothing changed')
  t.match(text, `Nothing changed in lab (prod) since backup ${idOf(7)}: nothing new was stored.`)
  t.end()
})

t.test('a text stays readable whatever comes in: no lines of strangers, no endless lists', (t) => {
  const long = 'x'.repeat(5000)
  const record = runOf(0, {
    database: 'a\r\nBcc: everybody@example.org',
    warnings: Array.from({ length: 50 }, (_, number) => `warning ${number}`),
    copies: [{ store: `disk\u001b[2J\u202e${long}`, manifestName: '', verification: null }],
  })
  const error = new OctavoError('store-failed', `line\nline ${long}`, { hint: 'Do\u2028this.' })
  const { subject, text } = noticeText({ kind: 'failure', record, error })
  t.equal(subject, 'Octavo: backup of a Bcc: everybody@example.org (prod) failed')
  for (const odd of ['\u001b', '\u202e', '\u2028', '\r']) t.notOk(text.includes(odd))
  t.match(text, /^Error: line line x+… \(store-failed\)$/m)
  t.match(text, /^What to do: Do this\.$/m)
  t.match(text, /- warning 19\n- and 30 more$/)
  t.ok(text.split('\n').every((line) => line.length < 1100))
  const many = Array.from({ length: 30 }, () => findings).flat()
  const unhealthy = noticeText({ kind: 'unhealthy', findings: many })
  t.match(unhealthy.text, /\n\nand 40 more$/)
  const names = ['a', 'b', 'c', 'd', 'e'].map((database) => ({ ...findings[1], database }))
  t.match(
    noticeText({ kind: 'recovery', findings: names as typeof many }).subject,
    'backups of a, b, c and 2 more are well again',
  )
  t.end()
})

t.test('durations are shown as people say them', (t) => {
  const shown = [0, 1530, 59_400, 59_600, 200_000, 3_599_600, 7_500_000].map(shownDuration)
  t.strictSame(shown, [
    '0.0 s',
    '1.5 s',
    '59.4 s',
    '1 min 0 s',
    '3 min 20 s',
    '1 h 0 min',
    '2 h 5 min',
  ])
  t.end()
})

t.test('what is special to Slack and Discord reaches people as it is', (t) => {
  t.equal(slackText('a <b> & @here'), 'a &lt;b&gt; &amp; @\u200bhere')
  t.equal(slackText('<!channel> me@here.example'), '&lt;!channel&gt; me@\u200bhere.example')
  t.equal(discordText('*a* _b_ `c` <@1> [d](e)'), '\\*a\\* \\_b\\_ \\`c\\` \\<@1\\> \\[d\\]\\(e\\)')
  t.equal(discordText('@everyone @Here @all'), '@\u200beveryone @\u200bHere @\u200ball')
  t.end()
})

const parts = fc.constantFrom('&', '<', '@everyone', '\\', 'a', '\u{1F600}', 'e\u0301', '\n')
const anyText = fc.array(parts, { maxLength: 40 }).map((all) => all.join(''))

t.test('a text is cut to its limit, and no character or escape is cut through', (t) => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, max) => {
      const cut = fitText(text, max, (one) => (one === '&' ? '&amp;' : one))
      t.ok(cut.length <= max)
      t.notMatch(cut.replaceAll('&amp;', ''), '&')
      t.equal(Buffer.from(cut).toString(), cut)
      if (fitText(text, Infinity).length <= max) t.equal(fitText(text, max), text)
    }),
  )
  t.equal(fitText('abcdef', 6), 'abcdef')
  t.equal(fitText('abcdefg', 6), 'abcde…')
  t.equal(oneLine(' a\n\tb '), 'a b')
  for (const notice of everyNotice) {
    const { subject, text } = noticeText(notice)
    t.notMatch(subject, '\n')
    t.ok(discordText(text.repeat(20)).length <= 2000)
    t.ok(slackText('<'.repeat(9000)).length <= 4000)
  }
  t.end()
})
