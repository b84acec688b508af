import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { PutSource, Store } from '../../src/core/store.js'
import { gitHubReleaseStore } from '../../src/stores/github-release-store.js'
import { assetNameOf, nameOfAsset } from '../../src/stores/github/release/asset-name.js'
import type { GitHubReleaseStoreOptions } from '../../src/stores/github/release/release-place.js'
import type { Fault, GitHubDouble } from '../support/github-double/github-double.js'
import { renamed, type StoredAsset } from '../support/github-double/release-host.js'
import { noPauses, startGitHub, storeOptions } from '../support/stores/github-lab.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

const bytes = someBytes(300_000)

interface Opened {
  readonly github: GitHubDouble
  readonly store: Store
  assets(): string[]
  /** An asset of somebody else. */
  plant(name: string, more?: Partial<StoredAsset>): Promise<void>
}

async function opened(t: Test, more: Partial<GitHubReleaseStoreOptions> = {}): Promise<Opened> {
  const github = await startGitHub(t)
  const store = gitHubReleaseStore({ ...storeOptions(github), ...more })
  let ids = 1_000_000
  const plant = async (name: string, planted: Partial<StoredAsset> = {}) => {
    const asset: StoredAsset = {
      id: (ids += 1),
      name,
      label: null,
      state: 'uploaded',
      bytes: Buffer.from('planted'),
      sha256: '',
      created_at: new Date().toISOString(),
      ...planted,
    }
    github.releases.all[0]?.assets.push(asset)
  }
  const assets = () => github.releases.assets.map(({ name, state }) => `${state} ${name}`)
  return { github, store, assets, plant }
}

/** The first calls of a kind have these faults, one each. */
function faulty(github: GitHubDouble, wanted: string, faults: readonly Fault[]): void {
  const left = [...faults]
  github.plan = ({ kind }) => (kind === wanted ? left.shift() : undefined)
}

