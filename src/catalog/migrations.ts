/** In the header of the file, so that no other program's database is taken for a catalog: "Octv". */
export const applicationId = 0x4f637476

/** Of version 3: a row of `shown_runs`. What another program wrote must not keep it from being made. */
const shownRun = `
  SELECT started_at, id, database, label, status, format, started_by,
    CAST(bytes AS INTEGER),
    CAST(CASE WHEN json_valid(rest) THEN rest ->> '$.manifest.records' END AS INTEGER),
    CASE WHEN json_valid(rest) AND rest ->> '$.endedAt' GLOB '2*' AND started_at GLOB '2*' THEN
      CAST(round((julianday(rest ->> '$.endedAt') - julianday(started_at)) * 86400000) AS INTEGER) END,
    (SELECT max(copies ->> (fullkey || '.verification.at'))
      FROM json_each(CASE WHEN json_valid(copies) THEN copies ELSE '[]' END)
      WHERE copies ->> (fullkey || '.verification.verdict') <> 'bytes'
      AND CASE WHEN json_valid(rest) THEN rest ->> '$.manifest.proved' END IS NOT NULL),
    (SELECT char(10) || group_concat(copies ->> (fullkey || '.store'), char(10)) || char(10)
      FROM json_each(CASE WHEN json_valid(copies) THEN copies ELSE '[]' END))
  FROM runs`

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
  // What people filter and sort the history by, small and in order, so that a page of it reads no other
  // run: SQLite parses the JSON of a row for a column made of it, also where an index has its value.
  `CREATE TABLE shown_runs (
     started_at TEXT NOT NULL, id TEXT NOT NULL, database TEXT NOT NULL, label TEXT NOT NULL,
     status TEXT NOT NULL, format TEXT, started_by TEXT, bytes INTEGER, records INTEGER,
     duration_ms INTEGER, verified_at TEXT,
     -- Those that hold a copy, each between two line breaks.
     stores TEXT,
     PRIMARY KEY (started_at, id)
   ) STRICT, WITHOUT ROWID;
   ${['INSERT', 'UPDATE', 'DELETE']
     .map(
       (event) => `CREATE TRIGGER show_after_${event.toLowerCase()} AFTER ${event} ON runs BEGIN
     ${event === 'INSERT' ? '' : 'DELETE FROM shown_runs WHERE started_at = old.started_at AND id = old.id;'}
     ${event === 'DELETE' ? '' : `INSERT INTO shown_runs ${shownRun} WHERE runs.id = new.id;`}
   END;`,
     )
     .join('\n')}
   INSERT INTO shown_runs ${shownRun};`,
]
