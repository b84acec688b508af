import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { appendAudit } from '../../../src/access/audit-file.js'
import { readAuditPage } from '../../../src/access/audit-page.js'
import type { Role } from '../../../src/core/people.js'
import type { AdminDesk } from '../../../src/http/admin/admin-desk.js'
import { deskLab } from '../desk-lab.js'
import { keysIn, memoryDesk } from './memory-desk.js'
import { Visitor } from './visitor.js'

/** A table, a store or a schedule may be called that. */
export const hostile = `<script>alert("'&")</script>`
export const shownHostile = "&lt;script>alert(&quot;'&amp;&quot;)&lt;/script>"

const health = {
  name: 'database',
  label: 'prod',
  newest: null,
  formats: [],
  archivedAt: null,
  ageMs: null,
  runs: { success: 0, failed: 0, 'in-progress': 0 },
  schedules: [{ name: hostile, succeededAt: '2026-11-21T03:00:09.000Z' }],
}

/** The pages with real keys and a real audit trail in a folder of their own. */
export async function manageLab(t: Test, more: Partial<AdminDesk> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-manage-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const trail = join(folder, 'audit.jsonl')
  const keys = keysIn(join(folder, 'keys'))
  const written: string[] = []
  const desk = memoryDesk(undefined, {
    keys,
    audit: (wish) => readAuditPage(trail, wish),
    ...more,
  })
  const write: typeof desk.sessions.write = (id, text) => {
    written.push(text)
    return desk.sessions.write(id, text)
  }
  const lab = await deskLab(t, {
    admin: { ...desk, sessions: { ...desk.sessions, write } },
    readHealth: async () => ({ checkedAt: '', databases: [health], findings: [] }),
    keptKeys: async () => (await keys.list()).keys,
    audit: (entry) => appendAudit(trail, { at: new Date('2026-11-22T08:00:00.000Z'), ...entry }),
  })
  const as = (role: Role): Promise<Visitor> => new Visitor(lab.app).logIn(role)
  /** What was noted, the oldest first. */
  const noted = async (): Promise<string[]> => {
    const wish = { who: null, action: null, outcome: null, before: null, limit: 100 }
    const { entries } = await readAuditPage(trail, wish)
    return entries
      .toReversed()
      .map(({ who, action, subject, outcome }) => `${who}: ${action} ${subject} ${outcome}`)
  }
  return { ...lab, users: desk.users, keys, trail, as, noted, sessionTexts: written }
}
