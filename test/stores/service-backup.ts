import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { compileOctavo, octavo } from '../cli/octavo.js'
import { labFolder, rows } from '../cli/lab-folder.js'

export interface BackupRig {
  /** As the variables call the store. */
  readonly store: string
  /** As people see it. */
  readonly shown: string
  readonly env: Readonly<Record<string, string>>
  readonly secret: string
  /** What is there afterwards. */
  kept(): Promise<readonly string[]>
}

/** The commands with a service for a store, on two machines that share nothing else. */
export function serviceBackup(t: Test, { store, shown, env: own, secret, kept }: BackupRig): void {
  t.test(`a backup in ${shown} comes back on another machine`, async (t) => {
    compileOctavo()
    const env = { DATABASE_URL: 'lab.sqlite3', ...own }
    const folder = labFolder(t)
    const made = await octavo(['backup'], { folder, env })
    t.equal(made.exit, 0, made.err)
    t.match(made.err, new RegExp(`Stored in ${shown} [^]*Verified from ${shown} `))
    t.notMatch(made.err + made.out, secret)
    t.equal((await kept()).length, 3, 'archive, manifest, verification')
    const elsewhere = { folder: join(folder, 'another-machine'), env }
    mkdirSync(elsewhere.folder)
    const asked = ['restore', 'latest', '--into', 'new.sqlite3', '--yes']
    const restored = await octavo(asked, elsewhere)
    t.equal(restored.exit, 0, restored.err)
    t.equal(rows(join(elsewhere.folder, 'new.sqlite3'), 'SELECT * FROM entry').length, 3)
    const checked = await octavo(['store', 'check', store], elsewhere)
    t.equal(checked.exit, 0, checked.out)
  })
}
