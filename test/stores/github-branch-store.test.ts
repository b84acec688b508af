import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { gitHubBranchStore } from '../../src/stores/github-branch-store.js'
import type { GitHubDouble } from '../support/github-double/github-double.js'
import { readSource } from '../house/read-source.js'
import { sourceFiles } from '../house/source-files.js'
import { ownFolder } from '../support/read-snapshot.js'
import { startGitHub, withoutRetries } from '../support/stores/github-lab.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { branchFaults, publicRepository } from './github-branch-faults.js'
import { listed, read, storeContract } from './store-contract.js'

const mebibyte = 1024 * 1024

storeContract(t, 'GitHub branch', {
  open: async (t, place) => {
    // `place` is what it gave before.
    const github = (place as GitHubDouble | undefined) ?? (await startGitHub(t))
    return {
      store: gitHubBranchStore({ ...withoutRetries(github), sizes: { partBytes: 2 * mebibyte } }),
      place: github,
    }
  },
  leftovers: async (place) => {
    const { repository } = place as GitHubDouble
    const head = await repository.head('refs/heads/octavo-backups')
    const lines = head === null ? [] : await repository.list(head, true)
    const files = lines.flatMap(({ path, type }) => (type === 'tree' ? [] : [path]))
    return files.filter((path) => path !== 'octavo/.gitattributes')
  },
  sizes: [-1, 0, 1].map((by) => 2 * mebibyte + by),
  largeBytes: 3 * mebibyte,
  many: 12,
})

branchFaults(t)
publicRepository(t, gitHubBranchStore)

const bytes = someBytes(5_000)
const inParts = { sizes: { partBytes: 2_000 } }

t.test('it says where it is', async (t) => {
  const options = { ...withoutRetries(await startGitHub(t)), apiUrl: 'https://api.github.com' }
  const store = gitHubBranchStore(options)
  t.equal(store.shown, 'GitHub lab/backups, branch octavo-backups, octavo/')
  t.equal(store.local, false)
  const more = { apiUrl: 'https://git.example.org/api/v3', branch: 'b', prefix: 'a/b/' }
  const other = gitHubBranchStore({ ...options, ...more })
  t.equal(other.shown, 'GitHub lab/backups at git.example.org, branch b, a/b/')
  for (const prefix of ['', '/', '../a', '.github', 'a b'])
    t.throws(() => gitHubBranchStore({ ...options, prefix }), { code: 'config-invalid' }, prefix)
  await store.close()
})

t.test('octokit is loaded by no store that is not used', async (t) => {
  const files = [...sourceFiles('src/stores')].map(
    ([path, text]) => [path, readSource(path, text)] as const,
  )
  t.ok(
    files.some(([, { imports }]) => imports.includes('octokit')),
    'it is imported',
  )
  for (const [path, { loads }] of files) t.notOk(loads.includes('octokit'), path)
})

t.test('a clone holds the objects, and what others put on the branch is left alone', async (t) => {
  const github = await startGitHub(t)
  const { repository } = github
  const theirs = {
    'backups/database_backup_latest.json': '{}\n',
    'octavo/notes for us.md': 'notes',
    'octavo/.gitkeep': '',
    'README.md': 'hello',
  }
  await repository.commitFiles('database-backups', theirs)
  const main = await repository.head('refs/heads/main')
  const store = gitHubBranchStore({
    ...withoutRetries(github),
    ...inParts,
    branch: 'database-backups',
  })
  t.strictSame(await listed(store), [])
  await store.put('whole', sourceOf(bytes.subarray(0, 2_000)))
  await store.put('a/parts', sourceOf(bytes))
  await store.put('removed', sourceOf(bytes))
  await store.remove('removed')
  t.strictSame(await listed(store), [
    ['a/parts', 5_000],
    ['whole', 2_000],
  ])
  const clone = join(ownFolder(t), 'clone')
  const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8' })
  execFileSync('git', ['clone', '-q', '-c', 'core.autocrlf=true', repository.folder, clone])
  git('checkout', '-q', 'database-backups')
  t.ok(readFileSync(join(clone, 'octavo/whole')).equals(bytes.subarray(0, 2_000)))
  const folder = join(clone, 'octavo/a/parts')
  const parts = readdirSync(folder).toSorted()
  t.equal(parts[0], '.part-0001-of-0003')
  const joined = Buffer.concat(parts.map((part) => readFileSync(join(folder, part))))
  t.ok(joined.equals(bytes), 'joined in the order of their names')
  t.equal(readFileSync(join(clone, 'octavo/.gitattributes'), 'utf8'), '* -text\n')
  for (const [path, content] of Object.entries(theirs))
    t.equal(git('show', `HEAD:${path}`), content, path)
  t.equal(await repository.head('refs/heads/main'), main)
  t.match(git('log', '-3', '--format=%s'), 'Remove removed\nStore removed\nStore a/parts\n')
  await repository.text('fsck', '--strict', '--full')
})

