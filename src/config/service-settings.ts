import { isIP } from 'node:net'
import { z } from 'zod'
import { settingMeta, splitList, text, textList, wholeNumber } from './setting-types.js'

export const leastKeyLength = 16
export const goodKeyLength = 32

/** One key or several, for rotation. The mistake names a key by its place, never by its text. */
export const apiKeys = z.string().transform((value, context) => {
  const keys = splitList(value)
  keys.forEach((key, index) => {
    const which = keys.length > 1 ? `key ${index + 1}` : 'the key'
    // RFC 6750: what may stand behind `Bearer`.
    if (!/^[\w.~+/-]+=*$/.test(key))
      context.addIssue(`${which} holds a character that a bearer token can not hold`)
    else if (key.length < leastKeyLength)
      context.addIssue(`${which} has ${key.length} characters, which can be guessed`)
  })
  return keys
})

/** An address, a range such as 10.0.0.0/8, or a name that Fastify knows for some. */
const proxy = text.refine((value) => {
  const [, address = '', bits = '0'] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(value) ?? []
  const kind = isIP(address)
  if (kind === 0) return ['loopback', 'linklocal', 'uniquelocal'].includes(value)
  return Number(bits) <= (kind === 4 ? 32 : 128)
}, 'holds something that is no address')

const trustProxy = z
  .union([
    z.boolean(),
    text
      .toLowerCase()
      .pipe(z.enum(['true', 'false']))
      .transform((word) => word === 'true'),
    textList.pipe(z.array(proxy).min(1)),
  ])
  .default(false)

export const serviceSettings = {
  port: wholeNumber(0, 65535).default(8000).register(settingMeta, {
    group: 'service',
    description: 'The port that the service listens on; 0 takes any free one.',
    expects: 'a whole number from 0 to 65535',
    example: '10000',
  }),
  host: text.optional().register(settingMeta, {
    group: 'service',
    description: 'The address that the service listens on.',
    expects: 'an address of this machine',
    defaultShown:
      '`0.0.0.0`; with OCTAVO_PORT, and for `npm start` without BACKUP_API_KEY, `127.0.0.1`',
    example: '127.0.0.1',
  }),
  octavoSocket: text.optional().register(settingMeta, {
    group: 'service',
    description:
      'A unix socket that the service listens on, and on no port: for an app on the same machine that passes requests on. Only this user may connect to it. `octavo beside` makes one without it.',
    expects: 'a path of at most 90 bytes',
    example: '/tmp/octavo.sock',
  }),
  octavoPort: wholeNumber(0, 65535).optional().register(settingMeta, {
    group: 'service',
    description:
      'The port that the service listens on where PORT belongs to an app beside it; HOST is `127.0.0.1` then unless it is set.',
    expects: 'a whole number from 0 to 65535',
    defaultShown: 'PORT; for `octavo beside` a unix socket',
    example: '8001',
  }),
  backupApiKey: apiKeys.default([]).register(settingMeta, {
    group: 'service',
    description:
      'The key that opens the export, sent as `Authorization: Bearer …`. Several with commas between them all open it, so that a key can be changed without a gap; `octavo archive` sends the first.',
    expects: `keys of ${leastKeyLength} characters or more, best ${goodKeyLength}: letters, digits and - . _ ~ + /`,
    defaultShown: 'none: the service does not start',
    example: '`openssl rand -hex 32` makes one',
    secret: true,
  }),
  staffLogin: z.enum(['none', 'django']).default('none').register(settingMeta, {
    group: 'service',
    description:
      'Who may log in to the admin pages besides the accounts of `octavo user`: `django` takes those in `auth_user` of the default database that are marked as staff, superusers among them as admins.',
    expects: 'none or django',
    example: 'django',
  }),
  backupApiKeyFile: text.optional().register(settingMeta, {
    group: 'service',
    description: 'A file that holds BACKUP_API_KEY, in its place.',
    expects: 'a file that can be read',
    example: '/run/secrets/backup-api-key',
  }),
  routePrefix: text
    .regex(/^\/?[\w-][\w./-]*$/)
    .transform((prefix) => `/${prefix.replace(/^\/+|\/+$/g, '')}`)
    .optional()
    .register(settingMeta, {
      group: 'service',
      description:
        'Answers on the path below this prefix too: `/schedule` adds `/schedule/api/backup/database/`.',
      expects: 'a path such as /schedule',
      example: '/schedule',
    }),
  trustProxy: trustProxy.register(settingMeta, {
    group: 'service',
    description:
      'Whose `X-Forwarded-For` is believed, in the log and when wrong keys are counted: `true` for everybody, or the addresses of the proxies in front, ranges such as `10.0.0.0/8` included, and on a unix socket the app that connects to it.',
    expects: 'true, false, or addresses with commas between them',
    example: '10.0.0.0/8',
  }),
  spoolDir: text.optional().register(settingMeta, {
    group: 'service',
    description:
      'Where exports are written before they are sent. It needs room for several times the database, and holds its content while an export runs.',
    expects: 'a folder that can be written',
    defaultShown: 'a private folder below `TMPDIR`, else `/var/tmp`',
    example: '/opt/render/project/data/spool',
  }),
  exportConcurrency: wholeNumber(1, 64).default(2).register(settingMeta, {
    group: 'service',
    description: 'How many exports run at once; further ones are told to come back later.',
    expects: 'a whole number from 1 to 64',
    example: '1',
  }),
  logLevel: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .optional()
    .register(settingMeta, {
      group: 'service',
      description: 'How much the service logs.',
      expects: 'fatal, error, warn, info, debug, trace or silent',
      defaultShown: '`info`; for `npm start` `warn`',
      example: 'warn',
    }),
}
