import type Database from 'better-sqlite3'
import { type Encoding, isText } from '../schema/stored-text.js'

/** Adds the functions that record lines need and SQLite lacks. No schema can call them. */
export function registerFunctions(connection: Database.Database, encoding: Encoding): void {
  const options = { deterministic: true, directOnly: true }
  connection.function('octavo_base64', options, (bytes: Buffer) => bytes.toString('base64'))
  connection.function('octavo_is_text', options, (bytes: Buffer) =>
    isText(bytes, encoding) ? 1 : 0,
  )
}
