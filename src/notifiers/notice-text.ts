import type { Notice } from '../core/backups/notifier.js'
import { failureText, startedText, successText } from './backup-text.js'
import { oneLine } from './fit-text.js'
import { recoveryText, summaryText, unhealthyText } from './health-text.js'

/** What people read, in plain text. A channel shortens it and puts its own escapes on. */
export interface NoticeText {
  /** One line. */
  readonly subject: string
  /** Lines, without a line break at the end. */
  readonly text: string
}

export function noticeText(notice: Notice): NoticeText {
  const { subject, text } = textOf(notice)
  return { subject: `Octavo: ${subject}`, text }
}

function textOf(notice: Notice): NoticeText {
  switch (notice.kind) {
    case 'started':
      return startedText(notice.record)
    case 'success':
      return successText(notice.record, notice.pruned)
    case 'failure':
      return failureText(notice.record, notice.error)
    case 'unhealthy':
      return unhealthyText(notice.findings)
    case 'recovery':
      return recoveryText(notice.findings)
    case 'summary':
      return summaryText(notice.summary)
    case 'test':
      return testText(notice.by)
  }
}

function testText(by: string): NoticeText {
  return {
    subject: 'this is a test',
    text: [
      `This is a test of this channel, sent by ${oneLine(by, 100)} from the admin pages.`,
      'Nothing is wrong, and nothing is to be done.',
    ].join('\n'),
  }
}
