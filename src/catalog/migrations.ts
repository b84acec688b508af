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
]