t.test('a branch that was made anew without history goes on', async (t) => {
  const github = await startGitHub(t)
  const { repository } = github
  const store = gitHubBranchStore(withoutRetries(github))
  for (const name of ['one', 'two']) await store.put(name, sourceOf(bytes))
  const ref = 'refs/heads/octavo-backups'
  t.equal(await repository.text('rev-list', '--count', ref), '2', 'without the history of main')
  const clone = join(ownFolder(t), 'clone')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=lab', '-c', 'user.email=lab@example.org', ...args], {
      cwd: clone,
    })
  execFileSync('git', ['clone', '-qb', 'octavo-backups', repository.folder, clone])
  git('checkout', '-q', '--orphan', 'without-history')
  git('commit', '-qm', 'Keep no history')
  git('push', '-q', '--force-with-lease', 'origin', 'without-history:octavo-backups')
  await store.put('three', sourceOf(bytes))
  t.equal(await repository.text('rev-list', '--count', ref), '2')
  t.equal((await listed(store)).length, 3)
  t.ok((await read(store, 'one')).equals(bytes))
})

t.test('an object that lost a part is none, keeps its name, and can be removed', async (t) => {
  const github = await startGitHub(t)
  const store = gitHubBranchStore({ ...withoutRetries(github), ...inParts })
  await store.put('object', sourceOf(bytes))
  const lost = { 'octavo/object/.part-0002-of-0003': null }
  await github.repository.commitFiles('octavo-backups', lost)
  t.strictSame(await listed(store), [])
  await t.rejects(read(store, 'object'), { code: 'not-found' })
  await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-taken' })
  await store.remove('object')
  await store.put('object', sourceOf(bytes))
  t.ok((await read(store, 'object')).equals(bytes))
  await t.rejects(store.put('object/below', sourceOf(bytes)), { code: 'store-taken' })
})

t.test('a tree that GitHub does not list whole is read folder by folder', async (t) => {
  const github = await startGitHub(t)
  const store = gitHubBranchStore(withoutRetries(github))
  const names = ['a/1', 'a/2', 'b/1', 'b/2', 'b/c/1']
  for (const name of names) await store.put(name, sourceOf(bytes))
  github.repository.mostListed = 4
  t.strictSame(
    (await listed(store)).map(([name]) => name),
    names,
  )
  await store.put('a/3', sourceOf(bytes))
  await t.rejects(store.put('a/3', sourceOf(bytes)), { code: 'store-taken' })
  github.repository.mostListed = 2
  await t.rejects(listed(store), { code: 'store-failed', message: /too large to be read whole/ })
})

t.test('what is too large for a branch is refused before it is read', async (t) => {
  const github = await startGitHub(t)
  const store = gitHubBranchStore(withoutRetries(github))
  const huge = { ...sourceOf(bytes), size: 100_000_001, read: () => t.fail('read') as never }
  await t.rejects(store.put('huge', huge), { code: 'store-refused', hint: /github-release/ })
  t.equal(github.calls.length, 0)
})
