import { z } from 'zod'
import {
  namedMap,
  settingMeta,
  text,
  textList,
  variableName,
  wholeNumber,
} from './setting-types.js'

/** The name of a database that was given none. */
export const defaultName = 'database'

const databaseName = text.regex(/^[\w.-]{1,64}$/)

/** What is said in the environment of the database that commands use by default. */
export const databaseSettings = {
  databaseUrl: text.optional().register(settingMeta, {
    group: 'databases',
    description:
      'The database that commands and the service use by default: a path, `file:PATH`, `sqlite:///RELATIVE`, `sqlite:////ABSOLUTE` or `postgresql://USER:PASSWORD@HOST/DATABASE`.',
    expects: 'the address of a database',
    defaultShown: 'the only one of `databases`',
    example: 'sqlite:////opt/render/project/data/db.sqlite3',
    secret: true,
  }),
  databaseName: databaseName.default(defaultName).register(settingMeta, {
    group: 'databases',
    description:
      'The name of that database: documents carry it, and a restore over production asks for it.',
    expects: 'up to 64 letters, digits, dots, dashes and underscores',
    example: 'lab',
  }),
  databaseLabel: z.string().trim().max(64).optional().register(settingMeta, {
    group: 'databases',
    description: 'What that database is: `prod`, `dev` or a word of your own.',
    expects: 'a word of at most 64 characters',
    defaultShown:
      '`prod` if it is the database of DATABASE_URL_PROD, `dev` if that is another one, else not known',
    example: 'prod',
  }),
  databaseUrlProd: text.optional().register(settingMeta, {
    group: 'databases',
    description:
      'The address of the production database. Whatever else names it, it is labelled `prod`; commands know it as `prod`.',
    expects: 'the address of a database',
    example: 'sqlite:////opt/render/project/data/db.sqlite3',
    secret: true,
  }),
  scratchDatabaseUrl: text.optional().register(settingMeta, {
    group: 'databases',
    description:
      'A PostgreSQL server on which backups are tried out, each in a database of its own that is dropped afterwards. Its user may make databases.',
    expects: 'the address of a PostgreSQL database',
    defaultShown: 'the server of the database itself',
    example: 'postgresql://octavo:PASSWORD@localhost/postgres',
    secret: true,
  }),
  pgDump: text.optional().register(settingMeta, {
    group: 'databases',
    description:
      'The program `pg_dump`, which writes the schema of a PostgreSQL database into its backup. `none` leaves the schema out: such a backup holds rows only.',
    expects: 'a path, or none',
    defaultShown: 'the oldest one here that is not older than the server',
    example: '/usr/lib/postgresql/15/bin/pg_dump',
  }),
  excludeRows: textList.default([]).register(settingMeta, {
    group: 'databases',
    description:
      'Models whose schema is backed up and whose rows are not, in every database: sessions, tokens.',
    expects: 'names of models with commas between them',
    example: 'sessions.Session,authtoken.Token',
  }),
  djangoModels: text.optional().register(settingMeta, {
    group: 'databases',
    description:
      'The file that `python manage.py octavo_models` printed: what fixtures of Django hold and a database does not tell ([how](django.md)).',
    expects: 'the path of a file',
    defaultShown: '`octavo.models.json` in the working folder, if it is there',
    example: 'octavo.models.json',
  }),
  busyTimeout: wholeNumber(0, 3600).default(30).register(settingMeta, {
    group: 'databases',
    description:
      'Seconds to wait for a database that another program holds, and for a moment without writes before a restore.',
    expects: 'a whole number from 0 to 3600',
    example: '60',
  }),
}

const tableModels = namedMap(text)

const oneDatabase = z.strictObject({
  url: text.optional(),
  label: z.string().trim().max(64).optional(),
  models: tableModels.optional(),
  excludeRows: z.array(text).optional(),
  pingUrlEnv: variableName.optional(),
})

export type DatabaseEntry = z.output<typeof oneDatabase>

/** Keys that only the file can hold. */
export const databaseKeys = {
  models: tableModels.optional(),
  databases: namedMap(oneDatabase).optional(),
}
