import type { Finding, WeeklySummary } from '../core/backups/notifier.js'
import { showBytes } from '../core/files/free-space.js'
import { oneLine } from './fit-text.js'
import type { NoticeText } from './notice-text.js'
import { counted, shownDatabase, shownDay, shownInstant } from './shown-figures.js'

const most = 20

export function unhealthyText(findings: readonly Finding[]): NoticeText {
  return {
    subject: `${counted(findings.length, 'finding')} about the backups of ${databasesOf(findings)}`,
    text: [
      `The backups of ${databasesOf(findings)} need somebody to look at them.`,
      ...limited(findings, (finding) => [
        '',
        findingLine(finding),
        `What to do: ${oneLine(finding.hint)}`,
      ]),
    ].join('\n'),
  }
}

export function recoveryText(findings: readonly Finding[]): NoticeText {
  return {
    subject: `backups of ${databasesOf(findings)} are well again`,
    text: [
      'What was found is over:',
      '',
      ...limited(findings, (finding) => [`- ${findingLine(finding)}`]),
    ].join('\n'),
  }
}

export function summaryText({ from, to, databases, totalBytes }: WeeklySummary): NoticeText {
  const [made, failed] = [sum(databases, 'succeeded'), sum(databases, 'failed')]
  return {
    subject: `the week to ${shownDay(to)}: ${counted(made, 'backup')} made, ${failed} failed`,
    text: [
      `Backups from ${shownDay(from)} to ${shownDay(to)}.`,
      ...limited(databases, (database) => ['', ...databaseLines(database)]),
      '',
      `All backups together take ${showBytes(totalBytes)}.`,
    ].join('\n'),
  }
}

function findingLine({ check, database, backup, message }: Finding): string {
  const about = backup === null ? check : `${check}, backup ${backup}`
  return `${oneLine(database, 100)}: ${oneLine(message)} (${oneLine(about, 100)})`
}

function databaseLines({
  name,
  label,
  succeeded,
  failed,
  newest,
  verifiedAt,
}: WeeklySummary['databases'][number]): string[] {
  const made = `${counted(succeeded, 'backup')} made, ${failed} failed`
  return [
    `${shownDatabase(name, label)}: ${made}`,
    newest === null
      ? '- there is no good backup'
      : `- the newest good one: ${shownInstant(newest.takenAt)}, ${showBytes(newest.size)}, ` +
        counted(newest.records, 'record'),
    verifiedAt === null ? '- never verified' : `- last verified: ${shownInstant(verifiedAt)}`,
  ]
}

/** `lab, shop and 3 more`. */
function databasesOf(findings: readonly Finding[]): string {
  const names = [...new Set(findings.map(({ database }) => oneLine(database, 100)))]
  const shown = names.slice(0, 3).join(', ')
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown
}

function limited<T>(all: readonly T[], show: (one: T) => readonly string[]): string[] {
  const lines = all.slice(0, most).flatMap(show)
  return all.length > most ? [...lines, '', `and ${all.length - most} more`] : lines
}

function sum(databases: WeeklySummary['databases'], member: 'succeeded' | 'failed'): number {
  return databases.reduce((total, database) => total + database[member], 0)
}
