import { OctavoError } from '../../../core/errors.js'

/**
 * What becomes of a statement of a dump in a new database: `run`; `leave` out what belongs to a
 * server and its people; `try` what may fail there, because an older or newer server wrote it, or
 * because there is nothing yet to drop.
 */
export type Judgement = 'run' | 'leave' | 'try'

const name = String.raw`(?:"(?:[^"]|"")+"|[^\s";]+)`
const severalDatabases =
  'Dump each database by itself: `pg_dump` without --create, and not `pg_dumpall`.'

const refused: readonly (readonly [RegExp, string, string])[] = [
  [/^(CREATE|DROP|ALTER) DATABASE\b/, 'makes databases', severalDatabases],
  [
    /^(CREATE|DROP|ALTER) (ROLE|USER(?! MAPPING)|GROUP|TABLESPACE)\b/,
    'makes roles',
    severalDatabases,
  ],
  [
    /^SET standard_conforming_strings = off;/,
    'spells texts in the way before PostgreSQL 9.1',
    'Dump the database again, with standard_conforming_strings on.',
  ],
  [
    /^SET client_encoding = '(?!UTF8'|SQL_ASCII')/,
    'is in another encoding than UTF-8',
    'Make it again with `pg_dump --encoding=UTF8`.',
  ],
  [
    /^COPY\b/,
    'copies from or to a place on the server',
    'pg_dump writes nothing of the kind: look at where this file comes from.',
  ],
]

const judged: readonly (readonly [RegExp, Judgement])[] = [
  [/^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SECURITY LABEL)\b/, 'leave'],
  [/^(CREATE|ALTER|DROP) SUBSCRIPTION\b/, 'leave'],
  [/^COMMENT ON DATABASE\b/, 'leave'],
  [/^(SET|RESET) (SESSION AUTHORIZATION|ROLE)\b/, 'leave'],
  [/^SET default_tablespace\b/, 'leave'],
  [new RegExp(String.raw`^ALTER\s[\s\S]*\sOWNER TO ${name};$`), 'leave'],
  // Every new database has these two, and they belong to somebody else.
  [/^(DROP SCHEMA( IF EXISTS)?|CREATE SCHEMA) public( CASCADE)?;$/, 'leave'],
  [/^COMMENT ON (EXTENSION plpgsql|SCHEMA public) IS\b/, 'try'],
  [/^CREATE (OR REPLACE )?(PROCEDURAL )?LANGUAGE plpgsql;$/, 'leave'],
  [/^SET \w+ = /, 'try'],
  [/^DROP\b/, 'try'],
  [/^ALTER (TABLE|DOMAIN) [^('=]* DROP (CONSTRAINT|DEFAULT|IDENTITY)\b/, 'try'],
]

/** Throws `restore-refused` for what no dump of one database holds. */
export function judgeStatement(sql: string): Judgement {
  for (const [pattern, what, hint] of refused)
    if (pattern.test(sql))
      throw new OctavoError('restore-refused', `the dump ${what}: ${firstWords(sql)}`, { hint })
  return judged.find(([pattern]) => pattern.test(sql))?.[1] ?? 'run'
}

/** Enough to find a statement in a dump; what stands behind may be anybody's data. */
export function firstWords(sql: string): string {
  const line = sql.slice(0, 200).split(/\n| VALUES\b|[('=]/)[0] ?? ''
  return line.length > 100 ? `${line.slice(0, 100)}…` : line.trim()
}
