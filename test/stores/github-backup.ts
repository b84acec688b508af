import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import type { Test } from 'tap'
import { makeBackup } from '../../src/jobs/backup/make-backup.js'
import { gitHubBranchStore } from '../../src/stores/github-branch-store.js'
import { backupLab } from '../backups/backup-lab.js'
import { labFolder, rows } from '../cli/lab-folder.js'
import { compileOctavo, octavo } from '../cli/octavo.js'
import { startGitHub, withoutRetries } from '../support/stores/github-lab.js'
import { listed, read } from './store-contract.js'

/** Backups, encrypted, in repositories that everybody can read. */
export function gitHubBackups(t: Test): void {
  t.test('a backup in a release comes back on another machine', async (t) => {
    compileOctavo()
    const github = await startGitHub(t)
    github.visibility = 'public'
    const identity = await generateIdentity()
    const config = {
      stores: {
        release: { type: 'github-release', repository: github.name, tokenEnv: 'BACKUP_TOKEN' },
      },
    }
    const env = {
      DATABASE_URL: 'lab.sqlite3',
      GITHUB_API_URL: github.url,
      BACKUP_TOKEN: github.token,
    }
    const folder = labFolder(t)
    writeFileSync(join(folder, 'octavo.config.json'), JSON.stringify(config))
    const plain = await octavo(['backup'], { folder, env })
    t.match(plain, { exit: 6, err: /is public: everybody could read the backups/ })
    t.equal(github.releases.all.length, 0)
    const sealed = { ...env, AGE_RECIPIENTS: await identityToRecipient(identity) }
    const made = await octavo(['backup'], { folder, env: sealed })
    t.equal(made.exit, 0, made.err)
    t.match(made.err, /Stored in GitHub lab\/backups [^]*Verified from GitHub /)
    t.notMatch(made.err + made.out + plain.err, github.token)
    const kinds = github.releases.assets.map(({ name }) => name.replace(/^[^.]*\./, ''))
    t.match(kinds, ['json.gz.age', 'manifest.json', /^verified-.*json$/])
    t.match(github.releases.assets[0]?.bytes.toString('latin1'), /^age-encryption\.org/)
    const elsewhere = join(folder, 'another-machine')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, 'octavo.config.json'), JSON.stringify(config))
    const restored = await octavo(['restore', 'latest', '--into', 'new.sqlite3', '--yes'], {
      folder: elsewhere,
      env: { ...env, AGE_IDENTITY: identity },
    })
    t.equal(restored.exit, 0, restored.err)
    t.equal(rows(join(elsewhere, 'new.sqlite3'), 'SELECT * FROM entry').length, 3)
  })

  t.test('a backup on a branch is encrypted and proved', async (t) => {
    const github = await startGitHub(t)
    github.visibility = 'public'
    const store = gitHubBranchStore({ ...withoutRetries(github), sealed: true })
    const lab = await backupLab(t, [])
    const recipients = [await identityToRecipient(await generateIdentity())]
    const room = {
      ...lab.room,
      stores: [{ store, policy: {} }],
      sealing: { recipients },
    }
    await makeBackup(room, lab.request())
    const names = (await listed(store)).map(([name]) => name)
    t.match(names, [
      'database_backup_2026-11-22_00-00-00.json.gz.age',
      'database_backup_2026-11-22_00-00-00.manifest.json',
      /^database_backup_2026-11-22_00-00-00\.verified-.*\.json$/,
    ])
    t.match(String(await read(store, String(names[0]))), /^age-encryption\.org/)
    await github.repository.text('fsck', '--strict', '--full')
  })
}