/** What is special about releases, and how the store does where GitHub or the way to it fails. */
export function releaseFaults(t: Test): void {
  t.test('every name comes back from its asset, and GitHub changes none of them', async (t) => {
    const part = fc.stringMatching(/^[A-Za-z0-9_()-][A-Za-z0-9._()-]{0,20}$/)
    const odd = fc.stringMatching(/^[ax_][ax_.2()]{0,8}$/)
    const name = fc.array(fc.oneof(part, odd), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(name, (parts) => {
        const object = parts.join('/')
        const asset = assetNameOf(object)
        return nameOfAsset(asset) === object && renamed(asset) === asset
      }),
      { numRuns: 2_000 },
    )
    const usual = 'database_backup_2026-11-22_00-00-00.json.gz.age'
    t.equal(assetNameOf(usual), usual)
    t.equal(assetNameOf('a/b(1)..c_x.'), 'a_x2fb_x281_x29._x2ec_x5fx_x2e')
    for (const foreign of ['setup (1).exe', '_x2e', 'a_x41', '.a', 'a..b', 'ä'])
      t.equal(nameOfAsset(foreign), null, foreign)
  })

  t.test('the release is no version of anything, and others’ assets are left alone', async (t) => {
    const { github, store, assets, plant } = await opened(t)
    t.strictSame(await listed(store), [])
    t.equal(github.releases.all.length, 0, 'nothing is made by looking')
    await store.put('a/b', sourceOf(bytes))
    t.match(github.releases.all[0]?.body, {
      tag_name: 'octavo-backups',
      prerelease: true,
      make_latest: 'false',
    })
    t.match(github.releases.assets[0]?.label, /^a\/b \[octavo [0-9a-f]{12}\]$/)
    await plant('Setup.of.ours.exe', { name: 'Setup of ours.exe' })
    await plant('half', { state: 'starter' })
    t.strictSame(await listed(store), [['a/b', 300_000]])
    await t.rejects(read(store, 'half'), { code: 'not-found' })
    await store.remove('a/b')
    t.strictSame(assets(), ['uploaded Setup of ours.exe', 'starter half'])
  })

  t.test('an upload that breaks is begun again, and leaves nothing of the first', async (t) => {
    const faults: Fault[] = ['reset', 'lost', 'cut', { status: 502 }]
    for (const fault of faults) {
      const { github, store, assets } = await opened(t)
      const told: number[] = []
      faulty(github, 'upload asset', [fault])
      await store.put('object', sourceOf(bytes), { onBytes: (sent) => told.push(sent) })
      t.ok((await read(store, 'object')).equals(bytes), inspect(fault))
      t.strictSame(assets(), ['uploaded object'])
      t.strictSame(
        told,
        told.toSorted((a, b) => a - b),
      )
      const again = github.calls.filter(({ kind }) => kind === 'upload asset').length
      t.equal(again, fault === 'lost' || fault === 'cut' ? 1 : 2)
    }
  })

  t.test('what stays broken is store-failed, and leaves nothing', async (t) => {
    for (const fault of ['reset', { status: 502 }] satisfies Fault[]) {
      const { github, store, assets } = await opened(t)
      faulty(
        github,
        'upload asset',
        Array.from({ length: 9 }, () => fault),
      )
      await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-failed' })
      t.strictSame(assets(), [])
      t.equal(github.calls.filter(({ kind }) => kind === 'upload asset').length, 4)
    }
    const { github, store } = await opened(t)
    await store.put('object', sourceOf(bytes))
    for (const kind of ['get release', 'list assets', 'get asset', 'download asset']) {
      faulty(
        github,
        kind,
        Array.from({ length: 9 }, () => ({ status: 503 })),
      )
      const refusal = { code: 'store-failed', message: /could not read object .*503/ }
      await t.rejects(read(store, 'object'), refusal, kind)
      faulty(github, kind, [{ status: 503 }, 'reset'])
      t.ok((await read(store, 'object')).equals(bytes), kind)
    }
    faulty(github, 'delete asset', ['lost'])
    await store.remove('object')
    t.strictSame(await listed(store), [])
  })

  t.test('GitHub is given the time that it asks for', async (t) => {
    const pauses: number[] = []
    const clock = { ...noPauses, sleep: async (ms: number) => void pauses.push(ms) }
    const { github, store, assets } = await opened(t, { clock })
    const limit = { status: 429, message: 'You have exceeded a secondary rate limit' }
    faulty(github, 'upload asset', [{ ...limit, headers: { 'retry-after': '25' } }])
    await store.put('object', sourceOf(bytes))
    t.strictSame(pauses, [25_000])
    const later = { ...limit, headers: { 'retry-after': '3600' } }
    faulty(github, 'upload asset', [later])
    await t.rejects(store.put('later', sourceOf(bytes)), {
      code: 'store-failed',
      message: /secondary limit/,
    })
    t.strictSame(assets(), ['uploaded object'])
  })

  t.test('an unfinished upload of somebody else is respected for an hour', async (t) => {
    const { store, assets, plant } = await opened(t)
    await store.put('first', sourceOf(bytes))
    await plant('young', { state: 'starter' })
    const hint = /just now/
    await t.rejects(store.put('young', sourceOf(bytes)), { code: 'store-taken', hint })
    await store.remove('young')
    await store.put('young', sourceOf(bytes))
    const created_at = new Date(Date.now() - 3_700_000).toISOString()
    await plant('old', { state: 'starter', created_at })
    await store.put('old', sourceOf(bytes))
    t.ok((await read(store, 'old')).equals(bytes))
    t.strictSame(assets(), ['uploaded first', 'uploaded young', 'uploaded old'])
  })

  t.test('a name that is taken while it is sent is left to whoever has it', async (t) => {
    const { github, store, assets, plant } = await opened(t)
    await store.put('first', sourceOf(bytes))
    github.plan = async ({ kind }) => {
      if (kind === 'upload asset') await plant('object')
      return undefined
    }
    await t.rejects(store.put('object', sourceOf(bytes)), { code: 'store-taken' })
    t.strictSame(assets(), ['uploaded first', 'uploaded object'])
    t.equal(String(await read(store, 'object')), 'planted')
  })

  t.test('a release that is full is refused before anything is sent, by number', async (t) => {
    const { github, store, plant } = await opened(t)
    await store.put('first', sourceOf(bytes))
    for (let number = 1; number < 1_000; number += 1) await plant(`planted-${number}`)
    const full = { code: 'store-refused', message: /holds 1000 assets/, hint: /another tag/ }
    const sent = () => github.calls.filter(({ kind }) => kind === 'upload asset').length
    await t.rejects(store.put('one-more', sourceOf(bytes)), full)
    t.equal(sent(), 1)
    t.equal((await listed(store)).length, 1_000)
    github.releases.mostAssets = 999
    await store.remove('first')
    await t.rejects(store.put('one-more', sourceOf(bytes)), full, 'by GitHub itself')
  })

  t.test('an asset that is removed while others are listed hides none of them', async (t) => {
    const { github, store, plant } = await opened(t)
    await store.put('first', sourceOf(bytes))
    for (let number = 100; number < 250; number += 1) await plant(`planted-${number}`)
    let pages = 0
    github.plan = ({ kind }) => {
      if (kind === 'list assets' && (pages += 1) === 2) github.releases.all[0]?.assets.shift()
      return undefined
    }
    t.equal((await listed(store)).length, 150)
    const refusal = { code: 'store-failed', message: /change all the time/ }
    github.plan = async ({ kind, number }) => {
      if (kind === 'list assets') await plant(`more-${number}`)
      return undefined
    }
    await t.rejects(listed(store), refusal)
  })

  t.test('a download that breaks off goes on where it was, with a new address', async (t) => {
    const { github, store } = await opened(t)
    await store.put('object', sourceOf(bytes))
    faulty(github, 'download asset', ['cut', 'cut', 'cut'])
    const told: number[] = []
    const got = await read(store, 'object', { start: 7, onBytes: (sum) => told.push(sum) })
    t.ok(got.equals(bytes.subarray(7)))
    t.strictSame(
      told,
      told.toSorted((a, b) => a - b),
    )
    t.equal(github.releases.ranges[0], 'bytes=7-')
    const starts = github.releases.ranges.map((range = '') => Number(/\d+/.exec(range)?.[0]))
    t.strictSame(
      starts,
      starts.toSorted((a, b) => a - b),
    )
    t.ok((starts.at(-1) ?? 0) > 7, 'where it was')
    t.equal(github.calls.filter(({ kind }) => kind === 'get asset').length, 4)
    github.plan = ({ kind }) => {
      if (kind === 'get asset') github.releases.all[0]?.assets.splice(0)
      return undefined
    }
    await t.rejects(read(store, 'object'), { code: 'store-failed', message: /meanwhile/ })
  })

  t.test('other bytes than were given are noticed, on the way there and back', async (t) => {
    const { github, store, assets } = await opened(t)
    await store.put('object', sourceOf(bytes))
    github.releases.assets[0]?.bytes.fill(0, 0, 1)
    const refusal = { code: 'store-failed', message: /other bytes/ }
    await t.rejects(read(store, 'object'), refusal)
    await store.remove('object')
    github.releases.damages = true
    await t.rejects(store.put('object', sourceOf(bytes)), refusal)
    t.strictSame(assets(), [])
    Object.assign(github.releases, { damages: false, digests: false })
    await store.put('object', sourceOf(bytes))
    t.ok((await read(store, 'object')).equals(bytes), 'a server without digests')
  })

  t.test('bytes are sent as they come, and the last of them when they are proved', async (t) => {
    const { github, store, assets } = await opened(t)
    const large = someBytes(4_000_000)
    const whole = sourceOf(large)
    let receivedBefore = 0
    const source: PutSource = {
      ...whole,
      read: async function* () {
        for (let at = 0; at < large.length; at += 1_000_000) {
          // The service must have some of it before the end is asked for.
          while (at === 3_000_000 && github.releases.received === 0)
            await new Promise((resolve) => setTimeout(resolve, 1))
          receivedBefore = github.releases.received
          yield large.subarray(at, at + 1_000_000)
        }
      },
    }
    await store.put('object', source)
    t.ok(receivedBefore > 0 && receivedBefore < large.length)
    const lie = { ...whole, sha256: '0'.repeat(64) }
    const before = github.releases.received
    await t.rejects(store.put('lie', lie), { code: 'io-failed' })
    t.ok(github.releases.received < before + large.length)
    t.strictSame(assets(), ['uploaded object'])
  })

  t.test('an upload takes little memory, however long it is', async (t) => {
    const { github, store } = await opened(t)
    github.releases.forgets = true
    const [piece, pieces] = [someBytes(1_000_000), 250]
    const hash = createHash('sha256')
    for (let number = 0; number < pieces; number += 1) hash.update(piece)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const source: PutSource = {
      size: piece.length * pieces,
      sha256: hash.digest('hex'),
      read: async function* () {
        for (let number = 0; number < pieces; number += 1) {
          most = Math.max(most, process.memoryUsage().arrayBuffers - before)
          yield piece
        }
      },
    }
    await store.put('object', source)
    t.equal(github.releases.received, source.size)
    t.ok(most < 150_000_000, `${most} bytes`)
  })

  t.test('what is stopped while GitHub is silent ends, and leaves nothing', async (t) => {
    for (const wanted of ['get release', 'create release', 'list assets', 'upload asset']) {
      const { github, store, assets } = await opened(t)
      const stop = new AbortController()
      github.plan = ({ kind }) => {
        if (kind !== wanted || stop.signal.aborted) return undefined
        setImmediate(() => stop.abort())
        return 'hang'
      }
      const putting = store.put('object', sourceOf(bytes), { signal: stop.signal })
      await t.rejects(putting, { code: 'aborted' }, wanted)
      t.strictSame(assets(), [])
    }
    const { github, store } = await opened(t)
    await store.put('object', sourceOf(bytes))
    const stop = new AbortController()
    github.plan = ({ kind }) => {
      if (kind !== 'download asset') return undefined
      setImmediate(() => stop.abort())
      return 'hang'
    }
    await t.rejects(read(store, 'object', { signal: stop.signal }), { code: 'aborted' })
  })

  t.test('what GitHub refuses names the setting, and never the token', async (t) => {
    const { github, store } = await opened(t)
    const refusals: [Partial<GitHubReleaseStoreOptions>, RegExp][] = [
      [{ token: 'a-token-that-is-wrong' }, /the token of the store github is wrong/],
      [{ repository: 'lab/elsewhere' }, /lab\/elsewhere \(that of the store github\)/],
      [{ token: 'token-that-may-read' }, /permissions/],
    ]
    for (const [options, hint] of refusals) {
      const refused = gitHubReleaseStore({ ...storeOptions(github), ...options })
      const error = await refused.put('new', sourceOf(bytes)).catch((thrown: unknown) => thrown)
      t.match(error, { code: 'store-refused', hint })
      const shown = inspect(error, { depth: 20, showHidden: true })
      t.notMatch(shown, options.token ?? github.token)
    }
    const huge = { ...sourceOf(bytes), size: 2 ** 31, read: () => t.fail('read') as never }
    await t.rejects(store.put('huge', huge), { code: 'store-refused', hint: /2 GiB/ })
    await store.put('object', sourceOf(bytes))
    github.releases.immutable = true
    const immutable = { code: 'store-refused', hint: /immutability/ }
    await t.rejects(store.put('more', sourceOf(bytes)), immutable)
    const empty = await startGitHub(t, { empty: true })
    const none = gitHubReleaseStore(storeOptions(empty))
    await t.rejects(none.put('new', sourceOf(bytes)), { code: 'store-refused', hint: /README/ })
  })
}
