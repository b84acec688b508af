import type { Person } from './people-rows.js'
import type { Random } from './random.js'
import { dayMs, djangoInstant, hourMs, type TableRows } from './table-rows.js'

/** App label and model, in the order in which Django's migrations met them. */
const contentTypes = [
  ['admin', 'logentry'],
  ['auth', 'permission'],
  ['auth', 'group'],
  ['auth', 'user'],
  ['contenttypes', 'contenttype'],
  ['sessions', 'session'],
  ['userRegistration', 'userprofile'],
  ['calendarEditor', 'machine'],
  ['calendarEditor', 'queuepreset'],
  ['calendarEditor', 'queueentry'],
  ['calendarEditor', 'archivedmeasurement'],
  ['calendarEditor', 'notificationpreference'],
  ['calendarEditor', 'notification'],
] as const

const migrations = [
  ['contenttypes', '0001_initial'],
  ['auth', '0001_initial'],
  ['admin', '0001_initial'],
  ['admin', '0002_logentry_remove_auto_add'],
  ['admin', '0003_logentry_add_action_flag_choices'],
  ['contenttypes', '0002_remove_content_type_name'],
  ['auth', '0002_alter_permission_name_max_length'],
  ['auth', '0003_alter_user_email_max_length'],
  ['auth', '0004_alter_user_username_opts'],
  ['auth', '0005_alter_user_last_login_null'],
  ['auth', '0006_require_contenttypes_0002'],
  ['auth', '0007_alter_validators_add_error_messages'],
  ['auth', '0008_alter_user_username_max_length'],
  ['auth', '0009_alter_user_last_name_max_length'],
  ['auth', '0010_alter_group_name_max_length'],
  ['auth', '0011_update_proxy_permissions'],
  ['auth', '0012_alter_user_first_name_max_length'],
  ['calendarEditor', '0001_initial'],
  ['userRegistration', '0001_initial'],
  ['calendarEditor', '0002_archivedmeasurement'],
  ['calendarEditor', '0003_notification_notificationpreference'],
  ['sessions', '0001_initial'],
] as const

const actions = ['add', 'change', 'delete', 'view'] as const
const word = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** What Django itself keeps beside the models: content types, permissions, groups, migrations. */
export function djangoRows(random: Random, atMs: number): TableRows[] {
  const begunMs = atMs - 930 * dayMs
  const types = contentTypes.map(([app, model], index) => [BigInt(index + 1), app, model])
  const permissions = contentTypes.flatMap(([, model], type) =>
    actions.map((action, index) => {
      const id = BigInt(type * actions.length + index + 1)
      return [id, BigInt(type + 1), `${action}_${model}`, `Can ${action} ${model}`]
    }),
  )
  const applied = migrations.map(([app, name], index) => {
    const instant = djangoInstant(begunMs + index * 40, random.below(1_000_000))
    return [BigInt(index + 1), app, name, instant]
  })
  const groupPermissions = Array.from({ length: 24 }, (_, index) => {
    return [BigInt(index + 1), BigInt(1 + (index % 2)), BigInt(29 + index)]
  })
  const groups = [
    [1n, 'Lab managers'],
    [2n, 'Gäste'],
  ]
  return [
    { table: 'django_content_type', columns: ['id', 'app_label', 'model'], rows: types },
    {
      table: 'auth_permission',
      columns: ['id', 'content_type_id', 'codename', 'name'],
      rows: permissions,
    },
    { table: 'django_migrations', columns: ['id', 'app', 'name', 'applied'], rows: applied },
    { table: 'auth_group', columns: ['id', 'name'], rows: groups },
    {
      table: 'auth_group_permissions',
      columns: ['id', 'group_id', 'permission_id'],
      rows: groupPermissions,
    },
  ]
}

/** What people leave behind: memberships, the admin's log, sessions. */
export function traceRows(random: Random, people: readonly Person[], atMs: number): TableRows[] {
  const members = people.filter((_, index) => index % 5 === 0)
  const log = Array.from({ length: 120 }, (_, index) => {
    const type = 7 + random.below(7)
    const instant = djangoInstant(atMs - (120 - index) * 31 * hourMs, random.below(1_000_000))
    const message = JSON.stringify([{ changed: { fields: ['Priority', 'Größe'] } }])
    return [
      BigInt(index + 1), String(1 + random.below(800)), `object ${index} ✎`, BigInt(1 + random.below(3)),
      message, BigInt(type), BigInt(1 + random.below(3)), instant,
    ] // prettier-ignore
  })
  const sessions = Array.from({ length: 40 }, () => [
    random.letters('0123456789abcdefghijklmnopqrstuvwxyz', 32),
    `.eJx${random.letters(word, 90)}:1${random.letters(word, 5)}:${random.letters(word, 43)}`,
    djangoInstant(atMs + Math.floor(random.between(-20, 14) * dayMs), random.below(1_000_000)),
  ])
  return [
    {
      table: 'auth_user_groups',
      columns: ['id', 'user_id', 'group_id'],
      rows: members.map(({ id }, index) => [
        BigInt(index + 1),
        BigInt(id),
        BigInt(1 + (index % 2)),
      ]),
    },
    {
      table: 'auth_user_user_permissions',
      columns: ['id', 'user_id', 'permission_id'],
      rows: [2, 3].map((id) => [BigInt(id - 1), BigInt(id), 30n]),
    },
    {
      table: 'django_admin_log',
      columns: [
        'id', 'object_id', 'object_repr', 'action_flag', 'change_message', 'content_type_id',
        'user_id', 'action_time',
      ], // prettier-ignore
      rows: log,
    },
    {
      table: 'django_session',
      columns: ['session_key', 'session_data', 'expire_date'],
      rows: sessions,
    },
  ]
}
