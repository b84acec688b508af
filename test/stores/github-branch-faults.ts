import { inspect } from 'node:util'
import type { Test } from 'tap'
import type { Store } from '../../src/core/store.js'
import { gitHubBranchStore } from '../../src/stores/github-branch-store.js'
import type { GitHubBranchStoreOptions } from '../../src/stores/github/branch/branch-place.js'
import type { Fault, GitHubDouble } from '../support/github-double/github-double.js'
import { startGitHub, storeOptions, withoutRetries } from '../support/stores/github-lab.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

const bytes = someBytes(3_000)
const branch = 'octavo-backups'

interface Opened {
  readonly github: GitHubDouble
  readonly store: Store
  files(): Promise<string[]>
}

async function opened(t: Test, more: Partial<GitHubBranchStoreOptions> = {}): Promise<Opened> {
  const github = await startGitHub(t)
  const options = { ...storeOptions(github), sizes: { partBytes: 2_000 }, ...more }
  const files = async () => {
    const head = await github.repository.head(`refs/heads/${branch}`)
    const lines = head === null ? [] : await github.repository.list(head, true)
    return lines.filter(({ type }) => type === 'blob').map(({ path }) => path)
  }
  return { github, store: gitHubBranchStore(options), files }
}

const kinds = {
  put: ['get repository', 'get ref', 'get tree', 'create blob', 'create tree', 'create commit'],
  get: ['get ref', 'get commit', 'get tree', 'get blob'],
  remove: ['get ref', 'create tree', 'create commit', 'update ref'],
}

/** Each call of a kind has this fault once, or always. */
function faulty(github: GitHubDouble, kind: string, fault: Fault, always = false): void {
  let hit = false
  github.plan = (call) => {
    if (call.kind !== kind || (hit && !always)) return undefined
    hit = true
    return fault
  }
}

