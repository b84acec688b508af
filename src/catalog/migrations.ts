/** In the header of the file, so that no other program's database is taken for a catalog: "Octv". */
export const applicationId = 0x4f637476

/**
 * What makes each version of the catalog out of the one before; the first out of nothing. Those that
 * were released are never changed.
 */
export const migrations: readonly string[] = [
  // What is filtered and sorted is a column; `rest` is JSON, and read with `record-row.ts` only.
  `CREATE TABLE runs (
     id TEXT PRIMARY KEY NOT NULL,
     database TEXT NOT NULL,
     label TEXT NOT NULL,
     status TEXT NOT NULL,
     started_at TEXT NOT NULL,
     rest TEXT NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_start ON runs (started_at, id);
   CREATE INDEX runs_by_database ON runs (database, started_at, id);
   CREATE INDEX runs_by_status ON runs (status, started_at, id);`,
  // What lists and checks ask of \`rest\`, so that indexes answer it; null where that is no JSON.
  `${[
    "format TEXT AS (CASE WHEN json_valid(rest) THEN rest ->> '$.format' END)",
    "started_by TEXT AS (CASE WHEN json_valid(rest) THEN rest ->> '$.startedBy' END)",
    "unchanged_from TEXT AS (CASE WHEN json_valid(rest) THEN rest ->> '$.unchangedFrom' END)",
    "copies TEXT AS (CASE WHEN json_valid(rest) THEN rest ->> '$.copies' END)",
    "bytes INTEGER AS (CASE WHEN json_valid(rest) THEN rest ->> '$.manifest.archive.size' END)",
  ]
    .map((column) => `ALTER TABLE runs ADD COLUMN ${column} VIRTUAL;`)
    .join('\n')}
   CREATE INDEX runs_by_format ON runs (format, started_at, id);
   CREATE INDEX runs_by_database_and_format ON runs (database, format, started_at, id, status);
   CREATE INDEX runs_by_schedule ON runs (database, started_by, started_at, id)
     WHERE status = 'success' AND started_by GLOB 'schedule *';
   CREATE INDEX runs_kept ON runs (database, format, started_at, id, status, bytes, copies)
     WHERE bytes IS NOT NULL AND copies <> '[]';
   CREATE INDEX runs_unchanged ON runs (database, format, started_at, id, status)
     WHERE unchanged_from IS NOT NULL;`,
]
