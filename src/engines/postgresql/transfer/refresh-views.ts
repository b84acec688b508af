import type { Session } from '../connection/session.js'
import { oidList } from '../schema/read-columns.js'
import { quoteQualified } from '../sql/quote.js'

/** Tables show their rows through those they inherit from or are partitions of, too. */
const viewsSql = `
WITH RECURSIVE family(oid) AS (
  SELECT pg_catalog.unnest($1::oid[])
  UNION
  SELECT CASE WHEN i.inhrelid = f.oid THEN i.inhparent ELSE i.inhrelid END
  FROM family f JOIN pg_catalog.pg_inherits i ON f.oid IN (i.inhrelid, i.inhparent)
), reached(oid, depth) AS (
  SELECT oid, 0 FROM family
  UNION
  SELECT r.ev_class, reached.depth + 1
  FROM reached
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = reached.oid AND d.classid = 'pg_catalog.pg_rewrite'::regclass
  JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid AND r.ev_type = '1' AND r.ev_class <> reached.oid
)
SELECT n.nspname, c.relname
FROM reached
JOIN pg_catalog.pg_class c ON c.oid = reached.oid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'm' AND c.relispopulated
GROUP BY n.nspname, c.relname
ORDER BY max(reached.depth), n.nspname COLLATE "C", c.relname COLLATE "C"`

/** Fills the materialised views anew that show rows of tables, those that others read first. */
export async function refreshViews(session: Session, oids: readonly string[]): Promise<void> {
  const views = await session.rows(viewsSql, 'the materialised views could not be listed', [
    oidList(oids),
  ])
  for (const [schema, name] of views)
    await session.run(
      `REFRESH MATERIALIZED VIEW ${quoteQualified(schema ?? '', name ?? '')}`,
      `the materialised view "${name}" could not be filled again`,
    )
}
