import { z } from 'zod'
import type { Notice } from '../core/backups/notifier.js'
import { settingMeta, splitList, text, textList, webAddress, wholeNumber } from './setting-types.js'

const kinds = [
  'started',
  'success',
  'failure',
  'unhealthy',
  'recovery',
  'summary',
] as const satisfies readonly Notice['kind'][]

const kindList = z
  .union([z.array(text), z.string().transform(splitList)])
  .pipe(z.array(z.enum(kinds)).min(1))

const webhookSecret = text.refine((secret) => secret.length >= 16, 'has under 16 characters')
const bytes = wholeNumber(1, Number.MAX_SAFE_INTEGER)
const group = 'alarms' as const

/** From when on something is wrong with the backups, and who is told. */
export const alarmSettings = {
  maxAgeHours: wholeNumber(1, 100_000).optional().register(settingMeta, {
    group,
    description: 'How old the newest backup of a database may be.',
    expects: 'a whole number of hours from 1 up',
    defaultShown:
      '25 for a daily schedule, else its period and 3 hours; without a schedule no limit',
    example: '49',
  }),
  minBackupBytes: bytes.optional().register(settingMeta, {
    group,
    description: 'How large the newest backup is at least, as it is stored.',
    expects: 'a whole number of bytes from 1 up',
    example: '100000',
  }),
  maxTotalBytes: bytes.optional().register(settingMeta, {
    group,
    description:
      'How much all backups of one database may take in one store. More is told; nothing is pruned for it.',
    expects: 'a whole number of bytes from 1 up',
    example: '10000000000',
  }),
  maxDropPercent: wholeNumber(0, 100).default(50).register(settingMeta, {
    group,
    description:
      'How much of its records a model may lose from one backup to the next. Less than 10 lost records are never told; with 100 nothing is.',
    expects: 'a whole number from 0 to 100',
    example: '20',
  }),
  notifyOn: kindList.optional().register(settingMeta, {
    group,
    description:
      'What mail, Slack, Discord and the webhook are told. A dead-man service is told of every start and end.',
    expects: `some of ${kinds.join(', ')}, with commas between them`,
    defaultShown: '`failure,unhealthy,recovery,summary`',
    example: 'failure,unhealthy,recovery',
  }),
  notifySlackUrl: webAddress.optional().register(settingMeta, {
    group,
    description: 'An incoming webhook of Slack, or of what takes the same.',
    expects: 'an address that begins with https://',
    example: 'https://hooks.slack.com/services/…',
    secret: true,
  }),
  notifyDiscordUrl: webAddress.optional().register(settingMeta, {
    group,
    description: 'A webhook of a Discord channel.',
    expects: 'an address that begins with https://',
    example: 'https://discord.com/api/webhooks/…',
    secret: true,
  }),
  notifyWebhookUrl: webAddress.optional().register(settingMeta, {
    group,
    description: 'An address that takes notices as JSON, signed with NOTIFY_WEBHOOK_SECRET.',
    expects: 'an address that begins with https://',
    example: 'https://ops.example.org/octavo',
    secret: true,
  }),
  notifyWebhookSecret: webhookSecret.optional().register(settingMeta, {
    group,
    description: 'What those notices are signed with: docs/notifications.md.',
    expects: 'a text of 16 characters or more',
    example: '`openssl rand -hex 32` makes one',
    secret: true,
  }),
  notifyPingUrl: webAddress.optional().register(settingMeta, {
    group,
    description:
      'An address of a dead-man service such as healthchecks.io, which raises the alarm where nothing comes. It is asked at the end of each backup, with `/start` behind it at the start and with `/fail` after a failure.',
    expects: 'an address that begins with https://',
    example: 'https://hc-ping.com/…',
    secret: true,
  }),
  notifyMailTo: textList.optional().register(settingMeta, {
    group,
    description: 'Who gets mail, through SMTP_URL.',
    expects: 'mail addresses with commas between them',
    example: 'admin@example.org',
  }),
  notifyMailFrom: text.optional().register(settingMeta, {
    group,
    description: 'Who mail is from.',
    expects: 'a mail address',
    defaultShown: 'the first of NOTIFY_MAIL_TO',
    example: 'Octavo <backups@example.org>',
  }),
  smtpUrl: text
    .regex(/^smtps?:\/\/\S+$/i)
    .optional()
    .register(settingMeta, {
      group,
      description:
        'The mail server, with user name and password where it wants them. A password goes out encrypted, certificates are checked.',
      expects: 'an address such as smtps://user:password@mail.example.org:465',
      example: 'smtp://user:password@mail.example.org:587',
      secret: true,
    }),
}
