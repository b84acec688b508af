import { isDeepStrictEqual } from 'node:util'
import { OctavoError } from '../../../core/errors.js'
import type { Row, Session } from '../connection/session.js'
import { oidList } from '../schema/read-columns.js'
import { quoteName, quoteQualified } from '../sql/quote.js'

/** A trigger of a table or of one of its partitions, or a rule; with the letter of its state. */
interface Program {
  readonly schema: string
  readonly table: string
  readonly word: string
  readonly name: string
  readonly state: string
}

/** Those that the server itself makes for constraints stay at work. */
const programsSql = `
WITH family AS (
  SELECT r.oid AS root, r.oid FROM pg_catalog.unnest($1::oid[]) r(oid)
  UNION
  SELECT r.oid, t.relid::oid
  FROM pg_catalog.unnest($1::oid[]) r(oid), pg_catalog.pg_partition_tree(r.oid) t
)
SELECT n.nspname, c.relname, 'TRIGGER', g.tgname, g.tgenabled
FROM family f
JOIN pg_catalog.pg_class c ON c.oid = f.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal
UNION ALL
SELECT n.nspname, c.relname, 'RULE', w.rulename, w.ev_enabled
FROM family f
JOIN pg_catalog.pg_class c ON c.oid = f.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_rewrite w ON w.ev_class = c.oid
WHERE f.oid = f.root
ORDER BY 1, 2, 3, 4`

/** As ALTER TABLE spells the letters of the catalogs. */
const wordsOf: Readonly<Record<string, string>> = {
  O: 'ENABLE',
  A: 'ENABLE ALWAYS',
  R: 'ENABLE REPLICA',
}

/**
 * Disables the triggers and rules of tables within the transaction, and gives a function that puts
 * each back into the state that it had.
 */
export async function quietPrograms(
  session: Session,
  oids: readonly string[],
): Promise<() => Promise<void>> {
  const programs = await readPrograms(session, oids)
  const awake = programs.filter(({ state }) => state !== 'D')
  for (const program of awake) await alter(session, program, 'DISABLE')
  return async () => {
    for (const program of awake)
      await alter(session, program, wordsOf[program.state] ?? wordsOf['O'] ?? '')
    const after = await readPrograms(session, oids)
    if (isDeepStrictEqual(after, programs)) return
    throw new OctavoError(
      'restore-refused',
      'the triggers and rules of the target would not come back as they are',
    )
  }
}

async function readPrograms(session: Session, oids: readonly string[]): Promise<Program[]> {
  const what = 'the triggers and rules could not be read'
  return (await session.rows(programsSql, what, [oidList(oids)])).map(programOf)
}

function programOf([schema, table, word, name, state]: Row): Program {
  return {
    schema: schema ?? '',
    table: table ?? '',
    word: word ?? '',
    name: name ?? '',
    state: state ?? '',
  }
}

async function alter(session: Session, program: Program, state: string): Promise<void> {
  const { schema, table, word, name } = program
  const kind = word.toLowerCase()
  await session.run(
    `ALTER TABLE ONLY ${quoteQualified(schema, table)} ${state} ${word} ${quoteName(name)}`,
    `the ${kind} "${name}" of "${table}" could not be kept quiet`,
  )
}
