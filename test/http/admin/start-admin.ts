import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Test } from 'tap'
import { cliPath } from '../../cli/octavo.js'
import { freePort } from '../../support/free-port.js'
import { launch } from '../../support/launch.js'

export const password = 'correct horse battery'

export interface RunningAdmin {
  readonly url: string
  readonly firstLink: string
  readonly folder: string
  readonly database: string
}

/** The service as it is shipped, with a small database and no account yet. */
export async function startAdmin(t: Test): Promise<RunningAdmin> {
  const folder = t.testdir({})
  const database = join(folder, 'app.sqlite3')
  const made = new Database(database)
  made.exec(`CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT);
    INSERT INTO book VALUES (1, 'Emma'), (2, '<script>alert(1)</script>');
    CREATE TABLE "<script>" (id INTEGER PRIMARY KEY, book INTEGER REFERENCES book (id));
    INSERT INTO "<script>" VALUES (1, 2);`)
  made.close()
  const port = await freePort()
  const env = {
    DATABASE_URL: 'app.sqlite3',
    DATABASE_LABEL: 'prod',
    BACKUP_API_KEY: 'k'.repeat(40),
    HOST: '127.0.0.1',
    PORT: `${port}`,
    BUSY_TIMEOUT: '1',
    LOG_LEVEL: 'warn',
  }
  const service = launch(t, [cliPath, 'serve'], folder, env)
  const firstLink = await service.waitFor(/Create the first account: (\S+)/)
  return { url: `http://127.0.0.1:${port}`, firstLink, folder, database }
}
