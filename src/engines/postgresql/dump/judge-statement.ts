import { OctavoError } from '../../../core/errors.js'
import { plainOpening } from './plain-opening.js'

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
  [/^(CREATE|DROP|ALTER) DATABASE\b/i, 'makes databases', severalDatabases],
  [
    /^(CREATE|DROP|ALTER) (ROLE|USER(?! MAPPING)|GROUP|TABLESPACE|SYSTEM)\b/i,
    'makes roles or settings of a server',
    severalDatabases,
  ],
  [
    /^SET (SESSION |LOCAL )?standard_conforming_strings\s*(=|TO)(?!\s*'?on\b)/i,
    'spells texts in the way before PostgreSQL 9.1',
    'Dump the database again, with standard_conforming_strings on.',
  ],
  [
    /^SET ((SESSION |LOCAL )?client_encoding\s*(=|TO)|NAMES)(?!\s*'?(UTF-?8|SQL_ASCII)\b)/i,
    'is in another encoding than UTF-8',
    'Make it again with `pg_dump --encoding=UTF8`.',
  ],
  [
    /^COPY\b/i,
    'copies from or to a place on the server',
    'pg_dump writes nothing of the kind: look at where this file comes from.',
  ],
]

const judged: readonly (readonly [RegExp, Judgement])[] = [
  [/^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES|SECURITY LABEL)\b/i, 'leave'],
  [/^(CREATE|ALTER|DROP) SUBSCRIPTION\b/i, 'leave'],
  [/^COMMENT ON DATABASE\b/i, 'leave'],
  [/^(SET|RESET) (SESSION AUTHORIZATION|ROLE)\b/i, 'leave'],
  [/^SET default_tablespace\b/i, 'leave'],
  [new RegExp(String.raw`^ALTER\s[\s\S]*\sOWNER TO ${name};$`, 'i'), 'leave'],
  // Every new database has these two, and they belong to somebody else.
  [/^(DROP SCHEMA( IF EXISTS)?|CREATE SCHEMA) public( CASCADE)?;$/i, 'leave'],
  [/^COMMENT ON (EXTENSION plpgsql|SCHEMA public) IS\b/i, 'try'],
  [/^CREATE (OR REPLACE )?(PROCEDURAL )?LANGUAGE plpgsql;$/i, 'leave'],
  [/^SET \w+ = /i, 'try'],
  [/^DROP\b/i, 'try'],
  [/^ALTER (TABLE|DOMAIN) [^('=]* DROP (CONSTRAINT|DEFAULT|IDENTITY)\b/i, 'try'],
]

/** Throws `restore-refused` for what no dump of one database holds. */
export function judgeStatement(sql: string): Judgement {
  const plain = plainOpening(sql)
  for (const [pattern, what, hint] of refused)
    if (pattern.test(plain))
      throw new OctavoError('restore-refused', `the dump ${what}: ${firstWords(plain)}`, { hint })
  return judged.find(([pattern]) => pattern.test(plain))?.[1] ?? 'run'
}

/** Enough to find a statement in a dump; what stands behind may be anybody's data. */
export function firstWords(sql: string): string {
  const line = sql.slice(0, 200).split(/\n| VALUES\b|[('=]/)[0] ?? ''
  return line.length > 100 ? `${line.slice(0, 100)}…` : line.trim()
}
