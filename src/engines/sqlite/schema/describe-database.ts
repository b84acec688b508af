import type Database from 'better-sqlite3'
import type { Violations } from '../../../core/engine.js'
import { foldCase } from '../../../core/fold-case.js'
import type { SchemaObject } from '../../../core/schema.js'
import { beginRead } from '../connection/begin-read.js'
import { countViolations } from './count-violations.js'
import { countRows } from '../sql/count-rows.js'
import { readContentTypes } from './read-content-types.js'
import { readFacts } from './read-facts.js'
import { readSchema, type SqliteObject } from './read-schema.js'
import { type RecordTable, schemaEntries } from './schema-entries.js'
import { sqliteFailure } from '../connection/sqlite-failure.js'
import type { Encoding } from './stored-text.js'

export interface DescribedModel {
  readonly model: string
  readonly table: string
  readonly records: number
  readonly violations: Violations
}

export interface DescribedDatabase {
  readonly models: readonly DescribedModel[]
  /** As a document would hold it. */
  readonly schema: readonly SchemaObject[]
  readonly tables: number
  readonly indexes: number
  readonly views: number
  readonly triggers: number
}

export interface DescribeOptions {
  readonly modelNames?: ReadonlyMap<string, string>
  readonly busyTimeoutMs?: number
}

interface Listed {
  readonly connection: Database.Database
  readonly objects: readonly SqliteObject[]
  readonly tables: readonly RecordTable[]
  readonly schema: readonly SchemaObject[]
}

/**
 * Counts what is in a database, also in one that a document can't carry. In rollback-journal mode a
 * writer waits meanwhile: for small answers, not for exports.
 */
export function describeDatabase(path: string, options: DescribeOptions = {}): DescribedDatabase {
  return withTables(path, options, ({ connection, objects, tables, schema }) => {
    const stored = new Map(tables.map((table) => [foldCase(table.stored.name), table.stored]))
    const models = tables.map((table) => ({
      model: table.model,
      table: table.stored.name,
      records: countRows(connection, 'main', table.stored.name),
      violations: countViolations(connection, table.stored, stored),
    }))
    return { models, schema, ...countObjects(objects) }
  })
}

/** The models of a database and their tables, in the order of its schema. */
export function listModels(
  path: string,
  options: DescribeOptions = {},
): Pick<DescribedModel, 'model' | 'table'>[] {
  return withTables(path, options, ({ tables }) =>
    tables.map(({ model, stored }) => ({ model, table: stored.name })),
  )
}

function withTables<T>(path: string, options: DescribeOptions, use: (listed: Listed) => T): T {
  const { connection, wal } = beginRead(path, options.busyTimeoutMs)
  try {
    const encoding = readFacts(connection, wal).encoding as Encoding // readFacts has it from SQLite
    const objects = readSchema(connection, encoding)
    const contentTypes = readContentTypes(connection, objects)
    const { tables, schema } = schemaEntries(objects, {
      contentTypes,
      modelNames: options.modelNames,
    })
    return use({ connection, objects, tables, schema })
  } catch (error) {
    throw sqliteFailure(error, `the models of ${path} could not be read`)
  } finally {
    connection.close()
  }
}

function countObjects(
  objects: readonly SqliteObject[],
): Omit<DescribedDatabase, 'models' | 'schema'> {
  const count = (type: SqliteObject['type']): number =>
    objects.filter((object) => object.type === type).length
  return {
    tables: count('table'),
    indexes: count('index'),
    views: count('view'),
    triggers: count('trigger'),
  }
}
