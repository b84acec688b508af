import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { compileOctavo, octavo } from '../cli/octavo.js'
import { labFolder, rows } from '../cli/lab-folder.js'
import { accessKeyId, secretAccessKey, type Gateway } from '../support/ceph/gateway.js'
import type { S3Lab } from '../support/stores/s3-lab.js'

/** The commands with a bucket for a store, on two machines that share nothing else. */
export function s3Backup(t: Test, { port }: Gateway, { bucket, keys, newPlace }: S3Lab): void {
  t.test('a backup in a bucket comes back on another machine', async (t) => {
    compileOctavo()
    const prefix = newPlace()
    const env = {
      DATABASE_URL: 'lab.sqlite3',
      S3_BUCKET: bucket,
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_PREFIX: prefix,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    }
    const folder = labFolder(t)
    const made = await octavo(['backup'], { folder, env })
    t.equal(made.exit, 0, made.err)
    t.match(made.err, /Stored in S3 [^]*Verified from S3 /)
    t.notMatch(made.err + made.out, secretAccessKey)
    t.equal((await keys(prefix)).length, 3, 'archive, manifest, verification')
    const elsewhere = { folder: join(folder, 'another-machine'), env }
    mkdirSync(elsewhere.folder)
    const restored = await octavo(
      ['restore', 'latest', '--into', 'new.sqlite3', '--yes'],
      elsewhere,
    )
    t.equal(restored.exit, 0, restored.err)
    t.equal(rows(join(elsewhere.folder, 'new.sqlite3'), 'SELECT * FROM entry').length, 3)
    const checked = await octavo(['store', 'check', 's3'], elsewhere)
    t.equal(checked.exit, 0, checked.out)
    const wrong = { ...env, AWS_SECRET_ACCESS_KEY: 'another-secret' }
    const refused = await octavo(['backup'], { folder, env: wrong })
    t.match(refused, { exit: 7, err: /\(store-refused\)/ })
    t.notMatch(refused.err + refused.out, 'another-secret')
  })
}
