import { settingsShape } from './config-schema.js'
import { metaOf } from './config-mistakes.js'
import { environmentName, type SettingGroup, type SettingMeta } from './setting-types.js'

/** In the order in which people read of them. */
export const settingGroups: readonly (readonly [SettingGroup, string])[] = [
  ['databases', 'Databases'],
  ['service', 'The service'],
  ['backups', 'Backups'],
  ['schedules', 'Schedules'],
  ['alarms', 'Alarms'],
  ['encryption', 'Encryption'],
  ['archive', 'The archive on GitHub'],
]

const start = `# Configuration

<!-- Made by scripts/write-configuration-docs.ts from the schema in src/config. Do not edit. -->

Octavo reads its settings from three places: the environment, a file \`.env\` and a file
\`octavo.config.json\`, both in the folder where it is started. The environment wins over \`.env\`,
and \`.env\` wins over \`octavo.config.json\`. An empty value counts as not set. Relative paths begin
in that folder.

Every mistake is reported at once when a command starts, with what is wrong and what is right, and
the command ends with exit code 2. The value of a secret is never shown.
`

const fileSection = `## octavo.config.json

Every setting above that is no secret can stand here under the name given with it, as a JSON
value: lists are arrays, numbers and \`true\` need no quotes. Unknown keys are mistakes. An editor
completes and checks the file by the JSON schema [octavo.config.schema.json](octavo.config.schema.json),
which is a part of the package: \`"$schema": "./node_modules/octavo/docs/octavo.config.schema.json"\`. These
keys have no name in the environment:

- \`models\`: the public names of tables, for every database. Django's own tables have theirs without
  it.
- \`databases\`: databases by name. Each may hold \`url\` (an address like DATABASE_URL), \`label\`,
  \`models\`, \`excludeRows\` and \`pingUrlEnv\`; models and excludeRows add to those of all databases. An entry under the name
  in DATABASE_NAME describes the database of DATABASE_URL, and needs no \`url\` then.
- \`sync\`: what \`octavo sync\` does with columns ([sync.md](sync.md)): \`columns\` holds models by name, and for each
  its columns with \`pseudonym\` or \`empty\`; \`keepFullText\` lists full-text tables and columns that hold none of them.
- \`stores\`: stores by name. One of the type \`disk\` holds \`path\`; one of the type \`s3\` holds
  \`bucket\`, and may hold \`region\`, \`endpoint\`, \`prefix\`, \`forcePathStyle\`, and in
  \`accessKeyIdEnv\`, \`secretAccessKeyEnv\` and \`sessionTokenEnv\` the names of the variables that hold
  its key, where that is not the one of AWS_ACCESS_KEY_ID. Each may hold its own \`retention\`.
- One of the type \`gcs\` holds \`bucket\`, and may hold \`prefix\`, \`endpoint\`, and in
  \`credentialsFile\` the path of its credentials or in \`credentialsEnv\` the name of the variable that
  holds them, where those are not the ones of GCS_CREDENTIALS or GOOGLE_APPLICATION_CREDENTIALS.
- One of the type \`azure\` holds \`container\`, and may hold \`prefix\`, \`endpoint\`, \`account\`, and the
  name of the variable with its credentials in \`connectionStringEnv\`, \`accountKeyEnv\` or
  \`sasTokenEnv\`, where those are not the ones of AZURE_STORAGE_CONNECTION_STRING and its neighbours.
- One of the type \`github-branch\` may hold \`branch\` (\`octavo-backups\`) and \`prefix\`, its folder on
  the branch (\`octavo/\`); one of the type \`github-release\` may hold \`tag\` (\`octavo-backups\`).
  Both may hold \`repository\`, where that is not ARCHIVE_REPOSITORY or GITHUB_REPOSITORY, \`apiUrl\`,
  where it is not GITHUB_API_URL, and in \`tokenEnv\` the name of the variable that holds the token,
  where that is not GITHUB_TOKEN ([backups.md](backups.md#on-github)).
- \`schedules\`: schedules by name. Each holds \`cron\`, and may hold \`timeZone\`, \`databases\` (names;
  all without it), \`format\` and \`pingUrlEnv\`.
- \`pingUrlEnv\` of a database or a schedule names the variable with the address of a dead-man service for
  its runs alone ([notifications.md](notifications.md)).
- \`retention\`: which backups stay, in every store without its own: [policies.md](policies.md).
  RETENTION_DAYS and MAX_BACKUPS add to it. Where nothing is said it is
  \`{ "last": 8, "daily": 30, "monthly": 12 }\`; \`{}\` prunes nothing.

\`\`\`json
{
  "$schema": "./node_modules/octavo/docs/octavo.config.schema.json",
  "port": 10000,
  "excludeRows": ["sessions.Session"],
  "models": { "calendarEditor_queueentry": "calendarEditor.QueueEntry" },
  "databases": {
    "lab": { "url": "sqlite:////srv/lab/db.sqlite3", "label": "prod" },
    "copy": { "url": "data/copy.sqlite3", "label": "dev" }
  },
  "stores": {
    "disk": { "type": "disk", "path": "/srv/backups" },
    "offsite": { "type": "s3", "bucket": "lab-backups", "region": "eu-central-1" }
  },
  "retention": { "last": 8, "daily": 30, "monthly": 12 }
}
\`\`\`

A command takes a database by its name (\`octavo export lab\`) or by its address. An address that
leads to a configured database is that database, with its name and label.
`

/** The whole of docs/configuration.md. */
export function configurationPage(): string {
  const sections = settingGroups.map(([group, title]) => {
    const settings = Object.keys(settingsShape).flatMap((key) => {
      const meta = metaOf(key)
      return meta?.group === group ? [describeSetting(key, meta)] : []
    })
    return `## ${title}\n\n${settings.join('\n')}`
  })
  return [start, ...sections, fileSection].join('\n')
}

function describeSetting(key: string, meta: SettingMeta): string {
  const rows = [
    `### ${environmentName(key)}`,
    '',
    meta.description,
    '',
    `- Value: ${meta.expects}`,
    `- Default: ${usualShown(key, meta)}`,
    `- Example: ${meta.example.includes('`') ? meta.example : `\`${meta.example}\``}`,
    meta.secret ? '- Secret: yes, so never in the file' : `- In the file: \`${key}\``,
  ]
  return `${rows.join('\n')}\n`
}

/** What counts where nothing is set, in Markdown. */
export function usualShown(key: string, { defaultShown }: SettingMeta): string {
  return defaultShown ?? shownDefault(key)
}

function shownDefault(key: string): string {
  const found = Object.entries(settingsShape).find(([name]) => name === key)
  const parsed = found?.[1].safeParse(undefined)
  const value = parsed?.success ? parsed.data : undefined
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none'
  return `\`${String(value)}\``
}
