import t from 'tap'
import type { BranchState } from '../../src/stores/github/branch-state.js'
import type { Manifest } from '../../src/archiver/manifest.js'
import { planPrune } from '../../src/archiver/plan-prune.js'
import { storedBackups, type StoredBackup } from '../../src/archiver/read-backups.js'

function backup(name: string, paths: readonly string[]): StoredBackup {
  const manifest: Manifest = {
    octavo_manifest: 1,
    name,
    export_date: '2026-11-22T00:17:00.000Z',
    unchanged_since: null,
    database: { name: 'queue', label: '', engine: 'sqlite' },
    source: null,
    generator: 'octavo',
    excluded_rows: [],
    size: paths.length,
    sha256: 'a',
    content_sha256: name,
    schema_sha256: 'a',
    records: 0,
    models: [],
    verified: null,
    parts: paths.map((path) => ({ path, size: 1, sha256: 'a', blob: path })),
  }
  const [stored] = storedBackups([manifest])
  if (!stored) throw new Error('one was given')
  return stored
}

function branchOf(...paths: string[]): BranchState {
  const entries = paths.map((path) => [path, { mode: '100644', sha: path }] as const)
  return { commit: 'c', tree: 't', entries: new Map(entries) }
}

t.test('the manifest goes first, and a file that a kept backup lists too stays', (t) => {
  const pruned = [backup('old', ['backups/old.json', 'backups/shared.json', 'backups/gone.json'])]
  const kept = [backup('new', ['backups/shared.json'])]
  const branch = branchOf('backups/old.json', 'backups/shared.json', 'manifests/old.json')
  t.strictSame(planPrune({ branch, kept, pruned }), [
    { path: 'manifests/old.json', sha: null },
    { path: 'backups/old.json', sha: null },
  ])
  t.end()
})