/** How the store on a branch does where GitHub or the way to it fails. */
export function branchFaults(t: Test): void {
  t.test('what passes by itself is tried again, at every kind of call', async (t) => {
    const { github, store } = await opened(t)
    await store.put('there', sourceOf(bytes))
    const faults: Fault[] = [{ status: 502 }, 'reset', 'lost', 'cut']
    for (const fault of faults) {
      const shown = inspect(fault)
      const all = [...kinds.put, 'update ref', ...kinds.get]
      const once = (kinds: readonly string[]) => {
        const left = new Set(kinds)
        github.plan = ({ kind }) => (left.delete(kind) ? fault : undefined)
        return left
      }
      const left = once(all)
      await store.put('new', sourceOf(bytes))
      t.ok((await read(store, 'new')).equals(bytes), `put and get, ${shown}`)
      t.equal(left.size, 0, 'at every kind of call')
      once(all)
      t.equal((await listed(store)).length, 2, `list, ${shown}`)
      once(all)
      await store.remove('new')
      t.equal((await listed(store)).length, 1, `remove, ${shown}`)
    }
    await github.repository.text('fsck', '--strict', '--full')
  })

  t.test('what stays broken is store-failed, and the branch is as it was', async (t) => {
    const { github, store, files } = await opened(t)
    await store.put('there', sourceOf(bytes))
    const before = await files()
    for (const kind of [...kinds.put, 'update ref']) {
      faulty(github, kind, { status: 503 }, true)
      await t.rejects(store.put('new', sourceOf(bytes)), {
        code: 'store-failed',
        message: /^could not store new in GitHub lab\/backups .*status 503/,
      })
    }
    for (const kind of kinds.remove) {
      faulty(github, kind, { status: 503 }, true)
      await t.rejects(store.remove('there'), { code: 'store-failed' }, kind)
    }
    for (const kind of kinds.get) {
      faulty(github, kind, { status: 503 }, true)
      await t.rejects(read(store, 'there'), { code: 'store-failed' }, kind)
    }
    faulty(github, 'get blob', 'cut', true)
    await t.rejects(read(store, 'there'), { code: 'store-failed', message: /tried 3 times/ })
    t.strictSame(await files(), before)
  })

  t.test('a secondary limit is waited for as long as GitHub says', async (t) => {
    const pace = { throttled: true, retries: 2, retryBaseMs: 1, callMs: 20_000 }
    const { github, store } = await opened(t, { pace })
    const fault = { status: 429, message: 'You have exceeded a secondary rate limit' }
    faulty(github, 'get ref', { ...fault, headers: { 'retry-after': '3' } })
    t.strictSame(await listed(store), [])
    t.equal(github.calls.filter(({ kind }) => kind === 'get ref').length, 2)
    faulty(github, 'get ref', { ...fault, headers: { 'retry-after': '3' } }, true)
    await t.rejects(listed(store), { code: 'store-failed', message: /secondary limit/ })
    faulty(github, 'get ref', { ...fault, headers: { 'retry-after': '3600' } }, true)
    await t.rejects(listed(store), { code: 'store-failed', message: /secondary limit/ })
  })

  t.test('a rival who moves the branch is followed, and not overwritten', async (t) => {
    const { github, store, files } = await opened(t, { pace: { throttled: false, retries: 0 } })
    const { repository } = github
    let moved = 0
    const rival = (times: number, path: () => string) => {
      moved = 0
      github.plan = async ({ kind }) => {
        if ((kind !== 'update ref' && kind !== 'create ref') || moved === times) return undefined
        moved += 1
        await repository.commitFiles(branch, { [path()]: 'of a rival' })
        return undefined
      }
    }
    rival(1, () => 'README.md')
    await store.put('first', sourceOf(bytes))
    rival(2, () => `notes-${moved}.md`)
    await store.put('second', sourceOf(bytes))
    rival(1, () => 'notes-4.md')
    await store.remove('first')
    t.ok((await read(store, 'second')).equals(bytes))
    t.equal((await files()).filter((path) => path.endsWith('.md')).length, 4)
    rival(1, () => 'octavo/third')
    await t.rejects(store.put('third', sourceOf(bytes)), { code: 'store-taken' })
    t.equal(String(await read(store, 'third')), 'of a rival')
    rival(99, () => `notes-${moved + 9}.md`)
    const given = { code: 'store-failed', message: /moved by someone else 6 times/ }
    await t.rejects(store.put('fourth', sourceOf(bytes)), given)
    await repository.text('fsck', '--strict', '--full')
  })

  t.test('an answer that is lost, with a rival on top, is known for what it was', async (t) => {
    const { github, store } = await opened(t, withoutPause())
    await store.put('there', sourceOf(bytes))
    let lost = false
    github.plan = async ({ kind }) => {
      if (kind === 'update ref') {
        lost = true
        return 'lost'
      }
      if (!lost) return undefined
      lost = false
      await github.repository.commitFiles(branch, { 'README.md': `${github.calls.length}` })
      return undefined
    }
    await store.put('new', sourceOf(bytes))
    t.ok((await read(store, 'new')).equals(bytes))
    await store.remove('new')
    t.equal((await listed(store)).length, 1)
  })

  t.test('what is stopped while GitHub is silent ends, and leaves nothing', async (t) => {
    const { github, store, files } = await opened(t)
    await store.put('there', sourceOf(bytes))
    const before = await files()
    for (const kind of [...kinds.put, 'update ref']) {
      const stop = new AbortController()
      github.plan = (call) => {
        if (call.kind !== kind || stop.signal.aborted) return undefined
        setImmediate(() => stop.abort())
        return 'hang'
      }
      const call = { signal: stop.signal }
      await t.rejects(store.put('new', sourceOf(bytes), call), { code: 'aborted' }, kind)
      t.strictSame(await files(), before)
    }
    for (const kind of kinds.get) {
      const stop = new AbortController()
      github.plan = (call) => {
        if (call.kind !== kind) return undefined
        setImmediate(() => stop.abort())
        return 'hang'
      }
      await t.rejects(read(store, 'there', { signal: stop.signal }), { code: 'aborted' }, kind)
    }
  })

  t.test('what is stopped when the branch was moved is there, and says so', async (t) => {
    for (const fault of [undefined, 'lost'] as const) {
      const { github, store } = await opened(t)
      await store.put('there', sourceOf(bytes))
      const stop = new AbortController()
      github.plan = ({ kind }) => {
        if (kind !== 'update ref') return undefined
        stop.abort()
        return fault
      }
      await store.put('new', sourceOf(bytes), { signal: stop.signal })
      github.plan = undefined
      t.equal((await listed(store)).length, 2)
    }
  })

  t.test('what GitHub refuses names the setting, and never the token', async (t) => {
    const { github } = await opened(t)
    const refusals: [Partial<GitHubBranchStoreOptions>, RegExp][] = [
      [{ token: 'a-token-that-is-wrong' }, /the token of the store github is wrong/],
      [{ repository: 'lab/elsewhere' }, /lab\/elsewhere \(that of the store github\)/],
      [{ token: 'token-that-may-read' }, /permissions/],
    ]
    for (const [options, hint] of refusals) {
      const store = gitHubBranchStore({ ...storeOptions(github), ...options })
      const error = await store.put('new', sourceOf(bytes)).catch((thrown: unknown) => thrown)
      t.match(error, { code: 'store-refused', hint })
      const shown = inspect(error, { depth: 20, showHidden: true })
      t.notMatch(shown, options.token ?? github.token)
    }
    const empty = await startGitHub(t, { empty: true })
    const store = gitHubBranchStore(storeOptions(empty))
    await t.rejects(store.put('new', sourceOf(bytes)), { code: 'store-refused', hint: /README/ })
  })

  t.test('bytes that are not those that git names are not taken', async (t) => {
    const { github, store } = await opened(t)
    await store.put('there', sourceOf(bytes))
    github.repository.damages = true
    const reading = read(store, 'there')
    await t.rejects(reading, { code: 'store-failed', message: /other bytes than git names/ })
  })
}

function withoutPause() {
  return { pace: { throttled: false, retries: 0 } }
}

/** The same for both kinds of store on GitHub. */
export function publicRepository(
  t: Test,
  open: (options: ReturnType<typeof withoutRetries>) => Store,
): void {
  t.test('a public repository gets only what is encrypted, or may be public', async (t) => {
    const github = await startGitHub(t)
    const put = (name: string, more: object = {}) =>
      open({ ...withoutRetries(github), ...more }).put(name, sourceOf(bytes))
    github.visibility = 'public'
    const refusal = { code: 'confirmation-needed', hint: /AGE_RECIPIENTS.*ALLOW_PUBLIC_REPOSITORY/ }
    await t.rejects(put('plain'), refusal)
    await put('sealed', { sealed: true })
    await put('allowed', { allowPublic: true })
    for (const visibility of ['internal', 'private'] as const) {
      github.visibility = visibility
      await put(visibility)
    }
    const store = open(withoutRetries(github))
    github.visibility = 'public'
    t.equal((await listed(store)).length, 4)
    t.ok((await read(store, 'private')).equals(bytes), 'what is there can be read')
  })
}
