import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { userSchema } from '../schema/list-tables.js'
import { quoteName } from '../sql/quote.js'

/** As `pg_identify_object` calls them, where DROP has another word. */
const dropWords: ReadonlyMap<string, string> = new Map([
  ['composite type', 'TYPE'],
  ['statistics object', 'STATISTICS'],
])

/** Objects that stand in a schema, but for those of extensions and the parts of others. */
const objectsSql = `
SELECT o.type, o.identity, d.objid
FROM pg_catalog.pg_depend d
JOIN pg_catalog.pg_namespace n ON n.oid = d.refobjid
CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) o
WHERE d.refclassid = 'pg_catalog.pg_namespace'::regclass AND d.deptype = 'n' AND d.objsubid = 0
  AND ${userSchema}
  AND d.classid NOT IN ('pg_catalog.pg_extension'::regclass, 'pg_catalog.pg_default_acl'::regclass)
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid
                  AND e.objid = d.objid AND e.deptype IN ('e', 'i')
                  -- a partitioned table is noted as a part of its own columns
                  AND (e.refclassid, e.refobjid) <> (e.classid, e.objid))
ORDER BY o.type <> 'table', o.identity COLLATE "C"`

/** Schemas that nothing keeps: neither an extension made them nor does one stand in them. */
const schemasSql = `
SELECT n.nspname FROM pg_catalog.pg_namespace n
WHERE ${userSchema} AND n.nspname <> 'public'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                  WHERE e.classid = 'pg_catalog.pg_namespace'::regclass AND e.objid = n.oid
                    AND e.deptype = 'e')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_extension x WHERE x.extnamespace = n.oid)
ORDER BY n.nspname COLLATE "C"`

/**
 * Removes all that a document brings back, within the transaction of its restore: everything in the
 * user's schemas, the schemas but `public`, and publications. Extensions stay. A table that is not
 * among the `locked` ones was made since, and nobody has kept it.
 */
export async function dropObjects(session: Session, locked: ReadonlySet<string>): Promise<void> {
  const publications = await session.rows(
    'SELECT pubname FROM pg_catalog.pg_publication',
    'the publications could not be listed',
  )
  for (const [name] of publications)
    await session.run(`DROP PUBLICATION ${quoteName(name ?? '')}`, `could not remove "${name}"`)
  const objects = await session.rows(objectsSql, 'the objects could not be listed')
  for (const [type, identity, oid] of objects) {
    if (type === 'table' && !locked.has(oid ?? ''))
      throw new OctavoError('target-changed', `the table ${identity} was made during the restore`)
    const word = dropWords.get(type ?? '') ?? type?.toUpperCase()
    await session.run(
      `DROP ${word} IF EXISTS ${identity} CASCADE`,
      `could not remove the ${type} ${identity}`,
    )
  }
  const schemas = await session.rows(schemasSql, 'the schemas could not be listed')
  for (const [name] of schemas)
    await session.run(`DROP SCHEMA ${quoteName(name ?? '')} RESTRICT`, `could not remove "${name}"`)
}
