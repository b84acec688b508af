import type { DatabaseHealth } from '../../../core/backups/describe-health.js'
import type { Finding } from '../../../core/backups/notifier.js'
import { showAge } from '../../../core/backups/show-age.js'
import type { PlannedSchedule } from '../admin-desk.js'
import type { Tone } from '../page/parts.js'

/** Whether a database is safe: one word, one sentence, one colour. */
export interface Safety {
  readonly tone: Tone
  readonly word: 'Safe' | 'Look at this' | 'Not safe'
  readonly sentence: string
  /** What to do, where something is to be done. */
  readonly hint: string | null
}

/** What is missing altogether is worse than what is only not as it should be. */
const grave: ReadonlySet<string> = new Set(['missing', 'too-old', 'failed', 'not-verified'])

export function safetyOf(health: DatabaseHealth, findings: readonly Finding[], now: Date): Safety {
  const own = findings.filter(({ database }) => database === health.name)
  const worst = own.find(({ check }) => grave.has(check)) ?? own[0]
  if (worst) {
    const isGrave = grave.has(worst.check)
    return {
      tone: isGrave ? 'bad' : 'warn',
      word: isGrave ? 'Not safe' : 'Look at this',
      sentence: `${sentence(worst.message)}${own.length > 1 ? ` And ${own.length - 1} more.` : ''}`,
      hint: worst.hint,
    }
  }
  const { newest, archivedAt } = health
  if (newest === null && archivedAt === null)
    return {
      tone: 'warn',
      word: 'Look at this',
      sentence: 'There is no backup, and nothing makes one by itself.',
      hint: 'Press “Back up now”, and set SCHEDULE.',
    }
  if (newest === null)
    return {
      tone: 'good',
      word: 'Safe',
      sentence: `The archive of ${ago(archivedAt, now)} was proved before it was committed.`,
      hint: null,
    }
  const proved =
    newest.verifiedAt === null
      ? 'It was compared with the database when it was made.'
      : `It was restored and found equal ${ago(newest.verifiedAt, now)}.`
  return {
    tone: 'good',
    word: 'Safe',
    sentence: `The newest backup was made ${ago(newest.at, now)}. ${proved}`,
    hint: null,
  }
}

/** The first of the schedules that are for this database. */
export function nextRunOf(name: string, schedules: readonly PlannedSchedule[]): string | null {
  return schedules
    .filter(({ databases }) => databases.length === 0 || databases.includes(name))
    .flatMap(({ nextAt }) => nextAt ?? [])
    .reduce<string | null>((first, at) => (first === null || at < first ? at : first), null)
}

function ago(at: string | null, now: Date): string {
  if (at === null) return ''
  const age = showAge(now.getTime() - Date.parse(at))
  return age === '0 min' ? 'just now' : `${age} ago`
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`
}
