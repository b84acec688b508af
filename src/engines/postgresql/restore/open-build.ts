import type { Build, BuildPlan, RecordChunk } from '../../../core/engine.js'
import { OctavoError } from '../../../core/errors.js'
import type { ServerObject, TableObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'
import { listTables } from '../schema/list-tables.js'
import { readTables } from '../schema/read-tables.js'
import type { StoredTable } from '../schema/stored-table.js'
import { OpenedSnapshot, readParts } from '../snapshot/opened-snapshot.js'
import { dropObjects } from './drop-objects.js'
import { lockAllTables } from './lock-tables.js'
import { loadRecords } from './load-records.js'
import { runObjects } from './run-objects.js'
import { setSequences } from './set-sequences.js'

/**
 * Begins to build the database of a document in the database of a session, in one transaction: until
 * `commit` nobody sees any of it, and whatever ends the session leaves everything as it was. All that
 * is there is locked; `beforehand` sees it before it is removed.
 */
export async function openBuild(
  session: Session,
  plan: BuildPlan,
  beforehand: () => Promise<void> = () => Promise.resolve(),
): Promise<ServerBuild> {
  requireSchemaSql(plan)
  await session.begin('ISOLATION LEVEL READ COMMITTED READ WRITE')
  const locked = await lockAllTables(session)
  await beforehand()
  await dropObjects(session, locked)
  const { before, after } = sections(plan)
  const { warnings } = await runObjects(session, before)
  const stored = await readTables(session, await listTables(session))
  return new ServerBuild({ session, plan, after, stored, warnings })
}

function requireSchemaSql({ facts }: BuildPlan): void {
  if (facts.schema_by !== undefined) return
  throw new OctavoError(
    'restore-refused',
    'the document holds rows without the SQL of their schema: no database can be made of it',
    { hint: 'Take a backup on a machine that has pg_dump, without PG_DUMP=none.' },
  )
}

function sections({ schema }: BuildPlan): Record<'before' | 'after', ServerObject[]> {
  const objects = schema.filter((object) => object.type === 'object')
  return {
    before: objects.filter((object) => object.after_rows !== true),
    after: objects.filter((object) => object.after_rows === true),
  }
}

interface BuildParts {
  readonly session: Session
  readonly plan: BuildPlan
  readonly after: readonly ServerObject[]
  readonly stored: readonly StoredTable[]
  readonly warnings: readonly string[]
}

/** Rows in any order, then `finish`; what was built can be read before it is committed. */
export class ServerBuild implements Build {
  readonly #parts: BuildParts
  readonly #warnings: string[]
  readonly #loosened: ServerObject[] = []

  constructor(parts: BuildParts) {
    this.#parts = parts
    this.#warnings = [...parts.warnings]
  }

  get warnings(): readonly string[] {
    return this.#warnings
  }

  /** Foreign keys of the document that its rows break. */
  get loosened(): readonly ServerObject[] {
    return this.#loosened
  }

  async load(model: string, chunks: AsyncIterable<RecordChunk>): Promise<number> {
    const { entry, table } = this.#tableOf(model)
    // The constraint of the key is made behind the rows: the document says what `pk` holds.
    const key = entry.primary_key
    return await loadRecords(this.#parts.session, { model, table, key }, chunks)
  }

  /** Indexes, foreign keys, triggers and all else that waits for rows; then the sequences. */
  async finish(): Promise<void> {
    const { session, plan, after } = this.#parts
    const { warnings, loosened } = await runObjects(session, after)
    this.#warnings.push(...warnings)
    this.#loosened.push(...loosened)
    await setSequences(session, plan.sequences)
  }

  /**
   * What was built, as an export would read it. The SQL of the schema can't be read again before the
   * commit: it is the document's own.
   */
  async content(): Promise<OpenedSnapshot> {
    const { session, plan } = this.#parts
    const modelNames = new Map(tablesOf(plan).map(({ name, model = name }) => [name, model]))
    const parts = await readParts(session, await listTables(session), { modelNames })
    const objects = plan.schema.filter(({ type }) => type === 'object')
    return new OpenedSnapshot(session, {
      ...parts,
      facts: { ...parts.facts, encoding: plan.facts.encoding },
      schema: [...parts.schema, ...objects],
    })
  }

  async commit(): Promise<void> {
    await this.#parts.session.run(
      'COMMIT',
      'the restore was complete, and whether it was kept is not known: look into the database',
    )
  }

  /** Without a commit before it everything is as it was. */
  async close(): Promise<void> {
    await this.#parts.session.close()
  }

  #tableOf(model: string): { readonly entry: TableObject; readonly table: StoredTable } {
    const { plan, stored } = this.#parts
    const entry = tablesOf(plan).find((table) => table.model === model)
    const table = stored.find(({ name, schema }) => name === entry?.name && schema === entry.schema)
    if (entry && table) return { entry, table }
    throw new OctavoError(
      'document-invalid',
      `the SQL of the document makes no table for "${model}"`,
    )
  }
}

function tablesOf({ schema }: BuildPlan): TableObject[] {
  return schema.filter((object) => object.type === 'table')
}
