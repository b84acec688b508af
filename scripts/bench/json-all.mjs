// The naive export: every row of every table as an object, in one string.
import { writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'

const [path, out] = process.argv.slice(2)
const database = new Database(path, { readonly: true })
const tables = database
  .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
  .pluck()
  .all()
const models = {}
for (const table of tables)
  models[table] = database.prepare(`SELECT * FROM "${String(table)}"`).all()
writeFileSync(out, JSON.stringify(models))
